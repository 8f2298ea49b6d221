import { z } from 'zod'
import { taskSchema } from '../../store/declared/model.ts'
import { route } from './route.ts'
import { named, timeSchema } from './shared.ts'

const severitySchema = z.enum(['warning', 'critical'])

const firingSchema = z.strictObject({
  id: z.string().describe('Of the event that tells how the alert stands.'),
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
  effect: z.number().nullable().describe('The largest of features and predictions.'),
  drifted_share: z.number().nullable().describe('Of the feature columns with a verdict.'),
})

export const modelOverviewSchema = named(
  'ModelOverview',
  z.strictObject({
    model: z.string(),
    task: taskSchema,
    state: z
      .enum(['no_events', 'no_baseline', 'no_monitor', 'waiting', 'evaluated'])
      .describe('What is missing first; `waiting`: there is a monitor, and it has evaluated nothing yet.'),
    status: z
      .enum(['critical', 'warning', 'pending', 'unconfirmed', 'ok', 'insufficient_data', 'no_data', 'error'])
      .nullable()
      .describe(
        'The severity of what fires. With nothing firing but an alert on silence or failing runs, `no_data` while the newest window is silent, `error` while it cannot be evaluated, `insufficient_data` where no column of it had enough rows; else as its worst verdict is: `pending` for a breach that does not fire, or not yet, `unconfirmed`, `ok`. Null unless the state is `evaluated`.',
      ),
    firing: z.array(firingSchema).describe('Most severe first, then newest first.'),
    worst: worstSchema
      .nullable()
      .describe('Of the newest window of each monitor, and of the newest one of its labels.'),
    drifted: z
      .strictObject({ columns: z.int(), of: z.int().describe('Those with a verdict.') })
      .describe('Feature columns in the newest windows.'),
    latest_window_end: timeSchema.nullable(),
    sparkline: z
      .array(pointSchema)
      .describe('Of the first monitor by name: its windows within the last 60 runs, oldest first.'),
    warning_from: z.number().nullable().describe('The effect from which that monitor warns.'),
    predictions: z.strictObject({
      last_24h: z.int().describe('Distinct ones in the 24 hours up to the newest stored one.'),
      until: timeSchema.nullable().describe('Time of the newest stored one.'),
    }),
    label_lag_hours: z
      .number()
      .nullable()
      .describe(
        'Median from a prediction to its label, over the labels that came last; off by half an hour at most.',
      ),
  }),
)
export type ModelOverview = z.output<typeof modelOverviewSchema>

export const overviewRoutes = {
  getOverview: route({
    method: 'get',
    path: '/overview',
    tag: 'Charts',
    summary: 'How every model stands, most severe first',
    scope: 'read',
    answers: { 200: named('Overview', z.strictObject({ models: z.array(modelOverviewSchema) })) },
  }),
}
