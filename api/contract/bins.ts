import { z } from 'zod'
import { named } from './shared.ts'

/** One bin of PSI over both sides. */
export const binSchema = named(
  'Bin',
  z.strictObject({
    label: z.string().describe('For people.'),
    kind: z.enum(['missing', 'other', 'unseen', 'category', 'value', 'range']),
    category: z.string().optional(),
    value: z.number().optional(),
    from: z.number().optional().describe('Of a range, inclusive; absent where it is open below.'),
    to: z.number().optional().describe('Exclusive; absent where it is open above.'),
    baseline: z.number().describe('Rows.'),
    window: z.number(),
    baseline_share: z.number().nullable(),
    window_share: z.number().nullable(),
    contribution: z.number().nullable().describe('To PSI; null where a side is empty.'),
  }),
)
export type Bin = z.output<typeof binSchema>
