import { activeBaseline, baselineColumns } from '../store/baselines.ts'
import { announceDirty, confirmDirty, dirtyHours, settleDirty, type DirtyHour } from '../store/dirty-hours.ts'
import { countPendingLabels, settleableHours, settleLabels } from '../store/labels.ts'
import { writeLabelledProfiles } from '../store/labelled-profiles.ts'
import type { Model } from '../store/model.ts'
import { publish, sweepProfiles, writeProfiles } from '../store/profiles.ts'
import type { Store } from '../store/client.ts'
import { planRollup } from './plan-rollup.ts'

export interface RollupOptions {
  store: Store
  model: Model
  now: Date
  /** Gives a number that is larger at each call, across restarts; see {@link generationClock}. */
  nextGeneration: () => number
  onProgress?: (done: number, total: number) => void
}

/**
 * Brings the profiles of a model up to date: gives waiting labels to their predictions, counts every hour
 * that changed since, and publishes it. Repeating it changes nothing. Returns how many hours were counted.
 */
export async function rollup(options: RollupOptions): Promise<number> {
  const { store, model, now } = options
  await placeWaitingLabels(store, model, now)
  const dirty = await dirtyHours(store, model.name, now)
  if (dirty.length === 0) return 0
  const baseline = await activeBaseline(store, model.name)
  // Without a baseline there are no bins yet; activating one marks every hour dirty again.
  const columns = baseline === undefined ? [] : await baselineColumns(store, model, baseline)
  const jobs = planRollup(model.task, columns, dirty)
  let done = 0
  for (const { part, hours, columns: chunks, labelled } of jobs) {
    const shared = {
      model: model.name,
      binning: baseline!.binning,
      part,
      hours,
      generation: options.nextGeneration(),
    }
    for (const chunk of chunks) await writeProfiles(store, { ...shared, columns: chunk })
    for (const sums of labelled) await writeLabelledProfiles(store, model, shared, sums)
    await publish(store, { ...shared, columns: [] }, now)
    options.onProgress?.(++done, jobs.length)
  }
  await settleDirty(store, model.name, dirty, now)
  await sweepProfiles(store, model.name)
  return new Set(dirty.map(({ hour }) => hour.getTime())).size
}

async function placeWaitingLabels(store: Store, model: Model, now: Date): Promise<void> {
  if ((await countPendingLabels(store, model.name)) === 0) return
  const hours = await settleableHours(store, model.name, now)
  if (hours.length === 0) return
  const dirty = hours.map((hour): DirtyHour => ({ part: 'labels', hour, batch: `settle-${now.getTime()}` }))
  await announceDirty(store, model.name, dirty, now)
  await settleLabels(store, model, hours, now)
  await confirmDirty(store, model.name, dirty, now)
}

/** Milliseconds times this, with a random rest, stay below 2^53 until the year 2039. */
const RANDOM_STEPS = 4096

/**
 * Generations from a wall clock: increasing within a process, and unique across restarts and processes.
 * @param after the newest one that is published, so that a clock that was set back hides nothing
 */
export function generationClock(
  after = 0,
  clock: () => number = Date.now,
  random: () => number = Math.random,
): () => number {
  let last = after
  return () => {
    last = Math.max(last + 1, clock() * RANDOM_STEPS + Math.floor(random() * RANDOM_STEPS))
    return last
  }
}
