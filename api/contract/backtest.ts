import { z } from 'zod'
import { MAX_BACKTEST_WINDOWS } from '../../domain/backtest.ts'
import { DECIDING_STATISTICS } from '../../domain/thresholds.ts'
import { monitorSchema } from '../../control/declared/monitor.ts'
import { performanceCheckSchema } from '../../control/declared/performance-metric.ts'
import { monitorDeclaration } from './monitors.ts'
import { route } from './route.ts'
import { instantSchema, monitorParams, named, timeSchema } from './shared.ts'

/** Columns times windows that one backtest evaluates at most. */
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

export const worstSchema = named(
  'BacktestWorst',
  z.strictObject({
    kind: z.string(),
    end: timeSchema.describe('End of the window.'),
    column: z.string().describe('The column with the largest effect.'),
    effect: z.number(),
    verdict: z.enum(['ok', 'warning', 'critical']),
  }),
)

const backtestSchema = named(
  'Backtest',
  z.strictObject({
    from: timeSchema,
    to: timeSchema,
    windows: z
      .int()
      .describe(
        'Number of windows with a verdict on at least one column. Windows of labels are counted separately.',
      ),
    columns: z.int().describe('Number of columns with a verdict in at least one window, over all kinds.'),
    breaches: z.int().describe('Verdicts of warning or critical, over all columns and windows.'),
    fired: z.int().describe('Number of alerts that would have fired.'),
    alerts: z.array(firedSchema),
    worst: z.array(worstSchema).describe('The largest effect of each kind in each window, in order of time.'),
    skipped: z.array(skippedSchema).describe('What was skipped, and why.'),
  }),
)

const LIMITS = `At most ${MAX_BACKTEST_WINDOWS} windows, and ${MAX_EVALUATIONS} columns times windows; larger requests are refused.`
const period = { from: instantSchema, to: instantSchema }
const isAscending = ({ from, to }: { from: Date; to: Date }) => from < to
const ASCENDING = '"from" must be before "to"'

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
      LIMITS,
    scope: 'read',
    params: monitorParams,
    body: named(
      'BacktestRequest',
      z
        .strictObject({
          ...period,
          decide: z.enum(DECIDING_STATISTICS).optional(),
          performance: performanceCheckSchema.optional(),
          thresholds: monitorSchema.shape.thresholds.unwrap().optional(),
        })
        .refine(isAscending, ASCENDING),
    ),
    answers: { 200: backtestSchema },
    problems: [409, 422],
  }),
  backtestDeclaration: route({
    method: 'post',
    path: '/backtests',
    tag: 'Monitors',
    summary: 'Backtest a monitor before it is declared',
    description: `As the backtest of a declared monitor, for a declaration that is not stored. ${LIMITS}`,
    scope: 'read',
    body: named(
      'DeclarationBacktest',
      z.strictObject({ ...period, monitor: monitorDeclaration }).refine(isAscending, ASCENDING),
    ),
    answers: { 200: backtestSchema },
    problems: [409, 422],
  }),
}
