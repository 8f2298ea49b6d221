import { randomUUID } from 'node:crypto'
import { baselineColumns } from '../../store/profiles/baselines.ts'
import {
  announceDirty,
  confirmDirty,
  dirtyHours,
  settleDirty,
  type DirtyHour,
} from '../../store/events/dirty-hours.ts'
import { countPendingLabels, findSettling } from '../../store/events/labels.ts'
import { writeLabelledProfiles } from '../../store/labelled/labelled-profiles.ts'
import { writeUnmatchedLabels } from '../../store/labelled/unmatched-labels.ts'
import { readErasedIds } from '../../control/erasure/erased-ids.ts'
import { eventsDeletedBefore } from '../../control/retention/deleted-events.ts'
import { eraseRows } from '../../store/erasure/erase-rows.ts'
import type { Model } from '../../control/declared/model.ts'
import { stamp } from '../../control/database/counters.ts'
import { writeQualityCounts } from '../../store/profiles/quality-counts.ts'
import { writeSkewCounts } from '../../store/skew/skew-counts.ts'
import {
  hoursOfVersions,
  newestGeneration,
  publish,
  sweepProfiles,
  writeProfiles,
  type Rollup,
} from '../../store/profiles/profiles.ts'
import type { Store } from '../../store/engine/client.ts'
import { baselinesInUse } from '../run/compared-baseline.ts'
import { countedSegments } from '../run/slices.ts'
import { hoursIn, planRollup, type RollupJob } from './plan-rollup.ts'

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
  const open = await dirtyHours(store, model.name, now)
  if (open.length === 0) return 0
  // Counting an hour without its events would replace its counts by too few.
  const deleted = await eventsDeletedBefore(store.control, model.name)
  const dirty = deleted === undefined ? open : open.filter(({ hour }) => hour >= deleted)
  // Another process may have counted by a clock that is ahead of ours.
  const nextGeneration = generationsAfter(await newestGeneration(store), options.nextGeneration)
  const at = await stamp(store.control, now)
  await writeUnmatchedLabels(store, model.name, hoursIn(dirty, 'labels'), nextGeneration(), at)
  // Without a baseline there are no bins yet; taking one into use marks every hour dirty again.
  const jobs: (RollupJob & Counted)[] = []
  for (const { baseline, versions } of await baselinesInUse(store, model.name)) {
    const { binning } = baseline
    const changed = await changedHours(store, { model: model.name, binning, versions }, dirty)
    if (changed.length === 0) continue
    const columns = await baselineColumns(store, model, baseline)
    const segments = countedSegments(model, baseline)
    const planned = planRollup(model.task, columns, changed, segments)
    jobs.push(...planned.map((job) => ({ ...job, binning, segments, versions })))
  }
  let done = 0
  for (const { binning, segments, versions, stream, hours, columns: chunks, labelled } of jobs) {
    const shared = {
      model: model.name,
      binning,
      segments,
      versions,
      stream,
      hours,
      generation: nextGeneration(),
    }
    for (const chunk of chunks) await writeProfiles(store, { ...shared, columns: chunk })
    // Of some versions only, the counts would not be those of the model's data.
    if (stream === 'predictions' && versions === undefined) {
      await writeQualityCounts(store, model, shared)
      await writeSkewCounts(store, model, shared)
    }
    for (const sums of labelled) await writeLabelledProfiles(store, model, shared, sums)
    await publish(store, { ...shared, columns: [] }, await stamp(store.control, now))
    options.onProgress?.(++done, jobs.length)
  }
  await settleDirty(store, model.name, open, now)
  await sweepProfiles(store, model.name)
  return new Set(dirty.map(({ hour }) => hour.getTime())).size
}

/** The same generations, but none up to the given one. */
function generationsAfter(newest: number, next: () => number): () => number {
  let last = newest
  return () => (last = Math.max(last + 1, next()))
}

/** What is counted over the bins of a baseline. */
type Counted = Pick<Rollup, 'binning' | 'segments' | 'versions'>

/** The hours to count again where only rows of some versions are counted. */
async function changedHours(
  store: Store,
  scope: Pick<Rollup, 'model' | 'binning' | 'versions'>,
  dirty: readonly DirtyHour[],
): Promise<readonly DirtyHour[]> {
  if (scope.versions === undefined) return dirty
  const times = [...new Set(dirty.map(({ hour }) => hour.getTime()))]
  const hours = await hoursOfVersions(
    store,
    scope,
    times.map((time) => new Date(time)),
  )
  const changed = new Set(hours.map((hour) => hour.getTime()))
  return dirty.filter(({ hour }) => changed.has(hour.getTime()))
}

/** Gives labels that wait to their predictions, and marks the hours of these. */
export async function placeWaitingLabels(store: Store, model: Model, now: Date): Promise<void> {
  if ((await countPendingLabels(store, model.name)) === 0) return
  const before = await readErasedIds(store.control, model.name)
  const { hours, settle, ids, end } = await findSettling(store, model, now)
  if (hours.length > 0) {
    const batch = randomUUID()
    const dirty = hours.map((hour): DirtyHour => ({ stream: 'labels', hour, batch }))
    await announceDirty(store, model.name, dirty, now)
    await settle()
    await confirmDirty(store, model.name, dirty, now)
    // Labels that were found before their ids were erased, and given to predictions after.
    const { revision, has } = await readErasedIds(store.control, model.name)
    const erased = revision === before.revision ? [] : (await ids()).filter(has)
    if (erased.length > 0) await eraseRows(store, model.name, erased, now)
  }
  await end()
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
