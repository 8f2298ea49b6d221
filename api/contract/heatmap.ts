import { z } from 'zod'
import { VERDICTS } from '../../domain/verdict.ts'
import { route } from './route.ts'
import { sliceQuery } from './segments.ts'
import { modelParams, named, periodQuery, timeSchema } from './shared.ts'

/** Cells across. */
export const MAX_CELLS = 400

const rowSchema = z.strictObject({
  kind: z.string(),
  column: z.string(),
  segment: z.string(),
  version: z.string(),
  importance: z.number().nullable().describe('Of a feature, as the model declares it.'),
  verdicts: z.array(z.enum(VERDICTS).nullable()).describe('A cell each; null where there is no result.'),
  effects: z.array(z.number().nullable()).describe('A cell each; null where none could be told.'),
})

export const heatmapSchema = named(
  'Heatmap',
  z.strictObject({
    monitor: z.string(),
    window_hours: z.int(),
    every_hours: z.int(),
    from: timeSchema,
    to: timeSchema,
    step: z
      .int()
      .min(1)
      .describe('Windows joined in a cell: its worst verdict, and the largest effect of those with it.'),
    window_ends: z.array(timeSchema).describe('Of the newest window of each cell, ascending.'),
    rows: z
      .array(rowSchema)
      .describe('A member each: features, predictions, labels, others; the largest effect of each first.'),
  }),
)
export type Heatmap = z.output<typeof heatmapSchema>

export const heatmapRoutes = {
  getHeatmap: route({
    method: 'get',
    path: '/models/:model/heatmap',
    tag: 'Charts',
    summary: 'Verdicts and effects of a monitor, column by window',
    description: `Of the whole model, unless \`segment\` or \`version\` name a part of it. Windows that ended in (from, to]; by default the last 30 days up to the newest window that was evaluated. At most ${MAX_CELLS} cells across: a longer period joins windows. Of a window that was evaluated again the newest result counts.`,
    scope: 'read',
    params: modelParams,
    query: z.strictObject({
      monitor: z.string().optional().describe("By default the model's first by name."),
      ...sliceQuery,
      ...periodQuery,
    }),
    answers: { 200: heatmapSchema },
  }),
}
