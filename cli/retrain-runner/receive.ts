import type { RetrainCall } from './call.ts'
import { isOver, type RunnerRecord } from './record.ts'

export type Received =
  | { kind: 'new'; record: RunnerRecord }
  /** The same request again: nothing is trained, and what came of it is reported once more, with the newest token. */
  | { kind: 'known'; record: RunnerRecord }
  | { kind: 'contradiction' }
  | { kind: 'forbidden'; origin: string }

/**
 * What a genuine call is to the runner. Pure. `origins` are the only ones it may report to; undefined allows any.
 */
export function receive(
  call: RetrainCall,
  known: RunnerRecord | undefined,
  origins: readonly string[] | undefined,
  now: Date,
): Received {
  const { id, model, training, callback } = call
  const { origin } = new URL(callback.url)
  if (origins !== undefined && !origins.includes(origin)) return { kind: 'forbidden', origin }
  if (known === undefined)
    return {
      kind: 'new',
      record: { id, model, training, callback, receivedAt: now.toISOString(), state: { status: 'queued' } },
    }
  const { from, to } = known.training
  if (known.model !== model || from !== training.from || to !== training.to) return { kind: 'contradiction' }
  const again = isOver(known.state) ? { reported: undefined, reportingSince: undefined } : {}
  return { kind: 'known', record: { ...known, callback, ...again } }
}
