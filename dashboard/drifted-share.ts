import type { SharePoint } from '../charts/data.ts'
import type { Answer } from './queries/answer.ts'

type Heatmap = Pick<Answer<'getHeatmap'>, 'window_ends' | 'rows'>

/** Of each cell's time, how many features got a verdict, and how many of those are at warning and at critical. */
export function driftedShare({ window_ends, rows }: Heatmap): SharePoint[] {
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
