import { MINUTE_MS, HOUR_MS, DAY_MS, WEEK_MS } from '../../domain/time.ts'
import { z } from 'zod'
import type { CalendarLength } from '../../domain/calendar/calendar.ts'
import { documents } from '../database/documents.ts'
import { CHECKS } from '../../domain/drift-kind.ts'
import { DECIDING_STATISTICS, DEFAULT_THRESHOLDS } from '../../domain/thresholds.ts'
import { durationSchema } from './duration.ts'
import { isTimezone } from '../../domain/calendar/local-time.ts'
import { nameSchema } from './model.ts'
import { monitorBaselineSchema } from './monitor-baseline.ts'
import { performanceCheckSchema } from './performance-metric.ts'
import { retrainPolicySchema } from './retrain-policy.ts'

/** `1 per 90d`: how often a monitor may be wrong; parsed into false alarms per 90 days. */
const falseAlarmsSchema = z
  .string()
  .regex(/^\d+(\.\d+)? per [1-9]\d*d$/, 'write the budget of false alarms as, for example, "1 per 90d"')
  .transform((text) => {
    const [count, days] = text.split(' per ').map(parseFloat)
    return (count * 90) / days
  })
  .pipe(z.number().positive('the budget of false alarms must be above 0'))

const thresholdsSchema = z
  .strictObject({ warning: z.number().positive(), critical: z.number().positive() })
  .refine(
    ({ warning, critical }) => warning <= critical,
    'the warning threshold must not exceed the critical one',
  )

const wholeHours = (ms: number) => ms >= HOUR_MS && ms % HOUR_MS === 0

/** Lengths that have a name; a month has no other, `1m` being a minute. */
const NAMED_LENGTHS: Record<string, CalendarLength> = {
  hour: HOUR_MS,
  day: DAY_MS,
  week: WEEK_MS,
  month: 'month',
}
const NAMED_SCHEDULES: Record<string, CalendarLength> = {
  hourly: HOUR_MS,
  daily: DAY_MS,
  weekly: WEEK_MS,
  monthly: 'month',
}

/** A length by one of its names, or as a duration; parsed into milliseconds or `month`. */
function lengthSchema(names: Record<string, CalendarLength>, duration: z.ZodType<number, string>) {
  const named = z.enum(Object.keys(names)).transform((name) => names[name])
  const listed = Object.keys(names).join(', ')
  return z.union([named, duration], {
    error: ({ input }) =>
      typeof input === 'string' && (durationSchema.safeParse(input).success || named.safeParse(input).success)
        ? undefined
        : `write one of ${listed}, or a whole number and a unit: 24h, 7d, 4w`,
  })
}

/** `2 of 3`: how many of the last evaluations must breach. */
const fireSchema = z
  .string()
  .regex(/^[1-9] of [1-9]$/, 'write how many of the last evaluations must breach as, for example, "2 of 3"')
  .transform((text) => ({ n: Number(text[0]), m: Number(text.slice(-1)) }))
  .refine(({ n, m }) => n <= m, 'the first number must not be larger than the second')

const alertSchema = z.strictObject({
  fire: fireSchema.default({ n: 2, m: 3 }),
  resolve: z.number().int().min(1).max(9).default(2),
  repeat: durationSchema.default(DAY_MS),
  channels: z.array(nameSchema).default([]),
})

/** When data are to be expected: in every hour, day, day from Monday to Friday, week or month of the monitor's zone. */
export const cadenceSchema = z.enum(['hourly', 'daily', 'weekdays', 'weekly', 'monthly'])
export type Cadence = z.infer<typeof cadenceSchema>

const windowSchema = lengthSchema(
  NAMED_LENGTHS,
  durationSchema
    .refine(wholeHours, 'a window must be a whole number of hours; for a calendar month, write "month"')
    .refine((ms) => ms <= 30 * DAY_MS, 'a window is at most 30 days, or "month"'),
)

const everySchema = lengthSchema(
  NAMED_SCHEDULES,
  durationSchema.refine(
    wholeHours,
    'a monitor runs every whole number of hours; for every calendar month, write "monthly"',
  ),
)

/** What to check: parsed durations are milliseconds. */
export const monitorSchema = z.strictObject({
  name: nameSchema,
  model: nameSchema,
  checks: z.array(z.enum(CHECKS)).min(1).default(['feature', 'prediction', 'label', 'quality']),
  window: windowSchema.default(DAY_MS),
  every: everySchema.default(HOUR_MS),
  /** Of the days, weeks and months of windows, schedules and cadences, and of the hours of a seasonal baseline. */
  timezone: z
    .string()
    .refine(isTimezone, 'use an IANA time zone, such as Europe/Berlin or UTC')
    .default('UTC'),
  grace: durationSchema.default(10 * MINUTE_MS),
  /** How long labels take to come; absent means as long as nine in ten of them took. */
  label_delay: durationSchema.refine(wholeHours, 'a label delay must be a whole number of hours').optional(),
  /** Absent means as the stored data came so far. */
  cadence: cadenceSchema.optional(),
  /** Segment columns of the model, each of whose segments is evaluated by itself, beside the whole model. */
  segments: z.array(z.string()).max(3, 'a model has at most three segment columns').default([]),
  /** Whether each version of the model that has predictions in a window is evaluated by itself as well. */
  by_version: z.boolean().default(false),
  baseline: monitorBaselineSchema.default('training'),
  decide: z.enum(DECIDING_STATISTICS).default('psi'),
  /** What decides on performance, measured or expected; absent means log loss or RMSE, or without scores accuracy. */
  performance: performanceCheckSchema.optional(),
  /** Of each deciding statistic, of which those of `decide` count; of the change of labels, and of the loss. */
  thresholds: z
    .strictObject({
      psi: thresholdsSchema.default(DEFAULT_THRESHOLDS.psi),
      ks: thresholdsSchema.default(DEFAULT_THRESHOLDS.ks),
      jensen_shannon: thresholdsSchema.default(DEFAULT_THRESHOLDS.jensen_shannon),
      baseline_deviation: thresholdsSchema.default(DEFAULT_THRESHOLDS.baseline_deviation),
      concept: thresholdsSchema.default(DEFAULT_THRESHOLDS.concept),
      performance: thresholdsSchema.default(DEFAULT_THRESHOLDS.performance),
      /** Absent, as in monitors of before there was this check, means the default. */
      expected_performance: thresholdsSchema.optional(),
    })
    .prefault({}),
  false_alarms: falseAlarmsSchema.default(1),
  alert: alertSchema.prefault({}),
  retrain: retrainPolicySchema.optional(),
})

export type Monitor = z.output<typeof monitorSchema>
export type MonitorDeclaration = z.input<typeof monitorSchema>

/** The declared monitors, by name; those of before there was a choice go on as they were. */
export const monitors = documents<Monitor>('monitors', {
  defaults: { timezone: 'UTC', segments: [], by_version: false, baseline: 'training', decide: 'psi' },
  columns: ({ model }) => ({ model }),
})
