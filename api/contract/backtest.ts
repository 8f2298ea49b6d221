import { z } from 'zod'
import { DECIDING_STATISTICS } from '../../domain/thresholds.ts'
import { monitorSchema } from '../../store/declared/monitor.ts'
import { performanceCheckSchema } from '../../store/declared/performance-metric.ts'
import { route } from './route.ts'
import { instantSchema, monitorParams, named, timeSchema } from './shared.ts'

/** Windows that one backtest evaluates at most, and columns times windows. */
export const MAX_WINDOWS = 2000
export const MAX_EVALUATIONS = 100_000

const memberSchema = z.strictObject({
  column: z.string(),
  segment: z.string(),
  version: z.string(),
  severity: z.enum(['warning', 'critical']).describe('The highest.'),
  since: timeSchema.describe('End of the first window that counted towards it.'),
  effect: z.number().nullable(),
  explanation: z.string().nullable(),
})

export const firedSchema = named(
  'BacktestAlert',
  z.strictObject({
    kind: z.string(),
    severity: z.enum(['warning', 'critical']),
    fired_at: timeSchema.describe('End of the window at which it would have fired.'),
    resolved_at: timeSchema.nullable().describe('Null when it was still firing at the end.'),
    messages: z
      .int()
      .describe('How many would have been sent: new members, raised severity, repeats, resolution.'),
    members: z.array(memberSchema).describe('All that it had in its time, most severe first.'),
  }),
)

/** Why a window gave no verdict. */
export const SKIP_REASONS = [
  'no_data',
  'no_baseline_rows',
  'too_few_rows',
  'too_few_baseline_rows',
  'too_many_categories',
  'undecided',
  'not_complete',
  'not_mature',
  'labels_too_late',
  'label_delay_unknown',
] as const

export const skippedSchema = named(
  'BacktestSkipped',
  z.strictObject({
    kind: z.string(),
    reason: z.enum(SKIP_REASONS),
    windows: z.int().describe('How many windows lack a verdict for this reason, on some column at least.'),
    columns: z.array(z.string()).describe('Which columns; none named where the whole kind was left out.'),
    hint: z.string().describe('What to do about it.'),
  }),
)

export const backtestRoutes = {
  backtestMonitor: route({
    method: 'post',
    path: '/monitors/:monitor/backtest',
    tag: 'Monitors',
    summary: 'How often would it have fired?',
    description:
      `Evaluates every window that ended in (from, to] over the data stored by now, with the monitor's deciding statistic, metric and thresholds or ` +
      `others, and takes them through the alerts. Hours that changed are counted first. No result is stored, nobody is told. Missing data are not part of it. ` +
      `The thresholds of missing and unseen shares are fixed. At most ${MAX_WINDOWS} windows, and ${MAX_EVALUATIONS} columns times windows; more are refused.`,
    scope: 'read',
    params: monitorParams,
    body: named(
      'BacktestRequest',
      z
        .strictObject({
          from: instantSchema,
          to: instantSchema,
          decide: z.enum(DECIDING_STATISTICS).optional(),
          performance: performanceCheckSchema.optional(),
          thresholds: monitorSchema.shape.thresholds.unwrap().optional(),
        })
        .refine(({ from, to }) => from < to, '"from" must be before "to"'),
    ),
    answers: {
      200: named(
        'Backtest',
        z.strictObject({
          from: timeSchema,
          to: timeSchema,
          windows: z
            .int()
            .describe(
              'How many were judged: gave a verdict on some column. Those of labels are counted apart.',
            ),
          columns: z.int().describe('How many columns were judged in some window, over all kinds.'),
          breaches: z.int().describe('Verdicts of warning or critical, over all columns and windows.'),
          fired: z.int().describe('How many alerts would have been fired.'),
          alerts: z.array(firedSchema),
          skipped: z.array(skippedSchema).describe('What was left out, and why.'),
        }),
      ),
    },
    problems: [409, 422, 503],
  }),
}
