import { formatDuration } from '../../domain/duration.ts'
import { durationSchema } from '../../control/declared/duration.ts'
import { Refusal, type Api } from '../client/api-client.ts'
import { listAll } from '../client/list-all.ts'
import { DEFAULT_LABEL_DELAY } from './options.ts'

/** That of a model's labels which name no time of their own, as it is declared. */
export type LabelDelayOf = (model: unknown) => string

export const defaultDelay: LabelDelayOf = () => DEFAULT_LABEL_DELAY

interface DeclaredMonitor {
  model: string
  label_delay?: string
}

/** The longest `label_delay` of each model's monitors, where a key may read them. */
export async function declaredDelays(api: Api): Promise<LabelDelayOf> {
  const monitors = await listAll<DeclaredMonitor>(api, '/monitors', 'monitors').catch((error: unknown) => {
    // A key for the intake alone reads no monitors.
    if (error instanceof Refusal && error.status === 403) return []
    throw error
  })
  const longest = new Map<string, number>()
  for (const { model, label_delay } of monitors)
    if (label_delay !== undefined)
      longest.set(model, Math.max(longest.get(model) ?? 0, durationSchema.parse(label_delay)))
  return (model) => {
    const delay = typeof model === 'string' ? longest.get(model) : undefined
    return delay === undefined ? DEFAULT_LABEL_DELAY : formatDuration(delay)
  }
}
