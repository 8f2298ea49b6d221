import { whyUnusable, type FieldProblem } from './input-problem.ts'
import { isAbsent, parseCategory } from './fields.ts'
import { isRecord } from '../../domain/json.ts'

/** What arithmetic in single precision puts a probability beyond its range. */
export const BEYOND = 1e-6
/** Class scores that were rounded to a few digits miss 1 by no more than this, and single precision by less. */
export const ROUNDING = 1e-3

/** A probability, brought back into [0, 1] from just outside of it; undefined for what is none. */
export function parseProbability(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(value >= -BEYOND && value <= 1 + BEYOND)) return undefined
  return Math.min(1, Math.max(0, value)) + 0
}

/**
 * Reads the scores of the classes, which are shares of 1: those that sum to something else are divided by their sum,
 * and beyond rounding that is noted. Where one of them is none, the shares of the others are not known either.
 */
export function parseScores(
  value: unknown,
  note: (problem: FieldProblem) => void,
): Record<string, number> | undefined {
  if (!isRecord(value)) {
    note(['scores', whyUnusable(value, 'numeric'), value])
    return undefined
  }
  const scores: [string, number][] = []
  let sum = 0
  const names = Object.keys(value)
  for (const name of names) {
    const category = parseCategory(name)
    const score = parseProbability(value[name])
    if (category === undefined || score === undefined) {
      if (names.every((one) => isAbsent(value[one]))) return {}
      note(['scores', category === undefined ? 'too_long' : whyNoScore(value[name]), value])
      return undefined
    }
    scores.push([category, score])
    sum += score
  }
  if (scores.length === 0) return {}
  if (sum === 0) {
    note(['scores', 'scores_incomplete', value])
    return undefined
  }
  const off = Math.abs(sum - 1)
  if (off > ROUNDING) note(['scores', 'scores_normalised', value])
  const whole = off > 1e-9 ? sum : 1
  return Object.fromEntries(scores.map(([category, score]) => [category, score / whole]))
}

/** Why a value is no probability. */
export function whyNoScore(value: unknown): FieldProblem[1] {
  if (isAbsent(value)) return 'scores_incomplete'
  return typeof value === 'number' && Number.isFinite(value) ? 'out_of_range' : whyUnusable(value, 'numeric')
}
