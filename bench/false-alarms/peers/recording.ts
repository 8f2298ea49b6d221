import type { SimulatedColumn } from '../columns.ts'
import { CHUNKS } from '../plain-rules.ts'
import { Random } from '../random.ts'
import { STANDARD_NORMAL, type ShiftedColumn } from '../shifts.ts'
import { hourlyRows, SlidingWindow, WINDOW_HOURS } from '../sliding.ts'
import { addRows, emptyCounts, streamOf } from '../stream.ts'
import { shuffle, valuesOf } from './values.ts'

/** A stream that is kept, so that all rules judge the very same rows. */
export interface Recording {
  columns: readonly SimulatedColumn[]
  /** Of a window. */
  rows: number
  baseline: readonly Int32Array[]
  /** Further samples of the baseline's law, each with as many rows as a window. */
  chunks: readonly Int32Array[][]
  /** Counts of each column by hour; the first evaluation is of the first {@link WINDOW_HOURS}. */
  hours: readonly Int32Array[][]
  /** Of each column the raw values: those of the baseline in random order, then those of the hours. */
  values: readonly number[][]
}

interface Plan {
  columns: readonly SimulatedColumn[]
  rows: number
  /** Of windows, hourly. */
  evaluations: number
  seed: number
  /** The hour of the day at which it begins. */
  startsAt?: number | undefined
  /** Of the only column, at this hour. */
  change?: { at: number; to: ShiftedColumn } | undefined
}

export function record({ columns, rows, evaluations, seed, startsAt = 0, change }: Plan): Recording {
  const random = new Random(seed)
  // Of its own, so that a seed gives the same counts as in the other cells.
  const randomOfValues = new Random(~seed)
  const { baseline, addRows: addSteadyRows } = streamOf(random, columns)
  const values = columns.map((column, i) => {
    const own = valuesOf(column, baseline[i], STANDARD_NORMAL, randomOfValues)
    shuffle(own, randomOfValues)
    return own
  })
  const chunks = Array.from({ length: CHUNKS }, () => {
    const counts = emptyCounts(baseline)
    addSteadyRows(rows, counts)
    return counts
  })
  const rowsByHour = hourlyRows(rows)
  const hours = Array.from({ length: WINDOW_HOURS - 1 + evaluations }, (_, hour) => {
    const counts = emptyCounts(baseline)
    const to = change !== undefined && hour >= change.at ? change.to : undefined
    const current = to === undefined ? columns : [to.after]
    addRows(random, current, rowsByHour[(startsAt + hour) % WINDOW_HOURS], counts)
    for (const [i, column] of current.entries())
      for (const value of valuesOf(column, counts[i], to?.normal ?? STANDARD_NORMAL, randomOfValues))
        values[i].push(value)
    return counts
  })
  return { columns, rows, baseline, chunks, hours, values }
}

/** Goes through the windows of a recording; their counts are valid until the next one. */
export function* windowsOf({ baseline, hours }: Recording): Generator<readonly Int32Array[]> {
  const sliding = new SlidingWindow(baseline.map(({ length }) => length))
  for (const [hour, recorded] of hours.entries()) {
    sliding.advance((counts) => {
      for (const [i, own] of counts.entries()) own.set(recorded[i])
    })
    if (hour >= WINDOW_HOURS - 1) yield sliding.window
  }
}
