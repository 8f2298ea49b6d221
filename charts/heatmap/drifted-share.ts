import type { Verdict } from '../../domain/verdict.ts'
import type { SharePoint } from '../data.ts'

/** A heatmap as the API answers it. */
interface HeatmapAnswer {
  window_ends: readonly string[]
  rows: readonly { kind: string; verdicts: readonly (Verdict | null)[] }[]
}

/** Of each cell's time, how many features got a verdict, and how many of those are at warning and at critical. */
export function driftedShare({ window_ends, rows }: HeatmapAnswer): SharePoint[] {
  const features = rows.filter(({ kind }) => kind === 'feature')
  return window_ends.map((windowEnd, i) => {
    const count = (wanted: readonly string[]) =>
      features.filter(({ verdicts }) => wanted.includes(verdicts[i] ?? '')).length
    return {
      windowEnd,
      columns: count(['ok', 'unconfirmed', 'warning', 'critical']),
      warning: count(['warning']),
      critical: count(['critical']),
    }
  })
}
