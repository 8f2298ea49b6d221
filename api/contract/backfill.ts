import { z } from 'zod'
import { skippedSchema } from './backtest.ts'
import { route } from './route.ts'
import { instantSchema, monitorParams, named, timeSchema } from './shared.ts'

/** Windows that one backfill evaluates at most, over its requests. */
export const MAX_BACKFILLED = 50_000

export const backfillRoutes = {
  backfillMonitor: route({
    method: 'post',
    path: '/monitors/:monitor/backfill',
    tag: 'Monitors',
    summary: 'Evaluate past windows, without alerts',
    description:
      `Evaluates every window that ended in (from, to] and stores the results that the schedule would have stored. ` +
      `Alerts are not touched and nobody is told. A request works for some seconds; send the same again until ` +
      `\`remaining\` is 0. Windows that are done, by this declaration of the monitor and with no rows or labels since, ` +
      `are not evaluated again, so that it goes on where it was stopped. At most ${MAX_BACKFILLED} windows.`,
    scope: 'write',
    params: monitorParams,
    body: named(
      'BackfillRequest',
      z
        .strictObject({
          from: instantSchema,
          to: instantSchema.optional().describe('By default now.'),
        })
        .refine(({ from, to }) => to === undefined || from < to, '"from" must be before "to"'),
    ),
    changes: ['results'],
    answers: {
      200: named(
        'Backfill',
        z.strictObject({
          from: timeSchema,
          to: timeSchema,
          windows: z
            .int()
            .describe('All of the period that can be evaluated by now; those of labels are counted apart.'),
          evaluated: z.int().describe('How many this request evaluated.'),
          remaining: z.int().describe('How many are left.'),
          skipped: z.array(skippedSchema).describe('Windows that are not complete, or whose labels are not.'),
        }),
      ),
    },
    problems: [409, 422, 503],
  }),
}
