/** Runs the golden cases of calibrated scores, and of what they let expect before labels are there. */
import { calibrationError, equalCountBins } from '../../detectors/reference/calibration/calibration-error.ts'
import {
  expectedConfusion,
  expectedCounts,
} from '../../detectors/reference/calibration/expected-confusion.ts'
import { fitIsotonic, isotonicValue } from '../../detectors/performance/isotonic.ts'
import {
  accuracy,
  businessValue,
  classMetrics,
  type ConfusionCounts,
} from '../../detectors/reference/metrics/confusion.ts'
import { averagePrecision, rocAuc } from '../../detectors/reference/metrics/ranking.ts'
import { fieldsOf } from './case.ts'
import type { Runners } from './outcome.ts'

export const calibrationRunners: Runners = {
  isotonic_calibration: ({ reference, current }) => {
    const { x, y } = fieldsOf<{ x: number[]; y: number[] }>(reference)
    const fit = fitIsotonic(x, y)!
    const predicted = fieldsOf<{ x: number[] }>(current).x.map((one) => isotonicValue(fit, one))
    return { knots_x: fit.x, knots_y: fit.y, predicted }
  },
  cbpe_binary: ({ current }) => {
    const rows = fieldsOf<{
      y_pred_proba_calibrated: number[]
      y_pred_proba_raw: number[]
      y_pred: number[]
    }>(current)
    const counts = expectedCounts(rows.y_pred_proba_calibrated, rows.y_pred)
    return {
      ...counts,
      ...zeroForUndefined(classMetrics(counts)),
      accuracy: accuracy(matrixOf(counts)),
      roc_auc: rocAuc(rows.y_pred_proba_raw, rows.y_pred_proba_calibrated),
      average_precision: averagePrecision(rows.y_pred_proba_raw, rows.y_pred_proba_calibrated),
    }
  },
  cbpe_multiclass: ({ params, current }) => {
    const { proba, y_pred } = fieldsOf<{ proba: number[][]; y_pred: number[] }>(current)
    const matrix = expectedConfusion(proba, y_pred, params.classes.length)
    return { expected_confusion: matrix, accuracy: accuracy(matrix) }
  },
  cbpe_from_expected_confusion: ({ params, current }) => {
    const counts = fieldsOf<ConfusionCounts>(current)
    if (params.layout !== '[[tn,fp],[fn,tp]]') throw new Error(`unknown layout ${params.layout}`)
    const matrix = matrixOf(counts)
    return {
      ...zeroForUndefined(classMetrics(counts)),
      accuracy: accuracy(matrix),
      business_value: businessValue(matrix, params.business_value_matrix),
    }
  },
  ece: ({ params, current }) => {
    const { y_true, y_pred_proba } = fieldsOf<{ y_true: number[]; y_pred_proba: number[] }>(current)
    return { statistic: calibrationError(y_pred_proba, y_true, params.bins) }
  },
  ece_bin_index_edges: ({ params }) => ({ edges: equalCountBins(params.vector_length, params.bin_count) }),
}

function matrixOf({ tp, fp, fn, tn }: ConfusionCounts): number[][] {
  return [
    [tn, fp],
    [fn, tp],
  ]
}

/** NannyML, whose numbers these are, has 0 for 0 / 0. */
function zeroForUndefined(metrics: object): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, (value as number) ?? 0]))
}
