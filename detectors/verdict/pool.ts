import { sum } from 'simple-statistics'
import type { GroupCounts } from './groups.ts'

/** A category is kept when the smaller side would hold this many of its rows if nothing had moved. */
const MIN_EXPECTED = 5

/**
 * Puts rare categories together into `other`, for the verdict on a categorical column. What decides is the
 * count over both sides: choosing by the baseline's alone favours categories that happened to be frequent
 * there, and PSI's noise on 230 categories then reaches 0.2. Missing always stays a group of its own.
 * Unseen rows always join `other`: each of their categories would be rare, and as a group of their own they
 * would be chosen by baseline count after all. Numeric groups are not categories and pass unchanged.
 */
export function poolRare(groups: GroupCounts): GroupCounts {
  const { labels, baseline, window } = groups
  const nB = sum([...baseline])
  const nC = sum([...window])
  const share = Math.min(nB, nC) / (nB + nC)
  const pooled = labels.map(({ kind }, i) => {
    if (kind === 'category') return !((baseline[i] + window[i]) * share >= MIN_EXPECTED)
    return kind === 'unseen'
  })
  if (!pooled.includes(true)) return groups
  const keep = <T>(values: readonly T[]) => values.filter((_, i) => !pooled[i] && labels[i].kind !== 'other')
  const kept = { labels: keep(labels), baseline: keep(baseline), window: keep(window) }
  return {
    labels: [...kept.labels, { kind: 'other' }],
    baseline: [...kept.baseline, nB - sum(kept.baseline)],
    window: [...kept.window, nC - sum(kept.window)],
  }
}
