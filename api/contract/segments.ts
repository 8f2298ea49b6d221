import { z } from 'zod'
import { route } from './route.ts'
import { modelParams, named, periodQuery, timeSchema } from './shared.ts'

/** Of results, charts and profiles: whose rows they are made of. */
export const sliceQuery = {
  segment: z
    .string()
    .max(1000)
    .optional()
    .describe('A segment such as `origin=ORD`, as results name it; empty for the whole model.'),
  version: z.string().max(1000).optional().describe('A version of the model; empty for all of them.'),
}

const segmentSchema = z.strictObject({
  segment: z.string().describe('Its name in results and queries.'),
  column: z.string(),
  part: z
    .enum(['value', 'other', 'missing'])
    .describe('One value, all values that are not counted separately, or rows without a value.'),
  value: z.string().nullable().describe('The unescaped value; null unless the segment is one value.'),
  rows: z.int(),
})

export const segmentRoutes = {
  listSegments: route({
    method: 'get',
    path: '/models/:model/segments',
    tag: 'Charts',
    summary: 'Segments and versions with predictions',
    description:
      'Covers whole hours; defaults to the last 30 days up to the newest stored prediction. Segments are those that the active baseline counts separately: the 20 most frequent values of each segment column.',
    scope: 'read',
    params: modelParams,
    query: z.strictObject(periodQuery),
    answers: {
      200: named(
        'Segments',
        z.strictObject({
          from: timeSchema,
          to: timeSchema,
          columns: z.array(z.string()).describe('Segment columns by which rows are counted.'),
          segments: z.array(segmentSchema).describe('Most rows first.'),
          versions: z
            .array(
              z.strictObject({
                version: z.string(),
                rows: z.int(),
                shadow: z.int().describe('Those of the rows that are shadow traffic.'),
              }),
            )
            .describe('Most rows first; rows without a version are not included.'),
        }),
      ),
    },
  }),
}
