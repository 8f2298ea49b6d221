/** Runs the golden cases of metrics on labelled rows, and of what is called a change of them. */
import { datasetDrift } from '../../detectors/reference/dataset-drift.ts'
import {
  accuracyDrop,
  exceedsTolerance,
  relativeChange,
} from '../../detectors/reference/metrics/accuracy-drop.ts'
import { accuracy, macroMetrics } from '../../detectors/reference/metrics/confusion.ts'
import { deviationLimits, isOutside } from '../../detectors/reference/metrics/deviation-limits.ts'
import { rocAuc } from '../../detectors/reference/metrics/ranking.ts'
import { samplingError } from '../../detectors/reference/metrics/sampling-error.ts'
import { numbers } from './binning.ts'
import { columnsOf, fieldsOf } from './case.ts'
import type { Runners } from './outcome.ts'

interface Hits {
  correct: number
  n: number
}

export const performanceRunners: Runners = {
  realized_metrics: ({ params, current }) => {
    if (params.confusion_matrix) {
      if (params.average !== 'macro' || params.rows !== 'true')
        throw new Error('classes are averaged, truth in rows')
      return { ...macroMetrics(params.confusion_matrix), accuracy: accuracy(params.confusion_matrix) }
    }
    if (params.metric !== 'roc_auc') throw new Error(`unknown metric ${params.metric}`)
    const { y_true, y_score } = fieldsOf<{ y_true: number[]; y_score: number[] }>(current)
    return { roc_auc: rocAuc(y_score, y_true) }
  },
  performance_drop: ({ params, ...golden }) => {
    if (params.metric !== 'accuracy') throw new Error(`unknown metric ${params.metric}`)
    const [reference, current] = [fieldsOf<Hits>(golden.reference), fieldsOf<Hits>(golden.current)]
    if (params.relative !== undefined) {
      const [before, now] = [reference.correct / reference.n, current.correct / current.n]
      return {
        statistic: relativeChange(before, now),
        drift: exceedsTolerance(before, now, params.relative),
      }
    }
    const drop = accuracyDrop(reference.correct, reference.n, current.correct, current.n)
    return { statistic: drop?.z, p_value: drop?.pValue, drop_abs: drop?.absolute, drop_rel: drop?.relative }
  },
  sampling_error: ({ reference, current, params }) => {
    if (params.metric !== 'accuracy') throw new Error(`unknown metric ${params.metric}`)
    const { correct, n } = fieldsOf<Hits>(reference)
    return { statistic: samplingError([0, 1], [n - correct, correct], fieldsOf<Hits>(current).n) }
  },
  std_threshold: (golden) => {
    const { lower_multiplier, upper_multiplier, offset_from, limits } = golden.params
    const { reference, current } = columnsOf(golden)!
    const found = deviationLimits(numbers(reference), {
      lower: lower_multiplier ?? undefined,
      upper: upper_multiplier ?? undefined,
      from: offset_from,
      range: [limits?.[0] ?? -Infinity, limits?.[1] ?? Infinity],
    })!
    return { ...found, alert: numbers(current).some((value) => isOutside(value, found)) }
  },
  dataset_drift: ({ params, current }) => {
    const found = datasetDrift(
      fieldsOf<{ columns_drifted: boolean[] }>(current).columns_drifted,
      params.drift_share,
    )
    return { statistic: found?.share, drift: found?.drifted }
  },
}
