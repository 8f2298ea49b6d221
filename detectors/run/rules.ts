import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import { DEFAULT_THRESHOLDS } from '../../domain/thresholds.ts'
import { usualLength } from '../../domain/monitor-window.ts'
import type { Comparison } from './comparisons.ts'
import { conceptColumns } from './find-concept.ts'
import type { ConceptRule } from '../concept/judge-concept.ts'
import { level } from '../verdict/decide.ts'
import { decidingRule } from '../verdict/deciding/decide-column.ts'
import type { EvaluationRule } from '../verdict/evaluate.ts'
import { DEFAULT_RULE, type VerdictRule } from '../verdict/judge.ts'
import { isQualityColumn } from './quality/find-quality.ts'
import { driftKindOf } from './kinds.ts'
import { qualityTests, type QualityRule } from '../quality/judge-column.ts'
import { trafficTests } from '../quality/volume.ts'
import type { PerformanceRule } from '../performance/judge-performance.ts'

/** The rules of a monitor's checks, all at the level that its budget of false alarms leaves to each test. */
export interface Rules {
  drift: EvaluationRule
  concept: ConceptRule
  performance: PerformanceRule
  expected: PerformanceRule
  quality: QualityRule
}

/**
 * Volume and late labels are worth so much of the budget, however many columns a model has: among the tests of hundreds of
 * columns, a loss of traffic would hardly ever be significant.
 */
export const TRAFFIC_PART = 0.1

/** @param comparisons all that the monitor tests: of each slice the columns of what it is compared with */
export function rulesOf(
  monitor: Monitor,
  comparisons: readonly Pick<Comparison, 'columns' | 'slices'>[],
): Rules {
  const { window, every, false_alarms, thresholds } = monitor
  const tests = comparisons.reduce(
    (sum, { columns, slices }) => sum + testsOf(monitor, columns) * slices.length,
    // The quality of the data is that of all of them.
    qualityTestsOf(monitor, comparisons[0].columns),
  )
  const length = usualLength(window)
  const ofTraffic = monitor.checks.includes('quality') ? TRAFFIC_PART : 0
  const alpha = level(length, (1 - ofTraffic) * false_alarms, tests)
  const { minRows } = DEFAULT_RULE
  return {
    drift: { ...DEFAULT_RULE, alpha, ...decidingRule(monitor), ksMethod: 'auto' },
    concept: { alpha, thresholds: thresholds.concept, minRows },
    performance: { alpha, thresholds: thresholds.performance, minRows },
    expected: {
      alpha,
      thresholds: thresholds.expected_performance ?? DEFAULT_THRESHOLDS.expected_performance,
      minRows,
    },
    quality: {
      alpha,
      trafficAlpha: level(length, TRAFFIC_PART * false_alarms, trafficTests(usualLength(every))),
      minRows,
    },
  }
}

/** The rule with what holds of this column alone: the shares of rare classes are tested of outcomes. */
export function ruleFor<Rule extends VerdictRule>(column: BaselineColumn, rule: Rule): Rule {
  return holdsClasses(column) ? { ...rule, classes: true } : rule
}

function holdsClasses({ role, kind }: BaselineColumn): boolean {
  return kind === 'categorical' && (role === 'label' || role === 'prediction')
}

/**
 * Every test of one slice that can raise an alarm. PSI and missing are tested of every column, unseen of a categorical
 * one, the shares of classes of labels and predictions; D rises with PSI and is not counted apart. The relation of labels by the columns that decide, since features cannot alarm without them; one metric, measured
 * or expected.
 */
function testsOf({ checks }: Monitor, columns: readonly BaselineColumn[]): number {
  const drift = columns.filter((column) => checks.some((kind) => kind === driftKindOf(column)))
  return (
    drift.reduce((sum, column) => sum + testsOfColumn(column), 0) +
    (checks.includes('concept') ? conceptColumns(columns).deciding.length : 0) +
    (checks.includes('performance') ? 1 : 0) +
    (checks.includes('expected_performance') ? 1 : 0)
  )
}

function qualityTestsOf({ checks }: Monitor, columns: readonly BaselineColumn[]): number {
  if (!checks.includes('quality')) return 0
  const ofColumns = columns
    .filter(isQualityColumn)
    .map(({ role }) => qualityTests({ isFeature: role === 'feature' }))
  return ofColumns.reduce((sum, tests) => sum + tests, 0)
}

function testsOfColumn(column: BaselineColumn): number {
  if (column.kind === 'numeric') return 2
  return holdsClasses(column) ? 4 : 3
}
