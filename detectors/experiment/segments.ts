import type { ExperimentHours } from './experiment.ts'
import { studentIsf } from '../statistics/tails.ts'
import { RunningDifference } from './running-difference.ts'
import { inOrder } from './sequence.ts'

/** The interval of a segment covers the truth with this probability, at one time that was fixed in advance. */
export const SEGMENT_LEVEL = 0.95
/** From fewer hours of even traffic, their spread cannot be estimated. */
export const LEAST_SEGMENT_HOURS = 10

export interface SegmentComparison {
  /** Pairs, or the rows of both versions. */
  rows: number
  /** Hours with rows. */
  hours: number
  /** Mean loss of the challenger minus that of the champion. */
  difference: number
  /** Null from too few hours, and where nothing varied. */
  lower: number | null
  upper: number | null
  /** Whether the challenger loses more, at a level that is shared among all segments. */
  isWorse: boolean
}

/**
 * The difference within each segment, the one in which the challenger is worst first. Intervals are for one look: they are
 * no confidence sequence. Segments without a row of each side are left out. Pure.
 */
export function compareSegments<T>(
  segments: readonly (T & { sums: ExperimentHours })[],
): (Omit<T, 'sums'> & SegmentComparison)[] {
  const found = segments.flatMap(({ sums, ...segment }) => {
    const difference = overallDifference(sums)
    return difference === undefined ? [] : [{ segment, ...difference }]
  })
  const tested = found.filter(isTested).length
  return found
    .map(({ segment, ...one }) => {
      const { rows, hours, difference } = one
      const half = isTested(one) ? quantile(1 - SEGMENT_LEVEL, one) * one.standardError : undefined
      const shared = isTested(one)
        ? quantile((1 - SEGMENT_LEVEL) / tested, one) * one.standardError
        : Infinity
      return {
        ...(segment as Omit<T, 'sums'>),
        ...{ rows, hours, difference },
        lower: half === undefined ? null : difference - half,
        upper: half === undefined ? null : difference + half,
        isWorse: difference - shared > 0,
      }
    })
    .sort((a, b) => Number(b.isWorse) - Number(a.isWorse) || b.difference - a.difference)
}

interface Spread {
  evenHours: number
  standardError: number
}

const isTested = ({ evenHours, standardError }: Spread) =>
  evenHours >= LEAST_SEGMENT_HOURS && standardError > 0

const quantile = (alpha: number, { evenHours }: Spread) => studentIsf(alpha / 2, evenHours - 1)

function overallDifference(sums: ExperimentHours) {
  const running = new RunningDifference(sums.design)
  return inOrder(sums)
    .map(([hour, challenger, champion]) => running.add(hour, challenger, champion))
    .at(-1)
}
