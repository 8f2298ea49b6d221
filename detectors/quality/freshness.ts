import { formatInstant } from '../../domain/instant.ts'
import type { Cadence } from '../../control/declared/monitor.ts'
import type { QualityFinding } from '../../domain/data-finding.ts'
import { inferCadence, overduePeriods, usualGap } from './cadence.ts'

/** Periods beyond what is usual. */
const THRESHOLDS = { warning: 1, critical: 3 }
/** Data that stay away at times are late only after so many times the usual gap. */
const GAPS = 2

export interface FreshnessInput {
  /** That hold predictions, ascending, before `end`; those of the last weeks. */
  hours: readonly Date[]
  /** When the newest prediction before `end` was made, however long ago. */
  newest: Date | undefined
  end: Date
  /** As the monitor declares it; undefined where it follows from the hours. */
  cadence: Cadence | undefined
  timezone: string
}

export type FreshnessOutcome =
  | { status: 'judged'; finding: QualityFinding<'freshness'> | undefined }
  /** Not known yet how often data come, or they come irregularly. */
  | { status: 'unknown' | 'irregular' }

/**
 * Whether the newest predictions are older than the cadence allows: a whole period or more passed without any in which
 * some were due. Where the cadence is only observed, periods count that are more than twice the usual gap. Pure.
 */
export function judgeFreshness({ hours, newest, end, cadence, timezone }: FreshnessInput): FreshnessOutcome {
  const found = cadence ?? inferCadence(hours, timezone)
  if (found === 'unknown' || found === 'irregular') return { status: found }
  if (newest === undefined) return { status: 'unknown' }
  const missed = overduePeriods(found, newest, end, timezone)
  const usual = cadence === undefined ? usualGap(found, hours, timezone) : 0
  const late = missed - GAPS * usual
  if (late < THRESHOLDS.warning) return { status: 'judged', finding: undefined }
  const severity = late >= THRESHOLDS.critical ? 'critical' : 'warning'
  const explanation = sentence(found, { newest, missed, usual, isDeclared: cadence !== undefined })
  return {
    status: 'judged',
    finding: { finding: 'freshness', severity, share: missed, expected: usual, explanation },
  }
}

const UNITS: Record<Cadence, string> = {
  hourly: 'hour',
  daily: 'day',
  weekdays: 'working day',
  weekly: 'week',
  monthly: 'month',
}

function sentence(
  cadence: Cadence,
  facts: { newest: Date; missed: number; usual: number; isDeclared: boolean },
): string {
  const unit = UNITS[cadence]
  const rule = facts.isDeclared
    ? `The monitor's \`cadence\` expects some in every ${unit}.`
    : facts.usual === 0
      ? `So far, some have arrived in every ${unit}.`
      : `So far, they have hardly stayed away for more than ${units(facts.usual, unit)}.`
  return `No predictions have arrived for ${units(facts.missed, unit)}: the newest are from the hour of ${formatInstant(facts.newest)}. ${rule}`
}

const units = (n: number, unit: string) => `${n} ${unit}${n === 1 ? '' : 's'}`
