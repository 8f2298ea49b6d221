import { z } from 'zod'
import { route } from './route.ts'
import { named, timeSchema } from './shared.ts'

const partSchema = named(
  'BrokenPart',
  z.strictObject({
    table: z.string(),
    model: z.string().nullable().describe('Null for a table that all models share.'),
    month: z.string().nullable().describe('`2026-01`; null for a table that is not divided by month.'),
    rows: z
      .int()
      .nullable()
      .describe('The missing rows; null if ClickHouse is a server, or the count is broken too.'),
    bytes: z.int(),
    written_at: timeSchema.describe('When the part was last changed.'),
    name: z.string().describe('Its name among the detached parts of the table.'),
  }),
)
export type BrokenPartAnswer = z.output<typeof partSchema>

export const brokenPartRoutes = {
  listBrokenParts: route({
    method: 'get',
    path: '/store/broken-parts',
    tag: 'Store',
    summary: 'Stored data that ClickHouse could not read and has set aside',
    scope: 'read',
    answers: { 200: named('BrokenParts', z.strictObject({ broken_parts: z.array(partSchema) })) },
  }),
}
