import { setTimeout as wait } from 'node:timers/promises'
import { request, type Dispatcher } from 'undici'
import { z } from 'zod'
import { backoff } from '../../domain/backoff.ts'
import { parseJson } from '../../domain/json.ts'
import type { Registered } from './conclude.ts'

/** The tag by which a training names the request it answers. */
export const RETRAIN_TAG = 'driftgauge.retrain_id'

export interface RegistryLocation {
  /** Without a slash at its end. */
  url: string
  model: string
  authorization: string | undefined
}

const versionSchema = z.looseObject({
  version: z.string(),
  creation_timestamp: z.coerce.number(),
  status: z.string().optional(),
  tags: z.array(z.looseObject({ key: z.string(), value: z.string().default('') })).default([]),
})

const answerSchema = z.looseObject({ model_versions: z.array(versionSchema).default([]) })

type ModelVersion = z.output<typeof versionSchema>

/**
 * The version that a training has registered: the newest one with its tag, else the newest one since its start. Pure.
 * `onlyTagged` where it is not known whether the training came to its end.
 */
export function versionOf(
  versions: readonly ModelVersion[],
  id: string,
  startedAt: Date,
  onlyTagged: boolean,
): string | undefined {
  const ready = versions
    .filter(({ status }) => status !== 'FAILED_REGISTRATION')
    .toSorted((a, b) => b.creation_timestamp - a.creation_timestamp)
  const tagOf = ({ tags }: ModelVersion) => tags.find(({ key }) => key === RETRAIN_TAG)?.value
  const tagged = ready.find((one) => tagOf(one) === id)
  if (tagged !== undefined || onlyTagged) return tagged?.version
  // One that names another request is that one's.
  return ready.find((one) => tagOf(one) === undefined && one.creation_timestamp >= startedAt.getTime())
    ?.version
}

const ATTEMPTS = 6
const RETRY_MS = { first: 1_000, max: 30_000 }
const TIMEOUT_MS = 20_000
const MAX_LISTED = 100

/** Asks MLflow for the version of a training that has just ended. Never throws. */
export async function findVersion(
  location: RegistryLocation,
  dispatcher: Dispatcher,
  id: string,
  startedAt: Date,
  onlyTagged: boolean,
): Promise<Registered> {
  for (let attempt = 1; ; attempt++) {
    const answer = await askVersions(location, dispatcher)
    if (answer.kind === 'versions') {
      const version = versionOf(answer.versions, id, startedAt, onlyTagged)
      if (version !== undefined) return { found: 'version', version }
      return { found: 'none', reason: `MLflow has no new version of "${location.model}"` }
    }
    if (answer.kind === 'refused' || attempt === ATTEMPTS)
      return { found: 'none', reason: `MLflow did not say which version is new: ${answer.reason}` }
    await wait(backoff(attempt, RETRY_MS))
  }
}

type Answer = { kind: 'versions'; versions: ModelVersion[] } | { kind: 'refused' | 'away'; reason: string }

async function askVersions(
  { url, model, authorization }: RegistryLocation,
  dispatcher: Dispatcher,
): Promise<Answer> {
  const query = new URLSearchParams({
    filter: `name='${model}'`,
    order_by: 'creation_timestamp DESC',
    max_results: String(MAX_LISTED),
  })
  try {
    const { statusCode, body } = await request(
      `${url}/api/2.0/mlflow/model-versions/search?${query.toString()}`,
      {
        dispatcher,
        headers: authorization === undefined ? {} : { authorization },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
    )
    const text = await body.text()
    if (statusCode >= 500) return { kind: 'away', reason: `HTTP ${statusCode}` }
    if (statusCode !== 200) return { kind: 'refused', reason: `HTTP ${statusCode}` }
    const { data } = answerSchema.safeParse(parseJson(text))
    if (data === undefined) return { kind: 'refused', reason: 'the answer is not one of MLflow' }
    return { kind: 'versions', versions: data.model_versions }
  } catch (error) {
    const { code, message } = error as { code?: string | number; message: string }
    return { kind: 'away', reason: message || String(code) }
  }
}
