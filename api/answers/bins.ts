import { sum } from '../../domain/sum.ts'
import type { ColumnInput } from '../../detectors/verdict/column-input.ts'
import { formatGroupLabel, groupCounts, type GroupLabel } from '../../detectors/verdict/groups.ts'
import { psiContributions } from '../../detectors/statistics/psi.ts'
import { slotCount } from '../../store/profiles/binning.ts'
import { decodeFloats } from '../../store/engine/floats.ts'
import type { StoredResult } from '../../store/results/result-detail.ts'
import type { Bin } from '../contract/bins.ts'

/** The bins of PSI over both sides of a column, with what each adds to it. */
export function binsOf(input: ColumnInput): Bin[] {
  const { labels, baseline, window } = groupCounts(input)
  const contributions = psiContributions(baseline, window)
  const shares = [baseline, window].map((counts) => {
    const rows = sum(counts)
    return counts.map((count) => (rows > 0 ? count / rows : null))
  })
  return labels.map((label, i) => ({
    label:
      input.binning.kind === 'numeric' && label.kind === 'other' ? 'new values' : formatGroupLabel(label),
    ...detail(label),
    baseline: baseline[i],
    window: window[i],
    baseline_share: shares[0][i],
    window_share: shares[1][i],
    contribution: contributions?.[i] ?? null,
  }))
}

/** The bins of both sides of a result; none where they are no longer stored, or it is not of such bins. */
export function contributionsOf({
  bins,
  baseline,
  window,
}: Pick<StoredResult, 'bins' | 'baseline' | 'window'>): Bin[] {
  if (bins === null || [baseline, window].some(({ profile }) => profile.counts.length !== slotCount(bins)))
    return []
  const [b, c] = [baseline, window].map(({ profile: { counts, sums, squares } }) => ({
    counts,
    sums: decodeFloats(sums),
    squares: decodeFloats([squares])[0],
  }))
  return binsOf({ binning: bins, baseline: b, window: c })
}

function detail(label: GroupLabel): Pick<Bin, 'kind' | 'category' | 'value' | 'from' | 'to'> {
  return label.kind === 'category' ? { kind: 'category', category: label.value } : label
}
