import type { Counts } from '../../statistics/counts.ts'
import type { Thresholds } from '../../../domain/thresholds.ts'
import { severityOf, type Decision } from '../decide.ts'

/** A distance decides once chance would not reach it. */
export function beyondFloor(effect: number, noiseFloor: number, thresholds: Thresholds): Decision {
  return { effect, noiseFloor, severity: effect >= noiseFloor ? severityOf(effect, thresholds) : 'ok' }
}

/** Groups with rows on either side, less one. */
export function degreesOfFreedom(b: Counts, c: Counts): number {
  return b.reduce((occupied, rows, i) => (rows + c[i] > 0 ? occupied + 1 : occupied), -1)
}
