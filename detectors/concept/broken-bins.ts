import type { ConceptBin } from './bin.ts'
import type { ConceptChange } from './change.ts'

/** A bin with the class, or 0 for numbers, whose labels changed in it. */
export interface BrokenBin {
  bin: ConceptBin
  k: number
  /** What it adds to the effect, in squared rate times rows; above 0. */
  part: number
}

/** Of two classes both add the same, but for rounding, and the one that is told apart is named. */
const CLEARLY = 1 + 1e-9

/** The bins where labels changed by more than chance would have it, each by its class that changed most; most first. */
export function brokenBins({ bins }: ConceptChange): BrokenBin[] {
  return bins.flatMap((bin) => brokenClass(bin) ?? []).sort((a, b) => b.part - a.part)
}

function brokenClass(bin: ConceptBin): BrokenBin | undefined {
  let most: BrokenBin | undefined
  bin.alone.forEach((alone, k) => {
    const part = bin.rows.window * ((bin.window[k] - bin.baseline[k]) ** 2 - bin.variances[k])
    if (alone && part > CLEARLY * (most?.part ?? 0)) most = { bin, k, part }
  })
  return most
}
