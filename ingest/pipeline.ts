import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { announceDirty, confirmDirty, type DirtyHour } from '../store/dirty-hours.ts'
import { insertDeadLetters, payloadOffset, type DeadLetter } from '../store/dead-letters.ts'
import { insertLabels, insertPendingLabels, type PendingLabel } from '../store/labels.ts'
import type { Model } from '../store/model.ts'
import { insertPredictions } from '../store/predictions.ts'
import type { Part } from '../store/profiles.ts'
import type { Store } from '../store/client.ts'
import { labelDecoder } from './decode-label.ts'
import { predictionDecoder } from './decode-prediction.ts'
import { toJson } from './fields.ts'
import type { Rejection } from './outcome.ts'

/** One record as it came: parsed, or the reason why it could not be, with its text for the dead letter. */
export type RawRecord = { value: unknown; raw?: string } | { rejection: Rejection; raw: string }

export interface IntakeContext {
  store: Store
  model: Model
  /** Where the records came from, for dead letters: `http:predictions`, a topic. */
  source: string
  now: Date
}

export interface IntakeResult {
  accepted: number
  rejected: { index: number; reason: string; detail: string }[]
}

const HOUR_MS = 3_600_000
/** Records decoded between two turns of the event loop. */
const SLICE = 500

/** Stores a batch of predictions. Resolves once rows and dead letters are stored, so that it may be acknowledged. */
export async function storePredictions(
  context: IntakeContext,
  records: readonly RawRecord[],
): Promise<IntakeResult> {
  const { store, model, now } = context
  const { accepted, rejected } = await decodeAll(records, predictionDecoder(model), now)
  await writeDirty(
    context,
    ['predictions', 'labels'],
    accepted.map(({ ts }) => ts),
    () =>
      insertPredictions(
        store,
        model,
        accepted.map(({ line }) => line),
      ),
  )
  await bury(context, rejected)
  return summary(accepted.length, rejected)
}

/** Stores a batch of labels; those that name no time of their prediction wait until it is found. */
export async function storeLabels(
  context: IntakeContext,
  records: readonly RawRecord[],
): Promise<IntakeResult> {
  const { store, model, now } = context
  const { accepted, rejected } = await decodeAll(records, labelDecoder(model), now)
  const placed: { ts: number; line: string }[] = []
  const pending: PendingLabel[] = []
  for (const { id, label, labelledAt, predictionTs } of accepted) {
    if (predictionTs === undefined) pending.push({ id, label, labelledAt: new Date(labelledAt) })
    else
      placed.push({
        ts: predictionTs,
        line: JSON.stringify([id, floorHour(predictionTs) / 1000, label, labelledAt]),
      })
  }
  await writeDirty(
    context,
    ['labels'],
    placed.map(({ ts }) => ts),
    () =>
      insertLabels(
        store,
        model,
        placed.map(({ line }) => line),
      ),
  )
  await insertPendingLabels(store, model.name, pending, now)
  await bury(context, rejected)
  return summary(accepted.length, rejected)
}

type Rejected = { index: number; rejection: Rejection; raw: string }

async function decodeAll<Decoded extends { status: 'accepted' }>(
  records: readonly RawRecord[],
  decode: (value: unknown, receivedAt: number) => Decoded | Rejection,
  now: Date,
): Promise<{ accepted: Decoded[]; rejected: Rejected[] }> {
  const accepted: Decoded[] = []
  const rejected: Rejected[] = []
  for (const [index, record] of records.entries()) {
    if (index % SLICE === SLICE - 1) await setImmediate()
    const outcome = 'rejection' in record ? record.rejection : decode(record.value, now.getTime())
    if (outcome.status === 'accepted') accepted.push(outcome)
    else
      rejected.push({
        index,
        rejection: outcome,
        raw: record.raw ?? toJson((record as { value: unknown }).value),
      })
  }
  return { accepted, rejected }
}

/** Marks the hours dirty around the write: a crash before its end leaves them announced, and so found. */
async function writeDirty(
  { store, model, now }: IntakeContext,
  parts: readonly Part[],
  times: readonly number[],
  write: () => Promise<void>,
): Promise<void> {
  if (times.length === 0) return
  const batch = randomUUID()
  const hours = [...new Set(times.map(floorHour))]
  const dirty = parts.flatMap((part) =>
    hours.map((hour): DirtyHour => ({ part, hour: new Date(hour), batch })),
  )
  await announceDirty(store, model.name, dirty, now)
  await write()
  await confirmDirty(store, model.name, dirty, now)
}

function floorHour(time: number): number {
  return Math.floor(time / HOUR_MS) * HOUR_MS
}

async function bury(
  { store, model, source, now }: IntakeContext,
  rejected: readonly Rejected[],
): Promise<void> {
  const letters = new Map<number, DeadLetter>()
  for (const { rejection, raw } of rejected) {
    const { reason, detail } = rejection
    const offset = payloadOffset(model.name, raw)
    letters.set(offset, { source, partition: 0, offset, model: model.name, reason, detail, payload: raw })
  }
  await insertDeadLetters(store, [...letters.values()], now)
}

function summary(accepted: number, rejected: readonly Rejected[]): IntakeResult {
  return {
    accepted,
    rejected: rejected.map(({ index, rejection: { reason, detail } }) => ({ index, reason, detail })),
  }
}
