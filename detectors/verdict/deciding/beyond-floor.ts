import type { Counts } from '../../statistics/counts.ts'
import type { Thresholds } from '../../../domain/thresholds.ts'
import { gradeOf, type ColumnDecision } from '../decide.ts'

/** A distance decides once chance would not reach it. */
export function beyondFloor(effect: number, noiseFloor: number, thresholds: Thresholds): ColumnDecision {
  return { effect, noiseFloor, grade: effect >= noiseFloor ? gradeOf(effect, thresholds) : 'ok' }
}

/** Groups with rows on either side, less one. */
export function degreesOfFreedom(b: Counts, c: Counts): number {
  return b.reduce((occupied, rows, i) => (rows + c[i] > 0 ? occupied + 1 : occupied), -1)
}
