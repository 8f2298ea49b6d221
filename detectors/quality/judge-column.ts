import { rulesIn, RULES, type Constraints } from '../../domain/constraints.ts'
import type { Severity } from '../../domain/severity.ts'
import { QUALITY_THRESHOLDS } from '../../domain/quality-thresholds.ts'
import type { SkewCounts } from '../../domain/skew.ts'
import { rowsOf, type ColumnInput } from '../verdict/column-input.ts'
import { allMissingProbability, MISSING_THRESHOLDS, missingChange } from '../verdict/missing.ts'
import { slotsBeyond } from '../verdict/out-of-range.ts'
import { UNSEEN_THRESHOLDS, unseenChange } from '../verdict/unseen.ts'
import type { ColumnRule } from './column-rule.ts'
import type { ColumnFindingName, QualityFinding } from '../../domain/data-finding.ts'
import type { Steady } from './steady.ts'
import { judgeSkew } from './skew.ts'
import { excessGrade, risePValue } from './share-change.ts'
import * as say from './sentences.ts'

/** What is known of one column beside its profiles. */
export interface ColumnQuality extends ColumnInput {
  name: string
  /** Rows whose value could not be used: of the wrong type, or not finite. They are among the missing ones. */
  invalid: { baseline: number; window: number }
  /** What is declared, with the rows that were checked by it and the violations of each of {@link RULES}; undefined for none. */
  constraints?: Constraints & { rows: number; violations: readonly number[] }
  /** How its rows compare with what was computed offline; absent where none can be compared. */
  skew?: SkewCounts | undefined
  /** That it holds one value or none, which it usually does not for so long. */
  steady?: Steady | undefined
  /** Whether the column is a feature, which has a range and categories that the model was trained on. */
  isFeature: boolean
}

export interface QualityRule extends ColumnRule {
  /** The level of each test of volume and of late labels. */
  trafficAlpha: number
}

export type ColumnFinding = QualityFinding<ColumnFindingName>

/** What is wrong with a column, what explains most first. Pure. */
export function judgeColumnQuality(column: ColumnQuality, rule: ColumnRule): ColumnFinding[] {
  const [b, c] = [rowsOf(column.baseline), rowsOf(column.window)]
  const declared = declaredRange(column)
  const skew = judgeSkew(column.skew, rule)
  if (b.n < rule.minRows || c.n < rule.minRows) return [...skew, ...declared]
  const absent = schema(column, rule)
  if (absent.length > 0) return [...absent, ...skew]
  return [
    ...skew,
    ...steady(column),
    ...invalid(column, rule),
    ...missing(column, rule),
    ...(declared.length > 0 ? declared : range(column, rule)),
    ...unseen(column, rule),
  ]
}

/** The tests that are made of a column, by which its share of the budget of false alarms is reckoned. */
export function qualityTests({ isFeature }: Pick<ColumnQuality, 'isFeature'>): number {
  // Invalid, missing, and steady in the window and at its end; of a feature besides its range, or categories that are new.
  return isFeature ? 5 : 4
}

function schema(column: ColumnQuality, { alpha }: ColumnRule): ColumnFinding[] {
  const c = rowsOf(column.window)
  const isGone = c.missing === c.n && column.invalid.window === 0
  if (!isGone || allMissingProbability(column) >= alpha) return []
  const b = rowsOf(column.baseline)
  return [
    finding('schema', 'critical', 1, b.missing / b.n, say.gone(column.name, { rows: c.n, hours: undefined })),
  ]
}

function invalid(column: ColumnQuality, { alpha }: ColumnRule): ColumnFinding[] {
  const [b, c] = [rowsOf(column.baseline), rowsOf(column.window)]
  const sides = {
    baseline: { rows: column.invalid.baseline, n: b.n },
    window: { rows: Math.min(column.invalid.window, c.n), n: c.n },
  }
  const [expected, share] = [sides.baseline.rows / b.n, sides.window.rows / c.n]
  const test = { share, n: c.n, pValue: risePValue(sides.baseline, sides.window) }
  const grade = excessGrade(share - expected, test, alpha, QUALITY_THRESHOLDS.invalid)
  return grade === 'ok' ? [] : [finding('invalid', grade, share, expected, say.invalid(share, expected))]
}

