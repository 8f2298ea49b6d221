import { HOUR_MS, DAY_MS, WEEK_MS } from '../../domain/time.ts'
import { z } from 'zod'
import { formatDuration } from '../../domain/duration.ts'
import { durationSchema } from './duration.ts'
import { LAST_SECOND } from '../../domain/time.ts'

/** A whole hour that rows can have, in UTC; parsed into one spelling. */
const hourSchema = z
  .union(
    [z.iso.datetime({ offset: true }), z.iso.date()],
    'write a time as 2026-01-31T17:00:00Z, or a date as 2026-01-31',
  )
  .transform((text) => new Date(text).getTime())
  .refine((time) => time % HOUR_MS === 0, 'must be a whole hour')
  .refine((time) => time >= 0 && time <= LAST_SECOND * 1000, 'must be between 1970 and 2106')
  .transform((time) => new Date(time).toISOString())

const MODES = ['data', 'window', 'rolling', 'seasonal'] as const

const choiceSchema = z
  .strictObject({
    data: z
      .union(
        [z.int().min(1), z.string().min(1).max(100)],
        'name a baseline of the model by its number or its name',
      )
      .optional(),
    window: z
      .strictObject({ from: hourSchema, to: hourSchema })
      .refine(({ from, to }) => from < to, '"from" must be before "to"')
      .optional(),
    rolling: durationSchema
      .refine((ms) => ms % HOUR_MS === 0, 'a rolling baseline is a whole number of hours')
      .refine((ms) => ms <= 365 * DAY_MS, 'a rolling baseline is at most 365 days')
      .optional(),
    seasonal: durationSchema
      .refine((ms) => ms % WEEK_MS === 0, 'a seasonal baseline is a whole number of weeks, such as 4w')
      .refine((ms) => ms <= 52 * WEEK_MS, 'a seasonal baseline is at most 52 weeks')
      .optional(),
    version: z.string().min(1).max(100).optional(),
    own_version: z.literal(true).optional(),
  })
  .refine(
    (choice) => MODES.filter((mode) => choice[mode] !== undefined).length === 1,
    'give one of data, window, rolling and seasonal; in a patch, null removes the previous one',
  )
  .refine(
    ({ data, version, own_version }) => data === undefined || (version ?? own_version) === undefined,
    'a named baseline already has its rows: use "version" and "own_version" only with window, rolling or seasonal',
  )
  .refine(
    ({ version, own_version }) => version === undefined || own_version === undefined,
    'give either "version" or "own_version"',
  )

/**
 * What a monitor compares its windows with:
 * - `training`: the model's active baseline;
 * - `data`: another one of its baselines, by number or name;
 * - `window`: the rows of a period; `rolling`: of so long before each window; `seasonal`: of the same hours of the
 *   week, over so long before each window. These have the bins of the active baseline. `version`: only predictions
 *   of this version of the model; `own_version`: where versions are evaluated by themselves, each with its own.
 *
 * Parsed lengths are milliseconds.
 */
export const monitorBaselineSchema = z.union(
  [z.literal('training'), choiceSchema],
  'write "training", or one of { data: 3 }, { window: { from, to } }, { rolling: 7d } and { seasonal: 4w }',
)

export type MonitorBaseline = z.output<typeof monitorBaselineSchema>

/** As it would be declared. */
export function monitorBaselineDeclaration(baseline: MonitorBaseline): z.input<typeof monitorBaselineSchema> {
  if (baseline === 'training') return baseline
  const { rolling, seasonal, ...rest } = baseline
  return {
    ...rest,
    ...(rolling === undefined ? {} : { rolling: formatDuration(rolling) }),
    ...(seasonal === undefined ? {} : { seasonal: `${seasonal / WEEK_MS}w` }),
  }
}
