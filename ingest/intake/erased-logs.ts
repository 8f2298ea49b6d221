import { readErasedIds, type ErasedIds } from '../../control/erasure/erased-ids.ts'
import type { Store } from '../../store/engine/client.ts'
import type { InferenceLog } from '../../store/events/inference-logs.ts'
import { eraseMeanwhile } from './erased-records.ts'

export interface RemainingLogs<Message> {
  logs: Map<InferenceLog, Message>
  /** To be called when the logs are stored: erases those of ids that have been erased since. */
  eraseStored(this: void, now: Date): Promise<void>
}

/**
 * Logs without what belongs to erased ids: an instance is emptied, as others of the exchange stay, and a log of which
 * nothing is left is absent.
 */
export async function withoutErased<Message>(
  store: Store,
  logs: ReadonlyMap<InferenceLog, Message>,
): Promise<RemainingLogs<Message>> {
  const models = new Map<string, ErasedIds>()
  for (const model of new Set([...logs.keys()].map((log) => log.model)))
    models.set(model, await readErasedIds(store.control, model))
  const remaining = new Map<InferenceLog, Message>()
  for (const [log, message] of logs) {
    const left = remainder(log, models.get(log.model)!)
    if (left !== undefined) remaining.set(left, message)
  }
  return {
    logs: remaining,
    async eraseStored(now) {
      for (const [model, before] of models) {
        const ids = [...remaining.keys()].filter((log) => log.model === model).flatMap(idsOf)
        await eraseMeanwhile({ store, model, now }, before, ({ has }) => ids.filter(has))
      }
    },
  }
}

function remainder(log: InferenceLog, { revision, has }: ErasedIds): InferenceLog | undefined {
  if (revision === 0) return log
  const erased = idsOfInstances(log).map(has)
  if (has(log.id) || (erased.length > 0 && erased.every(Boolean))) return undefined
  return erased.includes(true) ? { ...log, rows: log.rows.map((row, i) => (erased[i] ? {} : row)) } : log
}

const idsOf = (log: InferenceLog) => [log.id, ...idsOfInstances(log)]

/** Ids of the predictions that an exchange makes. */
function idsOfInstances({ id, rows }: InferenceLog): string[] {
  return rows.length === 1 ? [id] : rows.map((_, i) => `${id}/${i}`)
}
