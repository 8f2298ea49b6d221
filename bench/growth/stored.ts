import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { DAY_MS, HOUR_MS } from '../../domain/time.ts'
import { markDirty } from '../../store/events/dirty-hours.ts'
import { rows } from '../../store/engine/query.ts'
import { generatePredictions } from '../generate.ts'
import { timed, withStore, type Timed } from '../support.ts'
import { peakMemory } from './memory.ts'
import type { Measured } from './table.ts'
import {
  fillModel,
  mergesDone,
  timeChecks,
  timePages,
  featureValue,
  type WatchedModel,
} from './watched-model.ts'

const FEATURES = 30
/** A hundred, and as much again and more for parts that merges have replaced. */
const BYTES_A_ROW = 250
const SPARE_BYTES = 5e9

export interface StoredSize {
  size: string
  rows: number
  /** What they are spread over. */
  days: number
  /** Rows that come later, in a day. */
  newRows: number
  /** Hourly windows that are checked. */
  windows: number
}

/** Why the disk has no room for so many rows, if it has none. */
export async function withoutRoom({ rows: count }: StoredSize): Promise<string | undefined> {
  const { bavail, bsize } = await statfs(tmpdir())
  const [free, needed] = [bavail * bsize, count * BYTES_A_ROW + SPARE_BYTES]
  const gigabytes = (bytes: number) => `${Math.round(bytes / 1e9)} GB`
  return free < needed
    ? `needs ${gigabytes(needed)} in ${tmpdir()}, which has ${gigabytes(free)}; set TMPDIR to a larger disk`
    : undefined
}

/** What checks, counting and pages cost among so many stored predictions. */
export async function measureStored({
  size,
  rows: count,
  days,
  newRows,
  windows,
}: StoredSize): Promise<Measured> {
  return withStore(async (store, directory) => {
    const watched = await fillModel(store, { features: FEATURES, rows: count, hours: days * 24 })
    const { counter, model, end } = watched
    const backlog = await peakMemory(() => timed(() => counter(model, new Date(end))))
    await mergesDone(store)
    const checks = await timeChecks(watched, windows)
    const pages = await timePages(watched, directory)
    const added = await timeNewRows(watched, newRows, count)
    return {
      size,
      values: {
        'check, ms': checks.ms,
        'check, ms of CPU': checks.cpu,
        'counting 1 million new rows, s': (added.times.ms / newRows) * 1_000,
        'counting 1 million new rows, s of CPU': (added.times.cpu / newRows) * 1_000,
        'overview, ms': pages.overview,
        'heatmap of a week, ms': pages.heatmap,
        'column page, ms': pages.column,
        'memory while checking, MB': checks.peak,
        'memory while counting new rows, MB': added.peak,
        'first count of all rows, s': backlog.outcome.ms / 1_000,
        'first count of all rows, s of CPU': backlog.outcome.cpu / 1_000,
        'memory during the first count, MB': backlog.peak,
        'bytes on disk a row': await bytesARow(watched),
      },
    }
  })
}

const DAYS_ADDED = 3

/** Days of new predictions, each counted when it is complete: the fastest. */
async function timeNewRows(
  { store, model, counter, end }: WatchedModel,
  newRows: number,
  stored: number,
): Promise<{ times: Timed; peak: number }> {
  const all: { outcome: Timed; peak: number }[] = []
  for (let day = 0; day < DAYS_ADDED; day++) {
    const from = end + day * DAY_MS
    const to = from + DAY_MS
    await generatePredictions(store, model, {
      from,
      to,
      rows: newRows,
      first: stored + day * newRows,
      featureValue,
    })
    const hours = Array.from({ length: 24 }, (_, hour) => new Date(from + hour * HOUR_MS))
    await markDirty(store, model.name, ['predictions', 'labels'], hours, new Date(to))
    await mergesDone(store)
    all.push(await peakMemory(() => timed(() => counter(model, new Date(to)))))
  }
  const [{ outcome: times }] = all.toSorted((a, b) => a.outcome.ms - b.outcome.ms)
  return { times, peak: Math.max(...all.map(({ peak }) => peak)) }
}

/** Of predictions, with the index of their ids. */
async function bytesARow({ store }: WatchedModel): Promise<number> {
  const [{ bytes, stored }] = await rows<{ bytes: number; stored: number }>(
    store.read,
    `SELECT sum(bytes_on_disk) AS bytes, sumIf(rows, startsWith(table, 'predictions_')) AS stored FROM system.parts
     WHERE active AND database = currentDatabase() AND match(table, '^(predictions|label_index)_')`,
  )
  return bytes / stored
}
