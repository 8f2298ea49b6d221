import { stamp } from '../../control/database/counters.ts'
import { readErasedIds, type ErasedIds } from '../../control/erasure/erased-ids.ts'
import { eventsDeletedBefore } from '../../control/retention/deleted-events.ts'
import { HOUR_MS } from '../../domain/time.ts'
import { setImmediate } from 'node:timers/promises'
import { pendingLabelLine } from '../../store/events/labels.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Store } from '../../store/engine/client.ts'
import { writeDeadLetters, type RejectedRecord } from '../dead-letters/write-dead-letters.ts'
import { LABEL_KEYS, labelDecoder } from '../decode/decode-label.ts'
import { PREDICTION_KEYS, predictionDecoder } from '../decode/decode-prediction.ts'
import type { InputWarning } from '../decode/input-problem.ts'
import { refusedByStore, type Rejection, type RejectionReason } from '../decode/outcome.ts'
import type { RecordOrigin } from '../decode/origin.ts'
import { refuseDeleted } from '../decode/deleted-time.ts'
import { eraseMeanwhile, erasedAmong, hasErasedId } from './erased-records.ts'
import { ProblemTally } from './problem-tally.ts'
import { parsed, rawOf, type RawRecord } from './raw-record.ts'
import type { Write, Writer } from './writer.ts'

export interface IntakeContext {
  store: Store
  writer: Writer
  model: Model
  /** Where the records came from, for dead letters: `http:predictions`, a topic. */
  source: string
  /** Classes that the model is known to have; absent where that is not known. */
  classes?: ReadonlySet<string> | undefined
  now: Date
  /** Of labels that say no time: how long after their predictions they came; without it they came now. */
  labelDelay?: number | undefined
}

export interface IntakeResult {
  accepted: number
  rejected: { index: number; reason: RejectionReason; detail: string }[]
  /** Records that were dropped because their ids have been erased. */
  erased: number
  /** What of the accepted ones is not as it was declared, the most frequent first. */
  warnings: InputWarning[]
}

/** So long, in milliseconds, are records decoded until the event loop gets its turn. */
const TURN_MS = 10

/** Stores a batch of predictions. Resolves once rows and dead letters are stored, so that it may be acknowledged. */
export async function storePredictions(
  context: IntakeContext,
  records: readonly RawRecord[],
): Promise<IntakeResult> {
  const rows = new Rows()
  const problems = new ProblemTally(context.model, PREDICTION_KEYS)
  const decode = predictionDecoder(context.model, context.classes)
  const now = context.now.getTime()
  const { control } = context.store
  const [stamped, erasedIds, deleted] = await Promise.all([
    // A correction must win, whatever the clock of the process says that takes it.
    stamp(control, context.now),
    readErasedIds(control, context.model.name),
    eventsDeletedBefore(control, context.model.name),
  ])
  const receivedAt = stamped.getTime()
  const { rejected, erased } = await decodeAll(
    records,
    erasedIds,
    (value) => refuseDeleted(decode(value, now, receivedAt), deleted, 'ts', ({ ts }) => ts),
    ({ line, ts, fieldProblems }, index) => {
      rows.add(index, line, ts)
      problems.add(fieldProblems, ts)
    },
  )
  const [refused] = await Promise.all([rows.write(context, 'predictions'), writeProblems(context, problems)])
  return settle(context, records, { rejected: [...rejected, ...refused], erased, erasedIds }, problems)
}

