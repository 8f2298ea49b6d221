/** Calibration and what it lets expect, against definitions by brute force. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  calibrationError,
  equalCountBins,
} from '../../../detectors/reference/calibration/calibration-error.ts'
import {
  expectedConfusion,
  expectedCounts,
} from '../../../detectors/reference/calibration/expected-confusion.ts'
import { fitIsotonic, isotonicValue } from '../../../detectors/performance/isotonic.ts'
import { accuracy, confusionMatrix, oneAgainstRest } from '../../../detectors/reference/metrics/confusion.ts'
import { rocAuc } from '../../../detectors/reference/metrics/ranking.ts'
import { mulberry32 } from '../../golden/permutation.ts'

const near = (got: number | undefined, want: number, tolerance = 1e-12) =>
  got !== undefined && Math.abs(got - want) <= tolerance * Math.max(1, Math.abs(want))
const total = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0)

/** Of few digits, so that nothing is lost in a sum. */
const decimal = (min: number, max: number) =>
  fc.integer({ min: 1000 * min, max: 1000 * max }).map((x) => x / 1000)

type Point = [x: number, y: number, weight: number]
const point = fc.tuple(
  fc.oneof(fc.nat(10), decimal(0, 10)),
  fc.oneof(fc.nat(1), decimal(-5, 5)),
  fc.integer({ min: 1, max: 9 }),
)
const points = fc.array(point, { minLength: 1, maxLength: 40 })
const fit = (rows: readonly Point[]) =>
  fitIsotonic(
    rows.map(([x]) => x),
    rows.map(([, y]) => y),
    rows.map(([, , weight]) => weight),
  )!

describe('isotonic regression', () => {
  it('is the largest of the smallest means of runs around each point', () => {
    fc.assert(
      fc.property(points, (rows) => {
        const { x, y } = fit(rows)
        const meanOf = (from: number, to: number) => {
          const run = rows.filter(([at]) => at >= x[from] && at <= x[to])
          return (
            total(run.map(([, value, weight]) => value * weight)) / total(run.map(([, , weight]) => weight))
          )
        }
        return y.every((value, i) => {
          const ends = x.map((_, k) => k).filter((k) => k >= i)
          const runs = x.map((_, j) => j).filter((j) => j <= i).map((j) => Math.min(...ends.map((k) => meanOf(j, k)))) // prettier-ignore
          return near(value, Math.max(...runs), 1e-9)
        })
      }),
    )
  })

  it('never falls, has each x once, and keeps the weighted mean', () => {
    fc.assert(
      fc.property(points, (rows) => {
        const { x, y } = fit(rows)
        const weightAt = x.map((at) =>
          total(rows.filter(([other]) => other === at).map(([, , weight]) => weight)),
        )
        const fitted = total(y.map((value, i) => value * weightAt[i]))
        return (
          x.every((at, i) => i === 0 || at > x[i - 1]) &&
          y.every((value, i) => i === 0 || value >= y[i - 1]) &&
          near(fitted, total(rows.map(([, value, weight]) => value * weight)), 1e-9)
        )
      }),
    )
  })

  it('changes nothing that rises already, whatever the order of the rows', () => {
    fc.assert(
      fc.property(points, (rows) => {
        const once = fit(rows)
        const again = fitIsotonic(once.x, once.y)!
        const backwards = fit(rows.toReversed())
        expect(again).toEqual(once)
        return backwards.y.every((value, i) => near(value, once.y[i], 1e-9))
      }),
    )
  })

  it('takes a weight for as many rows', () => {
    fc.assert(
      fc.property(points, (rows) => {
        const repeated = rows.flatMap(([x, y, weight]) =>
          Array.from({ length: weight }, (): Point => [x, y, 1]),
        )
        const [weighted, plain] = [fit(rows), fit(repeated)]
        return weighted.y.every((value, i) => near(value, plain.y[i], 1e-9))
      }),
    )
  })

  it('is met at its points, rises between them, and is level outside', () => {
    fc.assert(
      fc.property(points, fc.double({ min: -5, max: 15, noNaN: true }), (rows, at) => {
        const curve = fit(rows)
        const value = isotonicValue(curve, at)
        const below = curve.x.filter((x) => x <= at).length - 1
        return (
          curve.x.every((x, i) => isotonicValue(curve, x) === curve.y[i]) &&
          value >= curve.y[Math.max(below, 0)] - 1e-12 &&
          value <= curve.y[Math.min(below + 1, curve.y.length - 1)] + 1e-12 &&
          isotonicValue(curve, -6) === curve.y[0] &&
          isotonicValue(curve, 16) === curve.y.at(-1)
        )
      }),
    )
    expect(isotonicValue({ x: [1, 3], y: [0, 1] }, 1.5)).toBe(0.25)
    expect(fitIsotonic([], [])).toBeUndefined()
  })
})

