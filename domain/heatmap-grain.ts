import { DAY_MS, WEEK_MS } from './time.ts'

/** What a cell of a heatmap covers: one window, or the windows that ended on one day or in one week of UTC. */
export const HEATMAP_GRAINS = ['window', 'day', 'week'] as const
export type HeatmapGrain = (typeof HEATMAP_GRAINS)[number]

/** 1970 began on a Thursday; weeks begin on Mondays. */
const MONDAY_OFFSET = 3 * DAY_MS

/** The day or week in which a window ended, counted from 1970. A window that ended at midnight is of the day before. */
function periodOf(end: Date, grain: 'day' | 'week'): number {
  const last = end.getTime() - 1
  return grain === 'day' ? Math.floor(last / DAY_MS) : Math.floor((last + MONDAY_OFFSET) / WEEK_MS)
}

/**
 * Which cell each window belongs to, counted from 0 without gaps. Neighbouring cells are joined evenly from the newest
 * one where there are more than `most`, so that the oldest cell may cover less.
 * @param ends of the windows, ascending
 */
export function heatmapCells(ends: readonly Date[], grain: HeatmapGrain, most: number): number[] {
  let last = -1
  const groups = ends.map((end, i) => {
    const isNew = grain === 'window' || i === 0 || periodOf(end, grain) !== periodOf(ends[i - 1], grain)
    return isNew ? ++last : last
  })
  const joined = Math.max(1, Math.ceil((last + 1) / most))
  const newest = Math.floor(last / joined)
  return groups.map((group) => newest - Math.floor((last - group) / joined))
}
