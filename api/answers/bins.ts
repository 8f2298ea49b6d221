import type { ColumnInput } from '../../detectors/column-input.ts'
import { formatGroupLabel, groupCounts, type GroupLabel } from '../../detectors/groups.ts'
import { psiContributions } from '../../detectors/psi.ts'
import type { Bin } from '../contract/bins.ts'

/** The bins of PSI over both sides of a column, with what each adds to it. */
export function binsOf(input: ColumnInput): Bin[] {
  const { labels, baseline, window } = groupCounts(input)
  const contributions = psiContributions(baseline, window)
  const shares = [baseline, window].map((counts) => {
    const rows = counts.reduce((sum, count) => sum + count, 0)
    return counts.map((count) => (rows > 0 ? count / rows : null))
  })
  return labels.map((label, i) => ({
    label: formatGroupLabel(label),
    ...detail(label),
    baseline: baseline[i],
    window: window[i],
    baseline_share: shares[0][i],
    window_share: shares[1][i],
    contribution: contributions?.[i] ?? null,
  }))
}

function detail(label: GroupLabel): Pick<Bin, 'kind' | 'category' | 'value' | 'from' | 'to'> {
  return label.kind === 'category' ? { kind: 'category', category: label.value } : label
}
