import { z } from 'zod'
import { MODEL_FINDINGS, COLUMN_FINDINGS } from '../../../domain/data-finding.ts'
import { SEVERITIES } from '../../../domain/severity.ts'
import { route } from '../route.ts'
import { modelParams, named, periodQuery, timeSchema } from '../shared.ts'

/** Windows, or groups of them, in one answer. */
export const MAX_CHECKED = 200
/** Changes of a model's declaration in one answer. */
export const MAX_DECLARED = 100

const severitySchema = z.enum(SEVERITIES)
const perCell = z.array(z.number().nullable())
const severities = z
  .array(z.enum(['ok', ...SEVERITIES]).nullable())
  .describe('One per cell; null if it was not checked.')

const columnFindingSchema = z.strictObject({
  finding: z.enum(COLUMN_FINDINGS),
  severity: severitySchema,
  explanation: z.string().describe('Contains unescaped names.'),
  share: z.number(),
  expected: z.number().describe('The share that was expected, or that is tolerated.'),
})

const columnSchema = named(
  'ColumnFindings',
  z.strictObject({
    kind: z.enum(['feature', 'prediction']),
    column: z.string(),
    decided: z.boolean().describe('Whether the newest window had enough rows to judge it.'),
    severities,
    missing: perCell.describe('Share of rows without a value, unusable ones apart.'),
    invalid: perCell.describe('Share of rows with an unusable value.'),
    out_of_range: perCell.describe(
      'Share of values outside the declared constraints or, without these, outside the range of the baseline; null where there is none.',
    ),
    unseen: perCell.describe('Share of values that the baseline does not have; null where there is none.'),
    skew: perCell.describe(
      'Share of rows that differ from the reference features; null where none could be compared.',
    ),
    findings: z.array(columnFindingSchema).describe('Of the newest window.'),
  }),
)

const modelFindingSchema = named(
  'ModelFinding',
  z.strictObject({
    finding: z.enum([...MODEL_FINDINGS, 'no_data']),
    severities,
    shares: perCell.describe(
      'Of `unknown_features` and `duplicates`, the share affected; of `volume` and `labels_late`, what arrived as a multiple of what was due; null where nothing was found.',
    ),
    newest: z
      .strictObject({ severity: severitySchema, explanation: z.string() })
      .nullable()
      .describe('In the newest window. The explanation contains unescaped names.'),
  }),
)

export const findingsSchema = named(
  'Findings',
  z.strictObject({
    monitor: z.string(),
    checked: z.boolean().describe('Whether the monitor checks `quality` now.'),
    window_hours: z.int(),
    from: timeSchema,
    to: timeSchema,
    step: z
      .int()
      .min(1)
      .describe('Number of windows combined in a cell, which has their worst severity and largest shares.'),
    window_ends: z.array(timeSchema).describe('End of the newest window of each cell, ascending.'),
    newest: z
      .strictObject({
        window_end: timeSchema,
        rows: z.int(),
        columns: z.int().describe('Number of columns that were looked at.'),
        undecided_columns: z.int().describe('Of these, the number with too few rows to judge.'),
        undecided: z
          .array(
            z.strictObject({ finding: z.enum([...MODEL_FINDINGS, 'constant', 'skew']), until: z.string() }),
          )
          .describe('What could not be checked, and until when.'),
      })
      .nullable()
      .describe('The newest window that was checked.'),
    declared: z
      .array(z.strictObject({ at: timeSchema, added: z.array(z.string()), removed: z.array(z.string()) }))
      .describe(
        `Features added to and removed from the declaration through the API in the period, at most ${MAX_DECLARED} changes.`,
      ),
    model: z.array(modelFindingSchema).describe('Findings about all data, in the period.'),
    columns: z.array(columnSchema).describe('The most severe first.'),
  }),
)
export type Findings = z.output<typeof findingsSchema>

export const findingsRoutes = {
  getFindings: route({
    method: 'get',
    path: '/models/:model/findings',
    tag: 'Charts',
    summary: 'What is wrong with the data: columns and the whole model, by window',
    description: `Covers windows that ended in (from, to]; defaults to the last 30 days up to the newest evaluated window. At most ${MAX_CHECKED} cells; longer periods combine windows. If a window was checked again, the newest result counts.`,
    scope: 'read',
    params: modelParams,
    query: z.strictObject({
      monitor: z.string().optional().describe("Defaults to the model's first monitor that checks `quality`."),
      columns: z
        .enum(['affected', 'all'])
        .default('affected')
        .describe('By default only columns with a finding in the period.'),
      column: z.string().optional().describe('Only this column, with or without a finding.'),
      kind: z.enum(['feature', 'prediction']).default('feature').describe('Of `column`.'),
      ...periodQuery,
    }),
    answers: { 200: findingsSchema },
  }),
}
