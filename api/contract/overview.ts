import { z } from 'zod'
import { taskSchema } from '../../control/declared/model.ts'
import { route } from './route.ts'
import { named, timeSchema } from './shared.ts'

const severitySchema = z.enum(['warning', 'critical'])

const firingSchema = z.strictObject({
  id: z.string().describe('Id of the event with the current state of the alert.'),
  monitor: z.string(),
  kind: z.string(),
  severity: severitySchema,
  summary: z.string(),
  window_end: timeSchema,
})

const worstSchema = z.strictObject({
  monitor: z.string(),
  kind: z.string(),
  column: z.string(),
  segment: z.string(),
  version: z.string(),
  verdict: z.string(),
  effect: z.number().nullable(),
  explanation: z.string(),
  window_end: timeSchema,
  result_id: z.string(),
})

const pointSchema = z.strictObject({
  window_end: timeSchema,
  effect: z.number().nullable().describe('The largest effect of features and predictions.'),
  drifted_share: z.number().nullable().describe('Share of the feature columns with a verdict.'),
})

export const modelOverviewSchema = named(
  'ModelOverview',
  z.strictObject({
    model: z.string(),
    task: taskSchema,
    state: z
      .enum(['no_events', 'no_baseline', 'no_monitor', 'waiting', 'evaluated'])
      .describe(
        'The first thing that is missing; `waiting`: there is a monitor, but it has not evaluated anything yet.',
      ),
    status: z
      .enum(['critical', 'warning', 'pending', 'unconfirmed', 'ok', 'insufficient_data', 'no_data', 'error'])
      .nullable()
      .describe(
        'The severity of the firing alerts. If nothing fires except an alert on missing data or failing runs: `no_data` while the newest window has no data, `error` while it cannot be evaluated, `insufficient_data` if no column had enough rows. Otherwise its worst verdict: `pending` for a breach that does not fire, or not yet, `unconfirmed` or `ok`. Null unless the state is `evaluated`.',
      ),
    firing: z.array(firingSchema).describe('Most severe first, then newest first.'),
    worst: worstSchema
      .nullable()
      .describe(
        'The worst drift, from the newest window of each monitor, and from its newest window of labels. If only data quality is checked, that it was checked: kind `data`, without a column.',
      ),
    drifted: z
      .strictObject({ columns: z.int(), of: z.int().describe('Columns with a verdict.') })
      .describe('Drifted feature columns in the newest windows.'),
    data_findings: z.int().describe('Number of findings about the data in firing alerts.'),
    latest_window_end: timeSchema.nullable(),
    sparkline: z
      .array(pointSchema)
      .describe('Windows of the first monitor by name within its last 60 runs, oldest first.'),
    warning_from: z.number().nullable().describe('The warning threshold of that monitor.'),
    predictions: z.strictObject({
      last_24h: z.int().describe('Distinct predictions in the 24 hours up to the newest stored one.'),
      until: timeSchema.nullable().describe('Time of the newest stored prediction.'),
    }),
    label_lag_hours: z
      .number()
      .nullable()
      .describe(
        'Median delay from a prediction to its label, over the most recent labels; accurate to half an hour.',
      ),
  }),
)
export type ModelOverview = z.output<typeof modelOverviewSchema>

export const overviewRoutes = {
  getOverview: route({
    method: 'get',
    path: '/overview',
    tag: 'Charts',
    summary: 'State of every model, most severe first',
    scope: 'read',
    answers: { 200: named('Overview', z.strictObject({ models: z.array(modelOverviewSchema) })) },
  }),
}

const missedSchema = named(
  'MissedWindows',
  z.strictObject({
    monitor: z.string(),
    model: z.string(),
    part: z.string().describe('`predictions`, or `labels` for what needs them.'),
    windows: z.int().describe('How many are left.'),
    oldest_end: timeSchema.describe('When the oldest of them ended.'),
    newest_end: timeSchema.describe('When the newest of them ended; it is next.'),
  }),
)

export const missedWindowRoutes = {
  listMissedWindows: route({
    method: 'get',
    path: '/missed-windows',
    tag: 'Monitors',
    summary: 'Windows that ended while nothing ran, and that are still to be evaluated, the newest first',
    scope: 'read',
    answers: {
      200: named('AllMissedWindows', z.strictObject({ missed_windows: z.array(missedSchema) })),
    },
  }),
}

const partSchema = named(
  'BrokenPart',
  z.strictObject({
    table: z.string(),
    model: z.string().nullable().describe('Null for a table that all models share.'),
    month: z.string().nullable().describe('`2026-01`; null for a table that is not divided by month.'),
    rows: z
      .int()
      .nullable()
      .describe('The missing rows; null if ClickHouse is a server, or the count is broken too.'),
    bytes: z.int(),
    written_at: timeSchema.describe('When the part was last changed.'),
    name: z.string().describe('Its name among the detached parts of the table.'),
  }),
)

export const brokenPartRoutes = {
  listBrokenParts: route({
    method: 'get',
    path: '/store/broken-parts',
    tag: 'Store',
    summary: 'Stored data that ClickHouse could not read and has set aside',
    scope: 'read',
    answers: { 200: named('BrokenParts', z.strictObject({ broken_parts: z.array(partSchema) })) },
  }),
}
