import { z } from 'zod'
import { route } from '../route.ts'
import { resultParams } from '../results.ts'
import { named } from '../shared.ts'

/** Segments that are compared at most, those with the largest effect of their own. */
export const MAX_SEGMENTS = 50

export const segmentShareSchema = named(
  'ExplainingSegment',
  z.strictObject({
    segment: z.string(),
    result: z.string().describe('Id of the result of the segment.'),
    rows: z.number().describe('Rows of the segment in the window.'),
    share: z.number().describe('Of the rows of the window.'),
    effect_without: z
      .number()
      .nullable()
      .describe('The effect on all other rows; null if it cannot be told.'),
    explains: z
      .number()
      .nullable()
      .describe(
        'By how much of the effect the effect is smaller without the segment: 1 if nothing is left, negative if it grows. Segments overlap, so these do not add up to 1.',
      ),
  }),
)

export const explainingSegmentsRoutes = {
  getExplainingSegments: route({
    method: 'get',
    path: '/results/:result/segments',
    tag: 'Results',
    summary: 'How much of the effect each segment explains',
    description: `For a result of the whole model about a column that has bins. Leaves out the rows of one segment at a time, from the arrays that are stored with the results, and computes the effect again. At most ${MAX_SEGMENTS} segments, those with the largest effect. 409 for other results.`,
    scope: 'read',
    params: resultParams,
    answers: {
      200: named(
        'ExplainingSegments',
        z.strictObject({
          effect: z.number(),
          segments: z.array(segmentShareSchema).describe('Those that explain most first.'),
          left_out: z
            .int()
            .describe(
              'Number of segments that were not compared: beyond the limit, or evaluated over a longer window, another baseline or other bins.',
            ),
        }),
      ),
    },
    problems: [409],
  }),
}
