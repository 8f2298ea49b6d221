/** Metrics against their definitions, row by row. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { datasetDrift } from '../../../detectors/reference/dataset-drift.ts'
import {
  accuracyDrop,
  exceedsTolerance,
  relativeChange,
} from '../../../detectors/reference/metrics/accuracy-drop.ts'
import {
  accuracy,
  businessValue,
  classMetrics,
  confusionMatrix,
  macroMetrics,
  oneAgainstRest,
} from '../../../detectors/reference/metrics/confusion.ts'
import { deviationLimits, isOutside } from '../../../detectors/reference/metrics/deviation-limits.ts'
import { brierScore, logLoss } from '../../../detectors/reference/metrics/probability.ts'
import { averagePrecision, rocAuc } from '../../../detectors/reference/metrics/ranking.ts'
import {
  meanAbsoluteError,
  rootMeanSquaredError,
  rSquared,
} from '../../../detectors/reference/metrics/regression.ts'
import { samplingError } from '../../../detectors/reference/metrics/sampling-error.ts'

const CLASSES = 4
const classified = fc.array(fc.tuple(fc.nat(CLASSES - 1), fc.nat(CLASSES - 1)), {
  minLength: 1,
  maxLength: 60,
})
const columns = <A, B>(rows: [A, B][]): [A[], B[]] => [rows.map(([a]) => a), rows.map(([, b]) => b)]

const count = <T>(rows: readonly T[], is: (row: T) => boolean) => rows.filter(is).length
const average = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length
const near = (got: number | undefined, want: number, tolerance = 1e-12) =>
  got !== undefined && Math.abs(got - want) <= tolerance * Math.max(1, Math.abs(want))

describe('confusion matrices', () => {
  it('count what each row is, for each class against the rest', () => {
    fc.assert(
      fc.property(classified, (rows) => {
        const matrix = confusionMatrix(...columns(rows), CLASSES)
        for (let k = 0; k < CLASSES; k++) {
          expect(oneAgainstRest(matrix, k)).toEqual({
            tp: count(rows, ([truth, said]) => truth === k && said === k),
            fp: count(rows, ([truth, said]) => truth !== k && said === k),
            fn: count(rows, ([truth, said]) => truth === k && said !== k),
            tn: count(rows, ([truth, said]) => truth !== k && said !== k),
          })
        }
        expect(accuracy(matrix)).toBe(count(rows, ([truth, said]) => truth === said) / rows.length)
      }),
    )
  })

  it('give an F1 that is the harmonic mean of precision and recall', () => {
    const rows = fc.nat(50)
    fc.assert(
      fc.property(rows, rows, rows, rows, (tp, fp, fn, tn) => {
        const { precision, recall, f1 } = classMetrics({ tp, fp, fn, tn })
        if (!precision || !recall) return !f1
        return near(f1, 2 / (1 / precision + 1 / recall))
      }),
    )
  })

  it('have no value where there is nothing to be a share of', () => {
    expect(classMetrics({ tp: 0, fp: 0, fn: 2, tn: 5 })).toEqual({
      precision: undefined,
      recall: 0,
      specificity: 1,
      f1: 0,
    })
    expect(classMetrics({ tp: 0, fp: 0, fn: 0, tn: 0 })).toEqual({})
    expect(accuracy([[0]])).toBeUndefined()
    expect(macroMetrics([[0, 0], [0, 0]])).toEqual({}) // prettier-ignore
  })

  it('average over the classes that occur, and do not reward giving one up', () => {
    fc.assert(
      fc.property(classified, (rows) => {
        const macro = macroMetrics(confusionMatrix(...columns(rows), CLASSES))
        const occurring = [...new Set(rows.flat())]
        const shareOf = (part: number, whole: number) => (whole > 0 ? part / whole : 0)
        const hits = (k: number) => count(rows, ([truth, said]) => truth === k && said === k)
        const [precision, recall, f1] = [
          (k: number) =>
            shareOf(
              hits(k),
              count(rows, ([, said]) => said === k),
            ),
          (k: number) =>
            shareOf(
              hits(k),
              count(rows, ([truth]) => truth === k),
            ),
          (k: number) =>
            shareOf(
              2 * hits(k),
              count(rows, ([truth]) => truth === k) + count(rows, ([, said]) => said === k),
            ),
        ].map((metric) => average(occurring.map(metric)))
        return near(macro.precision, precision) && near(macro.recall, recall) && near(macro.f1, f1)
      }),
    )
  })

  it('are worth the sum over rows of what each is worth', () => {
    const values = [[2, -5], [-10, 10]] // prettier-ignore
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1), fc.nat(1))), (rows) => {
        const worth = rows.reduce((sum, [truth, said]) => sum + values[truth][said], 0)
        return near(businessValue(confusionMatrix(...columns(rows), 2), values), worth)
      }),
    )
  })
})

const score = fc.oneof(
  fc.integer({ min: 0, max: 8 }).map((x) => x / 8),
  fc.double({ min: 0, max: 1, noNaN: true }),
)
const scored = fc.array(fc.tuple(score, fc.nat(1)), { minLength: 1, maxLength: 40 })

describe('ranking', () => {
  it('ROC AUC is the share of pairs that are the right way round', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const pairs = rows.flatMap(([s, label]) =>
          label === 1
            ? rows.filter(([, other]) => other === 0).map(([t]) => (s > t ? 1 : s === t ? 0.5 : 0))
            : [],
        )
        const got = rocAuc(...columns(rows))
        return pairs.length === 0 ? got === undefined : near(got, average(pairs))
      }),
    )
  })

  it('depends on the order of the scores alone, and turns round with it', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const [scores, labels] = columns(rows)
        const auc = rocAuc(scores, labels)
        const precision = averagePrecision(scores, labels)
        const squeezed = scores.map((s) => 8 * s)
        const turned = rocAuc(scores.map((s) => -s), labels) // prettier-ignore
        return (
          rocAuc(squeezed, labels) === auc &&
          averagePrecision(squeezed, labels) === precision &&
          (auc === undefined || near(turned, 1 - auc))
        )
      }),
    )
  })

  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const backwards = columns(rows.toReversed())
        const [auc, precision] = [rocAuc(...columns(rows)), averagePrecision(...columns(rows))]
        return (
          (auc === undefined || near(rocAuc(...backwards), auc)) &&
          (precision === undefined || near(averagePrecision(...backwards), precision))
        )
      }),
    )
  })

  it('average precision is the precision at each score, weighted by the positives there', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const positives = count(rows, ([, label]) => label === 1)
        if (positives === 0) return averagePrecision(...columns(rows)) === undefined
        const terms = [...new Set(rows.map(([s]) => s))].map((threshold) => {
          const taken = rows.filter(([s]) => s >= threshold)
          const here = count(rows, ([s, label]) => s === threshold && label === 1)
          return (here * count(taken, ([, label]) => label === 1)) / taken.length / positives
        })
        return near(averagePrecision(...columns(rows)), terms.reduce((sum, term) => sum + term, 0)) // prettier-ignore
      }),
    )
  })
})

describe('probabilities', () => {
  it('log loss is ln K for a guess among K, 0 for certainty, and finite for a certain error', () => {
    expect(logLoss([1 / 7, 1 / 7])).toBeCloseTo(Math.log(7), 14)
    expect(logLoss([1, 1, 1])).toBeCloseTo(0, 14)
    expect(logLoss([0])).toBeCloseTo(15 * Math.LN10, 12)
    expect(logLoss([0.25, 0.5])).toBeCloseTo(1.5 * Math.LN2, 14)
    expect(logLoss([])).toBeUndefined()
  })

  it('both are best for the true share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 19 }), fc.integer({ min: 1, max: 19 }), (hits, other) => {
        const labels = Array.from({ length: 20 }, (_, i) => (i < hits ? 1 : 0))
        const [truth, guess] = [hits / 20, other / 20]
        const loss = (p: number) => logLoss(labels.map((label) => (label === 1 ? p : 1 - p)))!
        const brier = (p: number) => brierScore(labels.map(() => p), labels)! // prettier-ignore
        return loss(truth) <= loss(guess) + 1e-12 && brier(truth) <= brier(guess) + 1e-12
      }),
    )
    expect(brierScore([0.2, 0.9], [0, 1])).toBeCloseTo((0.04 + 0.01) / 2, 15)
    expect(brierScore([], [])).toBeUndefined()
  })
})

describe('regression', () => {
  it.each([1e-200, 1e-300, 1e160, 1e200])('keeps errors of the magnitude %d', (unit) => {
    const [actual, predicted] = [[1, 5, 2, 7].map((x) => x * unit), [2, 4, 2, 9].map((x) => x * unit)]
    expect(rootMeanSquaredError(actual, predicted)! / unit).toBeCloseTo(Math.sqrt(6 / 4), 12)
    expect(rSquared(actual, predicted)).toBeCloseTo(1 - 6 / 22.75, 12)
  })

  const number = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map((x) => x / 1000)
  const rows = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 40 })

  it('errors are means over rows, and the root mean square is the larger', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const distances = pairs.map(([actual, predicted]) => Math.abs(predicted - actual))
        const mae = meanAbsoluteError(...columns(pairs))!
        const rmse = rootMeanSquaredError(...columns(pairs))!
        const square = average(distances.map((distance) => distance ** 2))
        return near(mae, average(distances)) && near(rmse ** 2, square, 1e-9) && rmse >= mae * (1 - 1e-12)
      }),
    )
  })

  it('R² is 1 when all is right, 0 for the mean, and undefined where there is nothing to explain', () => {
    const actual = [1, 2, 4, 9]
    expect(rSquared(actual, actual)).toBe(1)
    expect(rSquared(actual, [4, 4, 4, 4])).toBe(0)
    expect(rSquared(actual, [9, 4, 2, 1])).toBe(1 - (64 + 4 + 4 + 64) / (9 + 4 + 0 + 25))
    expect(rSquared([5, 5], [5, 6])).toBeUndefined()
    expect([meanAbsoluteError([], []), rootMeanSquaredError([], []), rSquared([], [])]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('changes of a metric', () => {
  it('a drop and an equal gain have the same size, opposite signs, and p-values that add up to 1', () => {
    const side = fc.integer({ min: 1, max: 500 }).chain((n) => fc.tuple(fc.nat(n), fc.constant(n)))
    fc.assert(
      fc.property(side, side, ([correctB, nB], [correctC, nC]) => {
        const drop = accuracyDrop(correctB, nB, correctC, nC)!
        const gain = accuracyDrop(correctC, nC, correctB, nB)!
        const nothing = correctB + correctC === 0 || correctB + correctC === nB + nC
        return (
          near(drop.absolute, -gain.absolute) &&
          near(drop.z, -gain.z) &&
          near(drop.pValue + gain.pValue, nothing ? 2 : 1)
        )
      }),
    )
    expect(accuracyDrop(0, 10, 3, 10)?.relative).toBeUndefined()
    expect(accuracyDrop(0, 0, 3, 10)).toBeUndefined()
  })

  it('relative changes are of the size of the baseline, and tolerated up to and with the tolerance', () => {
    expect(relativeChange(-2, -1)).toBe(0.5)
    expect(relativeChange(0, 1)).toBeUndefined()
    expect(exceedsTolerance(4, 5, 0.25)).toBe(false)
    expect(exceedsTolerance(4, 5.01, 0.25)).toBe(true)
    expect(exceedsTolerance(-4, -2.9, 0.25)).toBe(true)
    expect(exceedsTolerance(0, 0, 0.25)).toBe(false)
  })

  it('the sampling error of an accuracy is that of a share', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 900 }),
        fc.nat(900),
        fc.integer({ min: 1, max: 5000 }),
        (n, x, rows) => {
          const correct = x % (n + 1)
          const p = correct / n
          return near(samplingError([0, 1], [n - correct, correct], rows), Math.sqrt((p * (1 - p)) / rows))
        },
      ),
    )
    expect(samplingError([0, 1], [0, 0], 5)).toBeUndefined()
    expect(samplingError([0, 1], [1, 1], 0)).toBeUndefined()
  })

  it('limits lie around the centre, inside the range, and move with the values', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(values, fc.constantFrom('mean', 'median', 'min', 'max'), fc.nat(5), (known, from, k) => {
        const free = deviationLimits(known, { lower: k, upper: k, from })!
        const moved = deviationLimits(known.map((x) => x + 3), { lower: k, upper: k, from })! // prettier-ignore
        const bounded = deviationLimits(known, { lower: k, upper: k, from, range: [0, 1] })!
        const spread = Math.sqrt(average(known.map((x) => (x - average(known)) ** 2)))
        return (
          near(free.upper! - free.lower!, 2 * k * spread, 1e-9) &&
          near(moved.lower, free.lower! + 3, 1e-9) &&
          bounded.lower === Math.max(0, free.lower!) &&
          bounded.upper === Math.min(1, free.upper!)
        )
      }),
    )
  })

  it('limits of a metric that never varied are that value, and NaN is no value', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 30 }), (x, n) => {
        const limits = deviationLimits([NaN, ...Array<number>(n).fill(x), Infinity])!
        return (
          limits.lower === x && limits.upper === x && !isOutside(x, limits) && isOutside(x + 1e-9, limits)
        )
      }),
    )
    expect(deviationLimits([NaN])).toBeUndefined()
    expect(deviationLimits([1, 2], { upper: 2 })).toEqual({ upper: 2.5 })
    expect([isOutside(-1e300, { upper: 3 }), isOutside(4, { upper: 3 })]).toEqual([false, true])
  })

  it('a data set has drifted when enough of its columns have', () => {
    expect(datasetDrift([true, false, false])).toEqual({ share: 1 / 3, drifted: false })
    expect(datasetDrift([true, false, false], 1 / 3)).toEqual({ share: 1 / 3, drifted: true })
    expect(datasetDrift([])).toBeUndefined()
  })
})
