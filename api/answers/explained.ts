import type { z } from 'zod'
import type { DecidingMetric } from '../../control/declared/performance-metric.ts'
import { formatLossLabel } from '../../detectors/performance/explain-loss/explain-sentence.ts'
import {
  explainedSentence,
  type Explained,
  type ExplainedInput,
} from '../../detectors/performance/explain-loss/explain-sides.ts'
import { splitLoss } from '../../detectors/performance/explain-loss/split-loss.ts'
import type { PerformanceInput } from '../../detectors/run/find-performance.ts'
import type { StoredResult } from '../../store/results/result-detail.ts'
import type { explainedSchema } from '../contract/explained/explained.ts'

type Answer = z.input<typeof explainedSchema>

const LOSSES: Record<DecidingMetric, Answer['loss']> = {
  log_loss: 'log_loss',
  brier: 'brier',
  accuracy: 'error_rate',
  rmse: 'squared_error',
  mae: 'absolute_error',
}

/** An explanation with the bins of each column. */
export function toExplained(
  metric: DecidingMetric,
  explained: Explained,
  input: ExplainedInput | undefined,
): Answer {
  const shared = {
    status: explained.status,
    sentence: explainedSentence(metric, explained, input),
    metric,
    loss: LOSSES[metric],
  }
  if (explained.status === 'not_counted' || explained.status === 'empty' || input === undefined)
    return { ...shared, change: null, change_error: null, columns: [] }
  return {
    ...shared,
    change: explained.change,
    change_error: finite(explained.changeError),
    columns: explained.columns.map((one) => {
      const { role, column, shift, shiftError, concept, conceptError, explains } = one
      const named = new Set([...one.shiftBins, ...one.conceptBins])
      const source = input.columns.find((other) => other.role === role && other.column === column)!
      const { bins } = splitLoss(source.baseline, source.window)!
      return {
        role,
        column,
        shift,
        shift_error: finite(shiftError),
        concept,
        concept_error: finite(conceptError),
        explains,
        bins: bins.map(({ share, mean, shift, concept }, bin) => ({
          label: formatLossLabel(source.labels[bin]),
          share,
          mean,
          shift,
          concept,
          named: named.has(bin),
        })),
      }
    }),
  }
}

/** Of a stored result; null where it has none, as those of earlier releases and of windows that are no breach. */
export function explainedOf({ kind, evaluation, inputs }: StoredResult): Answer | null {
  if (kind !== 'performance') return null
  const { explained } = (evaluation ?? {}) as { explained?: Explained }
  if (explained === undefined) return null
  const { metric, explained: input } = inputs as PerformanceInput
  return toExplained(metric, explained, input)
}

/** A side with one row has no spread, and the error is not known; JSON has no infinity. */
function finite(error: number | null): number | null {
  return error !== null && Number.isFinite(error) ? error : null
}
