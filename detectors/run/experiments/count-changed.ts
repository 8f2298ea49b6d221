import { HOUR_MS } from '../../../domain/time.ts'
import type { Experiment } from '../../../control/declared/experiment.ts'
import type { Model } from '../../../control/declared/model.ts'
import type { Store } from '../../../store/engine/client.ts'
import { countedFingerprints, countHours, storedFingerprints } from '../../../store/experiments/hours.ts'

/** Rows of so many hours are joined at once. */
const HOURS_AT_ONCE = 24

/** Counts the hours of a period that were never counted, or have changed since. */
export async function countChangedHours(
  store: Store,
  subject: { model: Model; experiment: Experiment; definition: string },
  { from, to }: { from: Date; to: Date },
  now: Date,
): Promise<void> {
  const { model, experiment, definition } = subject
  // First: what changes while rows are read is counted again at the next look.
  const stored = await storedFingerprints(store, model.name, from, to)
  const counted = await countedFingerprints(store, { model: model.name, name: experiment.name, definition })
  const fingerprint = (hour: number) => stored.get(hour) ?? '0'
  const stale: number[] = []
  for (let hour = from.getTime(); hour < to.getTime(); hour += HOUR_MS)
    if (counted.get(hour) !== fingerprint(hour)) stale.push(hour)
  for (const run of runsOf(stale)) {
    const span = { from: new Date(run[0]), to: new Date(run.at(-1)! + HOUR_MS) }
    await countHours(store, subject, { ...span, fingerprint, now })
  }
}

/** Hours in a row, at most so many together. */
function runsOf(hours: readonly number[]): number[][] {
  const runs: number[][] = []
  for (const hour of hours) {
    const last = runs.at(-1)
    if (last !== undefined && last.at(-1)! + HOUR_MS === hour && last.length < HOURS_AT_ONCE) last.push(hour)
    else runs.push([hour])
  }
  return runs
}