/** Of rows without a value: those whose value could not be used are a finding of their own. */
function missing(column: ColumnQuality, { alpha }: ColumnRule): ColumnFinding[] {
  const change = missingChange({
    baseline: withoutInvalid(column.baseline, column.invalid.baseline),
    window: withoutInvalid(column.window, column.invalid.window),
  })
  if (change === undefined) return []
  const { baseline: expected, window: share, pValue } = change
  const test = { share, n: rowsOf(column.window).n, pValue }
  const grade = excessGrade(Math.abs(share - expected), test, alpha, MISSING_THRESHOLDS)
  return grade === 'ok' ? [] : [finding('missing', grade, share, expected, say.missing(share, expected))]
}

/** The profile as if rows with a value that could not be used had one: how many rows there are does not change. */
function withoutInvalid({ counts, sums, squares }: ColumnInput['window'], rows: number) {
  const [absent = 0, ...others] = counts
  const unusable = Math.min(rows, absent)
  return { counts: [absent - unusable, ...others, unusable], sums, squares }
}

function declaredRange({ constraints }: ColumnQuality): ColumnFinding[] {
  if (constraints === undefined || constraints.rows === 0) return []
  const { rows, violations, tolerance = 0 } = constraints
  const broken = rulesIn(constraints)
    .map((rule) => ({ rule, share: (violations[RULES.indexOf(rule)] ?? 0) / rows }))
    .filter(({ share }) => share > tolerance)
  if (broken.length === 0) return []
  const share = Math.max(...broken.map((one) => one.share))
  const severity = share - tolerance >= QUALITY_THRESHOLDS.range.critical ? 'critical' : 'warning'
  return [finding('range', severity, share, tolerance, say.violated(broken, constraints))]
}

function range(column: ColumnQuality, { alpha }: ColumnRule): ColumnFinding[] {
  const { binning, baseline, window } = column
  if (!column.isFeature || binning.kind !== 'numeric') return []
  const beyond = slotsBeyond({ binning, baseline })
  if (beyond === undefined) return []
  const [b, c] = [rowsOf(baseline), rowsOf(window)]
  const [nB, nC] = [b.n - b.missing, c.n - c.missing]
  if (nB < 2 || nC === 0) return []
  const below = sumOf(window.counts, beyond.below)
  const above = sumOf(window.counts, beyond.above)
  // The baseline's own smallest and largest values are those beyond which the next ones may fall.
  const outside = sumOf(baseline.counts, beyond.below) + sumOf(baseline.counts, beyond.above) + 2
  const [share, expected] = [(below + above) / nC, outside / nB]
  const test = { share, n: nC, pValue: risePValue({ rows: outside, n: nB }, { rows: below + above, n: nC }) }
  const grade = excessGrade(share - expected, test, alpha, QUALITY_THRESHOLDS.range)
  if (grade === 'ok') return []
  const sentence = say.outOfRange({ share, below: below / nC, above: above / nC }, beyond)
  return [finding('range', grade, share, expected, sentence)]
}

function unseen(column: ColumnQuality, { alpha }: ColumnRule): ColumnFinding[] {
  const { binning, baseline, window } = column
  if (!column.isFeature || binning.kind !== 'categorical') return []
  const change = unseenChange({ binning, baseline, window })
  if (change === undefined) return []
  const { baseline: expected, window: share, pValue } = change
  const c = rowsOf(window)
  const grade = excessGrade(share - expected, { share, n: c.n - c.missing, pValue }, alpha, UNSEEN_THRESHOLDS)
  return grade === 'ok' ? [] : [finding('unseen', grade, share, expected, say.unseen(share, expected))]
}

function steady({
  name,
  invalid: unusable,
  baseline,
  window,
  steady: found,
}: ColumnQuality): ColumnFinding[] {
  if (found === undefined) return []
  const share = found.rows / rowsOf(window).n
  if (found.finding === 'constant') return [finding('constant', 'warning', share, 0, say.constant(found))]
  // Without a value because none can be used is told as such; of when these came nothing is known.
  if (unusable.window >= found.rows) return []
  const b = rowsOf(baseline)
  return [finding('schema', 'critical', share, b.missing / b.n, say.gone(name, found))]
}

function finding(
  name: ColumnFindingName,
  severity: Severity,
  share: number,
  expected: number,
  explanation: string,
): ColumnFinding {
  return { finding: name, severity, share, expected, explanation }
}

function sumOf(counts: readonly number[], slots: readonly number[]): number {
  return slots.reduce((sum, slot) => sum + (counts[slot] ?? 0), 0)
}
