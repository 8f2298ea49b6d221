import type { Request } from 'express'
import type { Logger } from 'pino'
import type { Model } from '../store/model.ts'
import type { Models } from '../store/models.ts'
import type { Store } from '../store/client.ts'
import { notFound } from './problem.ts'

/** What routes work with. */
export interface ApiContext {
  store: Store
  models: Models
  log: Logger
  /** Directory for bodies that must be files. */
  spool: string
  apiKeys: readonly string[]
  clock: () => Date
  /** Reasons why the service cannot do its work now; empty when it can. */
  unready: () => Promise<string[]>
}

export type ModelRequest = Request<{ model: string }>

/** The model that the path names. */
export async function modelOr404({ models }: ApiContext, request: ModelRequest): Promise<Model> {
  const model = await models.find(request.params.model)
  if (model === undefined) throw notFound(`model "${request.params.model}"`)
  return model
}
