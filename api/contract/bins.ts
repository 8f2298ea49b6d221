import { z } from 'zod'
import { named } from './shared.ts'

/** One bin of PSI over both sides. */
export const binSchema = named(
  'Bin',
  z.strictObject({
    label: z.string().describe('Readable label.'),
    kind: z.enum(['missing', 'other', 'unseen', 'category', 'value', 'range']),
    category: z.string().optional(),
    value: z.number().optional(),
    from: z.number().optional().describe('Lower bound of a range, inclusive; absent if the range has none.'),
    to: z.number().optional().describe('Upper bound, exclusive; absent if the range has none.'),
    baseline: z.number().describe('Rows.'),
    window: z.number(),
    baseline_share: z.number().nullable(),
    window_share: z.number().nullable(),
    contribution: z.number().nullable().describe('Contribution to PSI; null if a side is empty.'),
  }),
)
export type Bin = z.output<typeof binSchema>
