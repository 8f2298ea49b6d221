import { z } from 'zod'
import { HEATMAP_GRAINS } from '../../domain/heatmap-grain.ts'
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
  verdicts: z.array(z.enum(VERDICTS).nullable()).describe('One per cell; null if there is no result.'),
  effects: z.array(z.number().nullable()).describe('One per cell; null if there is none.'),
})

export const heatmapSchema = named(
  'Heatmap',
  z.strictObject({
    monitor: z.string(),
    window_hours: z.int(),
    every_hours: z.int(),
    from: timeSchema,
    to: timeSchema,
    grain: z.enum(HEATMAP_GRAINS),
    step: z
      .int()
      .min(1)
      .describe(
        'Most windows combined in a cell. A cell has their worst verdict, and the largest effect with that verdict.',
      ),
    window_ends: z.array(timeSchema).describe('End of the newest window of each cell, ascending.'),
    rows: z
      .array(rowSchema)
      .describe('One per member: features, predictions, labels, then others, each sorted by largest effect.'),
  }),
)
export type Heatmap = z.output<typeof heatmapSchema>

export const heatmapRoutes = {
  getHeatmap: route({
    method: 'get',
    path: '/models/:model/heatmap',
    tag: 'Charts',
    summary: 'Verdicts and effects of a monitor, column by window',
    description: `For the whole model, unless \`segment\` or \`version\` is given. Covers windows that ended in (from, to]; defaults to the last 30 days up to the newest evaluated window. At most ${MAX_CELLS} cells per row; longer periods combine neighbouring cells. If a window was evaluated again, the newest result counts.`,
    scope: 'read',
    params: modelParams,
    query: z.strictObject({
      monitor: z.string().optional().describe("Defaults to the model's first monitor by name."),
      grain: z
        .enum(HEATMAP_GRAINS)
        .default('window')
        .describe(
          'What a cell covers: one window, or all windows that ended on one day or in one week of UTC.',
        ),
      ...sliceQuery,
      ...periodQuery,
    }),
    answers: { 200: heatmapSchema },
  }),
}
