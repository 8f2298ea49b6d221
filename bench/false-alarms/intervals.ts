import { chiSquareIsf } from '../../detectors/statistics/tails.ts'

export interface Estimate {
  value: number
  low: number
  high: number
}

const Z = 1.959964

/** Share of successes with its 95% interval, Wilson (1927). */
export function share(successes: number, n: number): Estimate {
  const p = successes / n
  const centre = (p + (Z * Z) / (2 * n)) / (1 + (Z * Z) / n)
  const half = (Z * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n))) / (1 + (Z * Z) / n)
  return { value: p, low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}

/**
 * Mean of counts with its 95% interval: Poisson's exact one (Garwood 1936), widened by what the counts vary more
 * than Poisson's, for the alarms of one run share its baseline.
 */
export function rate(counts: readonly number[]): Estimate {
  const n = counts.length
  const total = counts.reduce((sum, count) => sum + count, 0)
  const value = total / n
  const variance = counts.reduce((sum, count) => sum + (count - value) ** 2, 0) / Math.max(1, n - 1)
  const dispersion = total === 0 ? 1 : Math.max(1, variance / value)
  const independent = total / dispersion
  const scale = dispersion / (2 * n)
  return {
    value,
    low: independent === 0 ? 0 : scale * chiSquareIsf(0.975, 2 * independent),
    high: scale * chiSquareIsf(0.025, 2 * independent + 2),
  }
}

/** The middle value; undetected ones count as infinite. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return Number.isInteger(middle) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[Math.floor(middle)]
}
