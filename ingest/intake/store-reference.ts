import { stamp } from '../../control/database/counters.ts'
import { readErasedIds } from '../../control/erasure/erased-ids.ts'
import { eventsDeletedBefore } from '../../control/retention/deleted-events.ts'
import { HOUR_MS } from '../../domain/time.ts'
import { markServedHours, type ReferencePlace } from '../../store/events/reference-features.ts'
import { REFERENCE_KEYS, referenceDecoder } from '../decode/decode-reference.ts'
import { refuseDeleted } from '../decode/deleted-time.ts'
import { decodeAll, Rows, settle, type IntakeContext, type IntakeResult } from './pipeline.ts'
import { ProblemTally } from './problem-tally.ts'
import type { RawRecord } from './raw-record.ts'

/**
 * Stores a batch of features that were computed offline, and has the hours of their predictions counted again. What is not
 * as declared is answered and not kept: input problems are those of what was served.
 */
export async function storeReferenceFeatures(
  context: IntakeContext,
  records: readonly RawRecord[],
): Promise<IntakeResult> {
  const { store, model, now } = context
  const rows = new Rows()
  const places: ReferencePlace[] = []
  const problems = new ProblemTally(model, REFERENCE_KEYS)
  const decode = referenceDecoder(model)
  const [stamped, erasedIds, deleted] = await Promise.all([
    stamp(store.control, now),
    readErasedIds(store.control, model.name),
    eventsDeletedBefore(store.control, model.name),
  ])
  const receivedAt = stamped.getTime()
  const { rejected, erased } = await decodeAll(
    records,
    erasedIds,
    (value) => refuseDeleted(decode(value, now.getTime(), receivedAt), deleted, 'ts', ({ ts }) => ts),
    ({ id, ts, line, fieldProblems }, index) => {
      rows.add(index, line, ts ?? receivedAt)
      places.push({ id, hour: ts === undefined ? undefined : Math.floor(ts / HOUR_MS) * HOUR_MS })
      problems.add(fieldProblems, ts ?? receivedAt)
    },
  )
  const refused = await rows.write(context, 'reference_features')
  await markServedHours(store, model.name, places, now)
  return settle(context, records, { rejected: [...rejected, ...refused], erased, erasedIds }, problems)
}