describe('calibration error', () => {
  it('bins hold each row once, all as many, the last one less than twice that', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 60 }), (rows, bins) => {
        const edges = equalCountBins(rows, bins)
        if (!edges) return rows < 4 && rows <= 2 * bins
        const widths = edges.map(([start, end]) => end - start)
        const width = widths[0]
        return (
          edges.every(([start], i) => start === (i === 0 ? 0 : edges[i - 1][1])) &&
          edges.at(-1)![1] === rows &&
          widths.slice(0, -1).every((one) => one === width) &&
          widths.at(-1)! >= width &&
          widths.at(-1)! < 2 * width &&
          width >= 2
        )
      }),
    )
    expect(equalCountBins(8, 3)).toEqual([[0, 2], [2, 4], [4, 6], [6, 8]]) // prettier-ignore
    expect(equalCountBins(3, 10)).toBeUndefined()
  })

  it('is 0 where each bin keeps what its scores promise, and at most 1', () => {
    const scores = Array.from({ length: 40 }, (_, i) => (i < 20 ? 0.1 : 0.6))
    const labels = scores.map((score, i) => (i % 20 < 20 * score ? 1 : 0))
    expect(calibrationError(scores, labels, 2)).toBeCloseTo(0, 14)
    expect(calibrationError([1, 1, 1, 1], [0, 0, 0, 0], 2)).toBe(1)
    expect(calibrationError([0.5, 0.5, 0.5], [0, 1, 0])).toBeUndefined()
  })

  it('does not depend on the order of rows with different scores', () => {
    const rows = fc.uniqueArray(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 60 })
    fc.assert(
      fc.property(rows, (scores) => {
        const labels = scores.map((score) => (score > 0.4 ? 1 : 0))
        const error = calibrationError(scores, labels, 5)!
        return (
          error >= 0 &&
          error <= 1 &&
          near(calibrationError(scores.toReversed(), labels.toReversed(), 5), error)
        )
      }),
    )
  })
})

const CLASSES = 3
const probabilities = fc
  .array(fc.integer({ min: 1, max: 100 }), { minLength: CLASSES, maxLength: CLASSES })
  .map((weights) => weights.map((weight) => weight / total(weights)))

describe('expected confusion', () => {
  it('holds as many rows as were predicted each class, and as many of a class as its probabilities add up to', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(probabilities, fc.nat(CLASSES - 1)), { maxLength: 40 }), (rows) => {
        const predicted = rows.map(([, said]) => said)
        const matrix = expectedConfusion(rows.map(([row]) => row), predicted, CLASSES) // prettier-ignore
        return [0, 1, 2].every(
          (k) =>
            near(total(matrix.map((row) => row[k])), predicted.filter((said) => said === k).length, 1e-9) &&
            near(total(matrix[k]), total(rows.map(([row]) => row[k])), 1e-9),
        )
      }),
    )
  })

  it('is the confusion matrix itself where the probabilities are certain', () => {
    const label = fc.nat(CLASSES - 1)
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label)), (rows) => {
        const actual = rows.map(([truth]) => truth)
        const predicted = rows.map(([, said]) => said)
        const certain = actual.map((truth) => [0, 1, 2].map((k) => (k === truth ? 1 : 0)))
        expect(expectedConfusion(certain, predicted, CLASSES)).toEqual(
          confusionMatrix(actual, predicted, CLASSES),
        )
      }),
    )
  })

  it('of two classes is that of one against the rest', () => {
    const row = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(1))
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const predicted = rows.map(([, said]) => said)
        const matrix = expectedConfusion(rows.map(([p]) => [1 - p, p]), predicted, 2) // prettier-ignore
        const [counts, seen] = [expectedCounts(rows.map(([p]) => p), predicted), oneAgainstRest(matrix, 1)] // prettier-ignore
        return (['tp', 'fp', 'fn', 'tn'] as const).every((cell) => near(counts[cell], seen[cell], 1e-9))
      }),
    )
  })

  it('foretells accuracy and ROC AUC of a model that is miscalibrated, once its scores are calibrated', () => {
    const random = mulberry32(11)
    const rows = (n: number) =>
      Array.from({ length: n }, () => {
        const score = random()
        return { score, label: random() < score ** 4 ? 1 : 0 }
      })
    const [past, present] = [rows(50_000), rows(50_000)]
    const curve = fitIsotonic(past.map(({ score }) => score), past.map(({ label }) => label))! // prettier-ignore
    const scores = present.map(({ score }) => score)
    const labels = present.map(({ label }) => label)
    const predicted = scores.map((score) => (score >= 0.5 ? 1 : 0))
    const calibrated = scores.map((score) => isotonicValue(curve, score))
    const { tp, fp, fn, tn } = expectedCounts(calibrated, predicted)
    const realised = accuracy(confusionMatrix(labels, predicted, 2))!
    // Three standard errors of two samples of 50,000 rows.
    expect(Math.abs((tp + tn) / (tp + fp + fn + tn) - realised)).toBeLessThan(0.009)
    expect(Math.abs(rocAuc(scores, calibrated)! - rocAuc(scores, labels)!)).toBeLessThan(0.009)
    const naive = expectedCounts(scores, predicted)
    expect(Math.abs((naive.tp + naive.tn) / 50_000 - realised)).toBeGreaterThan(0.05)
  })
})
