import { effectiveRows, totals } from '../../statistics/counts.ts'
import type { Thresholds } from '../../../domain/thresholds.ts'
import type { ColumnDecision } from '../decide.ts'
import type { GroupCounts } from '../groups.ts'
import { jensenShannon } from '../../statistics/jensen-shannon.ts'
import { chiSquareIsf } from '../../statistics/tails.ts'
import { beyondFloor, degreesOfFreedom } from './beyond-floor.ts'

/**
 * Under no change the squared distance times this is about chi-square with K - 1 degrees: the divergence is in nats
 * an eighth of `sum (p - q)² / m`, and so of X² / n_eff, where p and q are near.
 */
export function chiSquareScale(rows: { nB: number; nC: number }): number {
  return 8 * Math.LN2 * effectiveRows(rows)
}

/** By the Jensen–Shannon distance (base 2, in [0, 1]) of the groups, rare categories pooled. */
export function decideByJensenShannon(
  { baseline, window }: GroupCounts,
  alpha: number,
  thresholds: Thresholds,
): ColumnDecision | undefined {
  const n = totals(baseline, window)
  const distance = jensenShannon(baseline, window)
  if (!n || distance === undefined) return undefined
  const needed = chiSquareIsf(alpha, degreesOfFreedom(baseline, window))
  return beyondFloor(distance, Math.sqrt(needed / chiSquareScale(n)), thresholds)
}
