import type { Api } from '../client/api-client.ts'
import { listAll } from '../client/list-all.ts'
import { linesBelow, say, sayJson, sayTable } from '../shared/print.ts'
import type { Kind } from './kinds.ts'

export interface ListOptions {
  /** Only of this model. */
  model?: string
  json: boolean
}

/** Prints what is declared of a kind, by name. */
export async function list<One>(api: Api, kind: Kind<One>, { model, json }: ListOptions): Promise<void> {
  const { section, columns, below } = kind
  const query = model === undefined ? '' : `?model=${model}`
  const found = await listAll<One>(api, `/${section}${query}`, section)
  if (json) sayJson(found)
  else if (found.length > 0) sayTable(columns, found, { below: (one) => linesBelow(below?.(one) ?? '') })
  else
    say(
      `No ${section}${model === undefined ? '' : ` of "${model}"`}. "driftgauge apply -f FILE" declares them.`,
    )
}
