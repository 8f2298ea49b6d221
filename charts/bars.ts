import type { DistributionBin } from './data.ts'

/** Which bins come first, and which join the rest when there are many. */
export type BinOrder = 'contribution' | 'share'

export interface Bars {
  /** Bins proper: numeric ones in their own order, categories the largest first. */
  main: DistributionBin[]
  /** Missing, other and unseen: shown apart, and only where a side has rows in them. */
  apart: DistributionBin[]
  isNumeric: boolean
}

/** Categories beyond this are summed up. */
const MAX_CATEGORIES = 20

/** The bins as they are drawn. */
export function arrange(bins: readonly DistributionBin[], order: BinOrder = 'contribution'): Bars {
  const isApart = ({ kind }: DistributionBin) => kind === 'missing' || kind === 'other' || kind === 'unseen'
  const main = bins.filter((bin) => !isApart(bin))
  const apart = bins.filter(
    (bin) => isApart(bin) && ((bin.baselineShare ?? 0) > 0 || (bin.windowShare ?? 0) > 0),
  )
  const isNumeric = main.some(({ kind }) => kind !== 'category')
  return { main: isNumeric ? main : topCategories(main, order), apart, isNumeric }
}

function topCategories(bins: readonly DistributionBin[], order: BinOrder): DistributionBin[] {
  const share = ({ baselineShare, windowShare }: DistributionBin) => (baselineShare ?? 0) + (windowShare ?? 0)
  const size = (bin: DistributionBin) => (order === 'share' ? share(bin) : Math.abs(bin.contribution ?? 0))
  const sorted = bins.toSorted((a, b) => size(b) - size(a) || share(b) - share(a))
  // One more row costs no more than the line that would sum it up.
  if (sorted.length <= MAX_CATEGORIES + 1) return sorted
  const rest = sorted.slice(MAX_CATEGORIES)
  return [
    ...sorted.slice(0, MAX_CATEGORIES),
    { ...total(rest), label: `${rest.length} more`, kind: 'category' },
  ]
}

function total(bins: readonly DistributionBin[]) {
  const sum = (of: 'baselineShare' | 'windowShare' | 'contribution') =>
    bins.reduce<number | null>((all, bin) => (bin[of] === null ? all : (all ?? 0) + bin[of]), null)
  return {
    baselineShare: sum('baselineShare'),
    windowShare: sum('windowShare'),
    contribution: sum('contribution'),
  }
}
