import { arrange } from './bars.ts'
import type { DistributionBin } from './data.ts'

/** One bin of a small distribution: bars from the lower edge up, in pixels. */
export interface SmallBar {
  label: string
  x: number
  width: number
  /** Height of each side. */
  baseline: number
  window: number
}

/** Bins of several distributions of one column in one order, so that they stand below each other. */
export function commonBins(distributions: readonly (readonly DistributionBin[])[]): string[] {
  const shares = new Map<string, DistributionBin>()
  for (const bin of distributions.flat()) {
    const before = shares.get(bin.label)
    shares.set(bin.label, {
      ...bin,
      baselineShare: (before?.baselineShare ?? 0) + (bin.baselineShare ?? 0),
      windowShare: (before?.windowShare ?? 0) + (bin.windowShare ?? 0),
    })
  }
  const { main, apart } = arrange([...shares.values()], 'share')
  return [...main, ...apart].map(({ label }) => label)
}

/** The largest share of any bin, the upper edge that all of them share. */
export function commonScale(distributions: readonly (readonly DistributionBin[])[]): number {
  return Math.max(
    0,
    ...distributions
      .flat()
      .flatMap(({ baselineShare, windowShare }) => [baselineShare ?? 0, windowShare ?? 0]),
  )
}

/** The geometry of one of them. A bin that it does not have has no height. */
export function smallBars(
  bins: readonly DistributionBin[],
  labels: readonly string[],
  { width, height, max }: { width: number; height: number; max: number },
): SmallBar[] {
  const byLabel = new Map(bins.map((bin) => [bin.label, bin]))
  const step = width / Math.max(1, labels.length)
  const scaled = (share: number | null | undefined) => (max > 0 ? ((share ?? 0) / max) * height : 0)
  return labels.map((label, i) => {
    const bin = byLabel.get(label)
    return {
      label,
      x: (i + 0.1) * step,
      width: 0.8 * step,
      baseline: scaled(bin?.baselineShare),
      window: scaled(bin?.windowShare),
    }
  })
}
