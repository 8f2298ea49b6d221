import { z } from 'zod'
import { route } from '../route.ts'
import { named, timeSchema } from '../shared.ts'

/** Months of one answer: alerts are kept about as long by default. */
export const MAX_MONTHS = 24

const counts = {
  alerts: z.int().describe('Alerts that began in the time.'),
  incidents: z.int().describe('Incidents that these alerts are in.'),
  true_drift: z.int(),
  data_fault: z.int(),
  false_alarm: z.int(),
  other: z.int().describe('Alerts of incidents that were neither; not part of the precision.'),
  not_judged: z.int().describe('Alerts in no incident, or in one that is open.'),
  precision: z
    .strictObject({ value: z.number(), low: z.number(), high: z.number() })
    .nullable()
    .describe(
      '(true drift + data faults) / (these + false alarms), with a 95% Wilson interval; null if none was judged.',
    ),
}

const countsSchema = named('AlertVerdicts', z.strictObject(counts))

export const incidentSummaryRoutes = {
  getIncidentSummary: route({
    method: 'get',
    path: '/incidents/summary',
    tag: 'Incidents',
    summary: 'What alerts turned out to be, by monitor and month',
    description:
      'An alert counts in the month in which it began. Alerts of experiments are left out. Months are calendar months in UTC. Monitors with the most false alarms come first.',
    scope: 'read',
    query: z.strictObject({
      months: z.coerce.number().int().min(1).max(MAX_MONTHS).default(6).describe('Number of months.'),
      until: z
        .string()
        .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'a month is written as 2026-01')
        .optional()
        .describe(
          'The last of the months, such as `2026-01`. Defaults to the current month or, if no alert began in these months, to the month of the newest alert.',
        ),
    }),
    answers: {
      200: named(
        'IncidentSummary',
        z.strictObject({
          from: timeSchema,
          to: timeSchema,
          months: z.array(z.string()).describe('Such as `2026-01`, oldest first.'),
          first: z
            .string()
            .nullable()
            .describe('The month in which the first alert of all began; null if there is none.'),
          newest: z.string().nullable().describe('The month in which the newest one began.'),
          complete_from: timeSchema
            .nullable()
            .describe('Alerts before this time were deleted because of their age; null if none were.'),
          total: countsSchema,
          monitors: z.array(
            z.strictObject({
              monitor: z.string(),
              model: z.string(),
              declared: z.boolean().describe('Whether the monitor still exists.'),
              total: countsSchema,
              months: z.array(z.strictObject({ month: z.string(), ...counts })),
            }),
          ),
        }),
      ),
    },
  }),
}
