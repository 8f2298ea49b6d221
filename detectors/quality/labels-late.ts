import { longestDelay } from '../../store/labelled/label-delay.ts'
import { HOUR_MS } from '../../domain/time.ts'
import { normalSf } from '../statistics/tails.ts'
import { count, percent } from '../verdict/phrases.ts'
import type { QualityFinding } from '../../domain/data-finding.ts'

/** Labels that came as a part of those that were due. */
const RATIOS = { warning: 1 / 2, critical: 1 / 10 }
/** Fewer labels than this in the past do not tell how many are due. */
const MIN_LABELS = 200
/** How much the share of predictions that get a label varies from day to day, as a part of it, at the least. */
const LEAST_SPREAD = 0.05
const STANDARD_ERRORS = 2

export interface HourLabels {
  /** Beginning of the hour, epoch milliseconds. */
  hour: number
  predictions: number
  labels: number
}

export interface LabelsInput {
  /** The hours of the window, and those before it. */
  window: readonly HourLabels[]
  past: readonly HourLabels[]
  /** Labels by the slots of their delay: see `label-delay.ts` of the store. */
  delays: readonly number[]
  now: number
}

export type LabelsOutcome =
  | { status: 'judged'; finding: QualityFinding<'labels_late'> | undefined; due: number; came: number }
  /** Too few labels have come so far. */
  | { status: 'too_early' }

/**
 * Whether as many labels came as were due: by the share of earlier predictions that got one, and by how many of those
 * come within the age of each hour. Pure.
 */
export function judgeLabels({ window, past, delays, now }: LabelsInput, alpha: number): LabelsOutcome {
  const withinAge = arrivedWithin(delays)
  const earlier = past.map((hour) => ({
    ...hour,
    due: hour.predictions * withinAge(now - hour.hour - HOUR_MS),
  }))
  const came = sumOf(window, ({ labels }) => labels)
  const known = sumOf(earlier, ({ labels }) => labels)
  const dueEarlier = sumOf(earlier, ({ due }) => due)
  if (known < MIN_LABELS || dueEarlier === 0) return { status: 'too_early' }
  const coverage = Math.min(1, known / dueEarlier)
  const due = coverage * sumOf(window, (hour) => hour.predictions * withinAge(now - hour.hour - HOUR_MS))
  const distance = Math.log(due / Math.max(came, 0.5))
  const spread = due > 0 ? Math.sqrt(LEAST_SPREAD ** 2 + 1 / due) : Infinity
  const isChance = !(distance > 0) || normalSf(distance / spread) >= alpha
  if (isChance || distance + STANDARD_ERRORS * spread < -Math.log(RATIOS.warning))
    return { status: 'judged', finding: undefined, due, came }
  const share = came / due
  return {
    status: 'judged',
    due,
    came,
    finding: {
      finding: 'labels_late',
      severity: share <= RATIOS.critical ? 'critical' : 'warning',
      share,
      expected: 1,
      explanation: `${count(came)} labels have arrived where about ${count(Math.round(due))} were due: ${percent(share)}. Concept drift and performance cannot be judged until they arrive.`,
    },
  }
}

/** The share of labels that come within an age, milliseconds. */
function arrivedWithin(delays: readonly number[]): (age: number) => number {
  const all = delays.reduce((sum, labels) => sum + labels, 0)
  const ages = delays.map((_, slot) => longestDelay(slot))
  return (age) => {
    if (all === 0 || age <= 0) return 0
    return delays.reduce((sum, labels, slot) => (ages[slot] <= age ? sum + labels : sum), 0) / all
  }
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0)
}