/** Stores a batch of labels; those that name no time of their prediction wait until it is found. */
export async function storeLabels(
  context: IntakeContext,
  records: readonly RawRecord[],
): Promise<IntakeResult> {
  const { model, now, classes } = context
  const [placed, pending] = [new Rows(), new Rows()]
  const problems = new ProblemTally(model, LABEL_KEYS)
  const decode = labelDecoder(model, { classes, delay: context.labelDelay })
  // A label from a clock that goes ahead would count as the newest until then.
  const at = (origin?: RecordOrigin) => Math.min(origin?.recordedAt ?? Infinity, now.getTime())
  const { control } = context.store
  const [erasedIds, deleted] = await Promise.all([
    readErasedIds(control, model.name),
    eventsDeletedBefore(control, model.name),
  ])
  const { rejected, erased } = await decodeAll(
    records,
    erasedIds,
    (value, origin) =>
      refuseDeleted(
        decode(value, at(origin), now.getTime()),
        deleted,
        'prediction_ts',
        ({ predictionTs }) => predictionTs,
      ),
    (label, index) => {
      const { id, predictionTs, labelledAt, fieldProblems } = label
      problems.add(fieldProblems, predictionTs ?? labelledAt)
      if (predictionTs === undefined)
        pending.add(index, pendingLabelLine(model.name, { ...label, labelledAt: new Date(labelledAt) }, now))
      else
        placed.add(
          index,
          JSON.stringify([id, floorHour(predictionTs) / 1000, label.label, labelledAt]),
          predictionTs,
        )
    },
  )
  const [refused, refusedPending] = await Promise.all([
    placed.write(context, 'labels'),
    pending.write(context, 'pending_labels'),
    writeProblems(context, problems),
  ])
  return settle(
    context,
    records,
    { rejected: [...rejected, ...refused, ...refusedPending], erased, erasedIds },
    problems,
  )
}

interface Rejected {
  index: number
  rejection: Rejection
}

/** Encoded rows with the records they come from and the hours they fall into. */
export class Rows {
  readonly #lines: string[] = []
  readonly #records: number[] = []
  readonly #hours: number[] = []
  #characters = 0

  /** @param ts absent where the hour is not known, which then holds for all rows */
  add(record: number, line: string, ts?: number): void {
    this.#lines.push(line)
    this.#records.push(record)
    this.#characters += line.length
    if (ts !== undefined) this.#hours.push(floorHour(ts))
  }

  /** Resolves once the rows are stored, with the records that ClickHouse refused. */
  async write({ writer, model, now }: IntakeContext, target: Write['target']): Promise<Rejected[]> {
    const rows = { lines: this.#lines, characters: this.#characters, hours: this.#hours }
    const refused = await writer.write({ model, now, target, ...rows })
    return refused.map(({ index, message }) => ({
      index: this.#records[index],
      rejection: refusedByStore(message),
    }))
  }
}

export async function writeProblems(context: IntakeContext, problems: ProblemTally): Promise<void> {
  const rows = new Rows()
  for (const [index, { line, hour }] of problems.lines(context.now).entries()) rows.add(index, line, hour)
  await rows.write(context, 'input_problems')
}

/** Hands what can be decoded to `accept`, and drops what has an erased id; returns the rest. */
export async function decodeAll<Decoded extends { status: 'accepted' }>(
  records: readonly RawRecord[],
  erasedIds: ErasedIds,
  decode: (value: unknown, origin: RecordOrigin | undefined) => Decoded | Rejection,
  accept: (decoded: Decoded, index: number) => void,
): Promise<{ rejected: Rejected[]; erased: number }> {
  const rejected: Rejected[] = []
  let erased = 0
  let turn = performance.now()
  for (const [index, raw] of records.entries()) {
    if (performance.now() - turn > TURN_MS) {
      await setImmediate()
      turn = performance.now()
    }
    const record = parsed(raw)
    if (hasErasedId(record, erasedIds)) {
      erased++
      continue
    }
    const outcome = 'rejection' in record ? record.rejection : decode(record.value, raw.origin)
    if (outcome.status === 'accepted') accept(outcome, index)
    else rejected.push({ index, rejection: outcome })
  }
  return { rejected, erased }
}

function floorHour(time: number): number {
  return Math.floor(time / HOUR_MS) * HOUR_MS
}

export async function settle(
  context: IntakeContext,
  records: readonly RawRecord[],
  { rejected, erased, erasedIds }: { rejected: readonly Rejected[]; erased: number; erasedIds: ErasedIds },
  problems: ProblemTally,
): Promise<IntakeResult> {
  const { store, model, source, now } = context
  const rejectedRecords = rejected.map(({ index, rejection }): RejectedRecord => {
    const record = records[index]
    return { source, model: model.name, rejection, raw: rawOf(record), origin: record.origin }
  })
  await writeDeadLetters(store, rejectedRecords, now)
  const written = { store, model: model.name, now }
  await eraseMeanwhile(written, erasedIds, (newer) => erasedAmong(records, newer))
  return {
    accepted: records.length - rejected.length - erased,
    erased,
    rejected: rejected.map(({ index, rejection: { reason, detail } }) => ({ index, reason, detail })),
    warnings: problems.warnings(),
  }
}
