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
      `Alerts do not change, and no notifications are sent. A request works for a few seconds; repeat it until ` +
      `\`remaining\` is 0. Windows already evaluated with the current declaration of the monitor, and without new rows or ` +
      `labels, are not evaluated again, so a repeated request continues where it stopped. At most ${MAX_BACKFILLED} windows.`,
    scope: 'write',
    params: monitorParams,
    body: named(
      'BackfillRequest',
      z
        .strictObject({
          from: instantSchema,
          to: instantSchema.optional().describe('Defaults to now.'),
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
            .describe(
              'All windows of the period that can be evaluated now; windows of labels are counted separately.',
            ),
          evaluated: z.int().describe('Number of windows that this request evaluated.'),
          remaining: z.int().describe('Number of windows left.'),
          skipped: z.array(skippedSchema).describe('Windows that are not complete, or whose labels are not.'),
        }),
      ),
    },
    problems: [409, 422],
  }),
}
