import { formatDuration } from '../../domain/duration.ts'
import { monitorBaselineDeclaration } from './monitor-baseline.ts'
import type { Monitor, MonitorDeclaration } from './monitor.ts'
import { retrainDeclaration } from './retrain-policy.ts'

/** The monitor as it would be declared, defaults filled in; what `monitorSchema` reads back as the same monitor. */
export function monitorDeclarationOf(monitor: Monitor): MonitorDeclaration {
  const { window, every, grace, label_delay, baseline, false_alarms, alert, retrain, ...rest } = monitor
  return {
    ...rest,
    window: window === 'month' ? window : formatDuration(window),
    every: every === 'month' ? 'monthly' : formatDuration(every),
    grace: formatDuration(grace),
    ...(label_delay !== undefined && { label_delay: formatDuration(label_delay) }),
    baseline: monitorBaselineDeclaration(baseline),
    false_alarms: formatFalseAlarms(false_alarms),
    alert: {
      ...alert,
      fire: `${alert.fire.n} of ${alert.fire.m}`,
      repeat: formatDuration(alert.repeat),
    },
    ...(retrain !== undefined && { retrain: retrainDeclaration(retrain) }),
  }
}

const PERIOD_DAYS = 90
/** Periods that people write, tried before all others up to a year. */
const USUAL_DAYS = [90, 30, 7, 1, 365, 180, 60, 14]
const MAX_COUNT_LENGTH = 8

/** A budget per 90 days as `1 per 7d`: in the shortest form that is read back as the very same number. */
export function formatFalseAlarms(per90Days: number): string {
  const readBack = (count: number, days: number) => (count * PERIOD_DAYS) / days
  const all = [...USUAL_DAYS, ...Array.from({ length: 366 }, (_, i) => i + 1)]
  for (const days of all) {
    const count = Number(((per90Days * days) / PERIOD_DAYS).toPrecision(MAX_COUNT_LENGTH - 1))
    if (count >= 1e-6 && count < 1e15 && readBack(count, days) === per90Days) return `${count} per ${days}d`
  }
  const exact = all.find((days) => readBack((per90Days * days) / PERIOD_DAYS, days) === per90Days)
  const days = exact ?? PERIOD_DAYS
  return `${plainDecimal((per90Days * days) / PERIOD_DAYS)} per ${days}d`
}

/** All digits of a positive number, without an exponent. */
function plainDecimal(value: number): string {
  const [mantissa, exponent] = String(value).split('e')
  if (exponent === undefined) return mantissa
  const [whole, fraction = ''] = mantissa.split('.')
  const point = whole.length + Number(exponent)
  const digits = whole + fraction
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`
  return point >= digits.length
    ? digits.padEnd(point, '0')
    : `${digits.slice(0, point)}.${digits.slice(point)}`
}
