import { z } from 'zod'
import { KINDS } from './batches.ts'
import { totalWarnings } from '../../ingest/decode/input-problem.ts'
import type { Sorted } from './batches.ts'
import type { Sent } from './destination.ts'

const countSchema = z.int().min(0)
const countsSchema = z.object({ accepted: countSchema, rejected: countSchema })

/** What became of the events of a file so far. */
export const tallySchema = z.object({
  predictions: countsSchema,
  labels: countsSchema,
  /** Labels that said no time, by how long after their predictions they were taken to have come. */
  undated: z.record(z.string(), countSchema).default({}),
  /** The first of those that were rejected. */
  rejections: z.array(
    z.object({ row: z.int(), kind: z.enum(KINDS), reason: z.string(), detail: z.string() }),
  ),
  /** What of the accepted ones is not as it was declared, the most frequent first. */
  warnings: z
    .array(
      z.object({
        field: z.string(),
        reason: z.string(),
        count: countSchema,
        example: z.string(),
        resembles: z.string().optional(),
      }),
    )
    .default([]),
})
export type Tally = z.output<typeof tallySchema>

export const NOTHING: Tally = {
  predictions: { accepted: 0, rejected: 0 },
  labels: { accepted: 0, rejected: 0 },
  undated: {},
  rejections: [],
  warnings: [],
}

const KEPT_REJECTIONS = 10
const KEPT_WARNINGS = 100

/** The tally with what was sent, and with rows that could not be. */
export function added(
  tally: Tally,
  { accepted, rejected, rejections, warnings }: Sent,
  { rejected: unsent, undated }: Pick<Sorted, 'rejected' | 'undated'>,
): Tally {
  const counts = (kind: 'predictions' | 'labels') => ({
    accepted: tally[kind].accepted + accepted[kind],
    rejected: tally[kind].rejected + rejected[kind] + unsent.filter((one) => one.kind === kind).length,
  })
  const found = [...unsent, ...rejections].sort((a, b) => a.row - b.row)
  return {
    predictions: counts('predictions'),
    labels: counts('labels'),
    undated: sum(tally.undated, undated),
    rejections: [...tally.rejections, ...found].slice(0, KEPT_REJECTIONS),
    warnings: totalWarnings([...tally.warnings, ...warnings]).slice(0, KEPT_WARNINGS),
  }
}

function sum(before: Readonly<Record<string, number>>, more: ReadonlyMap<string, number>) {
  const total = { ...before }
  for (const [delay, labels] of more) total[delay] = (total[delay] ?? 0) + labels
  return total
}
