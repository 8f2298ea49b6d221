import { z } from 'zod'
import { DECIDING_STATISTICS } from '../../domain/thresholds.ts'
import { monitorSchema } from '../../control/declared/monitor.ts'
import { performanceCheckSchema } from '../../control/declared/performance-metric.ts'
import { route } from './route.ts'
import { instantSchema, monitorParams, named, timeSchema } from './shared.ts'

/** Windows that one backtest evaluates at most, and columns times windows. */
export const MAX_WINDOWS = 2000
export const MAX_EVALUATIONS = 100_000

const memberSchema = z.strictObject({
  column: z.string(),
  segment: z.string(),
  version: z.string(),
  severity: z.enum(['warning', 'critical']).describe('The highest severity.'),
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
      .describe(
        'Number of messages that would have been sent: new members, raised severity, repeats and resolution.',
      ),
    members: z.array(memberSchema).describe('All members it had, most severe first.'),
  }),
)

/** Why a window gave no verdict. */
export const SKIP_REASONS = [
  'no_data',
  'no_baseline_rows',
  'too_few_rows',
  'too_few_baseline_rows',
  'too_many_categories',
  'beyond_baseline',
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
    windows: z
      .int()
      .describe('Number of windows in which at least one column has no verdict for this reason.'),
    columns: z.array(z.string()).describe('The affected columns; empty if the whole kind was skipped.'),
    hint: z.string().describe('What to do about it.'),
  }),
)

export const backtestRoutes = {
  backtestMonitor: route({
    method: 'post',
    path: '/monitors/:monitor/backtest',
    tag: 'Monitors',
    summary: 'Backtest a monitor',
    description:
      `Shows how often a monitor would have fired. Evaluates every window that ended in (from, to] over the stored data, with the monitor's deciding ` +
      `statistic, metric and thresholds or others, and simulates the alerts. Hours that changed are counted first. No results are stored and no ` +
      `notifications are sent. Alerts on missing data are not included. The thresholds for shares of missing and unseen values are fixed. ` +
      `At most ${MAX_WINDOWS} windows, and ${MAX_EVALUATIONS} columns times windows; larger requests are refused.`,
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
              'Number of windows with a verdict on at least one column. Windows of labels are counted separately.',
            ),
          columns: z
            .int()
            .describe('Number of columns with a verdict in at least one window, over all kinds.'),
          breaches: z.int().describe('Verdicts of warning or critical, over all columns and windows.'),
          fired: z.int().describe('Number of alerts that would have fired.'),
          alerts: z.array(firedSchema),
          skipped: z.array(skippedSchema).describe('What was skipped, and why.'),
        }),
      ),
    },
    problems: [409, 422],
  }),
}
