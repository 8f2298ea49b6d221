import { readAllErasedIds, type ErasedIds } from '../../control/erasure/erased-ids.ts'
import { deleteDeadLetters } from '../../store/erasure/dead-letters.ts'
import { mentions } from '../../store/erasure/mentions.ts'
import { insertDeadLetters, payloadOffset, type DeadLetter } from '../../store/events/dead-letters.ts'
import type { Store } from '../../store/engine/client.ts'
import { deadLetterId } from '../../store/events/dead-letter-id.ts'
import { recordedFirst } from '../../store/events/read-dead-letters.ts'
import type { Rejection } from '../decode/outcome.ts'
import type { RecordOrigin } from '../decode/origin.ts'

/** A record that could not be stored as a row. */
export interface RejectedRecord {
  source: string
  /** Empty where the record names none that can be read. */
  model: string
  rejection: Rejection
  raw: string | Buffer
  origin: RecordOrigin | undefined
}

/**
 * Stores rejected records as dead letters, each once however often it comes. One that names an erased id is dropped.
 */
export async function writeDeadLetters(
  store: Store,
  rejected: readonly RejectedRecord[],
  now: Date,
): Promise<void> {
  const deadLetters = new Map<string, DeadLetter>()
  for (const {
    source,
    model,
    rejection: { reason, detail },
    raw,
    origin,
  } of rejected) {
    const payload = raw.toString()
    const { partition, offset, recordedAt, headers } = origin ?? {
      partition: 0,
      offset: payloadOffset(model, payload),
      recordedAt: now.getTime(),
      headers: {},
    }
    const deadLetter = { source, partition, offset, recordedAt, headers, model, reason, detail, payload }
    deadLetters.set(`${source} ${partition} ${offset} ${origin?.recordedAt}`, deadLetter)
  }
  if (deadLetters.size === 0) return
  const erased = await readAllErasedIds(store.control)
  const kept = [...deadLetters.values()].filter((deadLetter) => !namesErased(deadLetter, erased))
  const stored = await stamped(store, kept)
  await insertDeadLetters(store, stored, now)
  // What was erased meanwhile was perhaps looked for before this was stored.
  const since = await readAllErasedIds(store.control)
  if (revisionOf(since) !== revisionOf(erased))
    await deleteDeadLetters(
      store,
      stored.filter((deadLetter) => namesErased(deadLetter, since)),
    )
}

const revisionOf = (erased: ReadonlyMap<string, ErasedIds>) =>
  [...erased.values()].reduce((sum, { revision }) => sum + revision, 0)

/** A record that names no model, or one that is not declared, may be of any. */
function namesErased(
  { model, reason, payload, headers }: DeadLetter,
  erased: ReadonlyMap<string, ErasedIds>,
): boolean {
  const own = erased.get(model)
  const isForeign = model === '' || reason === 'unknown_model'
  const possible = isForeign ? [...erased.values()] : own === undefined ? [] : [own]
  if (possible.length === 0) return false
  const isOne = (candidate: string) => possible.some(({ has }) => has(candidate))
  return mentions(payload, isOne) || mentions(JSON.stringify(headers), isOne)
}

/** What stands where another message was before it gets a place of its own, the same each time it comes. */
async function stamped(store: Store, deadLetters: readonly DeadLetter[]): Promise<DeadLetter[]> {
  const first = await recordedFirst(
    store,
    deadLetters.filter(({ source }) => !source.startsWith('http:')),
  )
  return deadLetters.map((deadLetter) => {
    const recorded = first.get(deadLetterId(deadLetter)) ?? 0
    return recorded === 0 || recorded === deadLetter.recordedAt
      ? deadLetter
      : { ...deadLetter, stamp: deadLetter.recordedAt }
  })
}
