import { DATA_KIND } from '../../domain/drift-kind.ts'
import { slotCount, type ColumnBinning, type ColumnProfile } from '../../store/profiles/binning.ts'
import { decodeFloats } from '../../store/engine/floats.ts'
import type { LossSums } from '../../store/labelled/loss-sums.ts'
import type { LabelScale } from '../../store/labelled/label-scale.ts'
import type { StoredArrays, StoredResult } from '../../store/results/result-detail.ts'
import type { ConceptInput } from '../concept/cell.ts'
import { judgeConcept, type ConceptRule } from '../concept/judge-concept.ts'
import type { ExpectedInput } from '../performance/expected/expected-input.ts'
import { judgeExpected } from '../performance/expected/judge-expected.ts'
import { judgePerformance, type PerformanceRule } from '../performance/judge-performance.ts'
import { explainAgain, type Explained } from '../performance/explain-loss/explain-sides.ts'
import { performanceMetrics, type PerformanceSums } from '../performance/metrics.ts'
import type { PerformanceInput } from '../run/find-performance.ts'
import type { ColumnRule } from '../quality/column-rule.ts'
import { evaluateQuality } from '../quality/evaluate-quality.ts'
import type { ColumnQuality } from '../quality/judge-column.ts'
import { evaluateColumn, type ColumnEvaluation, type EvaluationRule } from '../verdict/evaluate.ts'
import { DEFAULT_RULE } from '../verdict/judge.ts'
import { asStored } from './as-stored.ts'
import { checked, unavailable, type Check } from './check.ts'
import { evaluationDifferences, wordlessDifferences } from './differences.ts'

const NOTHING_COMPUTED = unavailable('nothing was computed: the result only says why')
export const NO_BINS = unavailable('the bins of the column are no longer stored')
const WHOLE_DATA = unavailable(
  'what is wrong with all data of a model is judged from counts by hour of the window and of the past, which are not stored with the result',
)

/** Computes the verdict and every statistic of a result again from what is stored with it, and nothing else. Pure. */
export function reevaluate(result: StoredResult): Check {
  const { kind, inputs, bins } = result
  if (kind === DATA_KIND) return inputs === null ? WHOLE_DATA : reevaluateQuality(result)
  if (kind === 'concept' || kind === 'performance' || kind === 'expected_performance')
    return inputs === null ? NOTHING_COMPUTED : reevaluateSums(result)
  return bins === null ? NO_BINS : reevaluateColumn(result, bins)
}

/** A finding about a column, from the counts that it was made from. */
function reevaluateQuality({ inputs, rule, verdict, reason, evaluation }: StoredResult): Check {
  const column = inputs as ColumnQuality
  const found = evaluateQuality(column, rule as ColumnRule)
  const recomputed = {
    verdict: found?.worst.severity ?? 'ok',
    reason: found?.worst.finding ?? '',
    ...found?.evaluation,
  }
  return checked(wordlessDifferences({ verdict, reason, ...(evaluation as object) }, recomputed))
}

function reevaluateSums(result: StoredResult): Check {
  const recomputed = asStored(result.evaluation as object, judgedAgain(result))
  return checked(evaluationDifferences(result.evaluation, recomputed))
}

function judgedAgain({ kind, inputs, rule, evaluation }: StoredResult) {
  if (kind === 'concept') {
    const { scale } = evaluation as { scale: LabelScale }
    return { ...judgeConcept(inputs as ConceptInput, rule as ConceptRule), scale }
  }
  if (kind === 'expected_performance') return judgeExpected(inputs as ExpectedInput, rule as PerformanceRule)
  const { task, metric, explained, ...sides } = inputs as PerformanceInput
  const [baseline, window] = [sides.baseline, sides.window].map(readSums)
  const { explained: stored } = evaluation as { explained?: Explained }
  return {
    ...judgePerformance(metric, baseline.losses, window.losses, rule as PerformanceRule),
    metrics: { baseline: performanceMetrics(task, baseline), window: performanceMetrics(task, window) },
    // That losses by bin were missing cannot be found again from what is stored.
    ...(explained === undefined ? stored && { explained: stored } : { explained: explainAgain(explained) }),
  }
}

/** JSON has null for sums that overflowed. */
function readSums({ losses, ...sums }: PerformanceSums): PerformanceSums {
  const read = Object.entries(losses).map(([name, value]) => [name, (value as number | null) ?? NaN])
  return { ...sums, losses: Object.fromEntries(read) as LossSums }
}

function reevaluateColumn(result: StoredResult, binning: ColumnBinning): Check {
  const [baseline, window] = [toProfile(result.baseline.profile), toProfile(result.window.profile)]
  const slots = slotCount(binning)
  if ([baseline, window].some(({ counts }) => counts.length !== slots))
    throw new Error(`result ${result.id}: counts that do not fit the ${slots} slots of its bins`)
  // Rules of before there was a choice name no statistic.
  const rule: EvaluationRule = { ...DEFAULT_RULE, ...(result.rule as EvaluationRule) }
  const { explanation: _, ...recomputed } = evaluateColumn({ binning, baseline, window }, rule)
  // The sentence follows from the rest, and a later version may put it in other words; names are compared with rows.
  const { explanation: __, unseenValues: ___, ...stored } = result.evaluation as ColumnEvaluation
  return checked(evaluationDifferences(stored, asStored(stored, recomputed)))
}

export function toProfile({ counts, sums, squares }: StoredArrays): ColumnProfile {
  return { counts, sums: decodeFloats(sums), squares: decodeFloats([squares])[0] }
}
