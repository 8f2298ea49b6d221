import { sum } from '../../domain/sum.ts'
import { normalInterval, shareInterval } from './interval.ts'
import type { Metric } from './metric.ts'

/**
 * How often each class was predicted for each label: `counts[predicted][label]`, over the classes that are told apart
 * and, last on both sides, all others.
 */
export interface Confusion {
  counts: readonly (readonly number[])[]
}

interface Tally {
  truePositives: number
  falsePositives: number
  falseNegatives: number
}

function tally({ counts }: Confusion, k: number): Tally {
  const truePositives = counts[k][k]
  return {
    truePositives,
    falsePositives: sum(counts[k]) - truePositives,
    falseNegatives: sum(counts.map((row) => row[k])) - truePositives,
  }
}

/** Of the rows predicted to be of class k the share that are; undefined where none was. */
export function precision(confusion: Confusion, k: number): Metric | undefined {
  const { truePositives, falsePositives } = tally(confusion, k)
  return shareInterval(truePositives, truePositives + falsePositives)
}

/** Of the rows of class k the share that were predicted to be; undefined where there is none. */
export function recall(confusion: Confusion, k: number): Metric | undefined {
  const { truePositives, falseNegatives } = tally(confusion, k)
  return shareInterval(truePositives, truePositives + falseNegatives)
}

/** F1 of class k, the harmonic mean of precision and recall; undefined where the class is neither label nor predicted. */
export function f1(confusion: Confusion, k: number): Metric | undefined {
  return macroF1({ ...confusion }, [k])
}

/**
 * The plain mean of F1 over the classes that occur. Its variance by the delta method, counts being multinomial: a mean
 * of F1 = 2 T / (2 T + E) does not change when all counts grow alike, so it is the sum of count times squared slope.
 */
export function macroF1(confusion: Confusion, classes: readonly number[]): Metric | undefined {
  const scores = classes.flatMap((k) => {
    const { truePositives, falsePositives, falseNegatives } = tally(confusion, k)
    const errors = falsePositives + falseNegatives
    const size = 2 * truePositives + errors
    return size === 0 ? [] : [{ k, truePositives, errors, size }]
  })
  if (scores.length === 0) return undefined
  const value = sum(scores.map(({ truePositives, size }) => (2 * truePositives) / size)) / scores.length
  const hitSlope = new Map(scores.map(({ k, errors, size }) => [k, (2 * errors) / size ** 2]))
  const errorSlope = new Map(scores.map(({ k, truePositives, size }) => [k, (2 * truePositives) / size ** 2]))
  let variance = 0
  confusion.counts.forEach((row, predicted) =>
    row.forEach((count, label) => {
      const slope =
        predicted === label
          ? (hitSlope.get(label) ?? 0)
          : (errorSlope.get(predicted) ?? 0) + (errorSlope.get(label) ?? 0)
      variance += count * (slope / scores.length) ** 2
    }),
  )
  return normalInterval(value, variance, { least: 0, most: 1 })
}
