import { z } from 'zod'
import type { StoredResult } from '../../store/results/result-detail.ts'
import { reevaluate } from './reevaluate.ts'
import type { Check } from './check.ts'

export const BUNDLE_FORMAT = 1

const profileSchema = z.strictObject({
  counts: z.array(z.number()),
  sums: z.array(z.number().nullable()),
  squares: z.number().nullable(),
})

/** A result with all that is stored with it. */
const resultSchema = z.looseObject({
  id: z.string(),
  kind: z.string(),
  column: z.string(),
  segment: z.string(),
  version: z.string(),
  monitor: z.string(),
  window_start: z.string(),
  window_end: z.string(),
  verdict: z.string(),
  reason: z.string(),
  evaluation: z.unknown(),
  rule: z.unknown(),
  code_version: z.string(),
  bins: z.unknown(),
  baseline: z.looseObject({ version: z.int(), hash: z.string(), profile: profileSchema }),
  window: z.strictObject({ profile: profileSchema }),
  inputs: z.unknown(),
})

/** What somebody elsewhere needs to see why an alert fired, and to compute it again without the store. */
export const bundleSchema = z.strictObject({
  format: z.literal(BUNDLE_FORMAT),
  created_at: z.iso.datetime({ offset: true }),
  release: z.string().describe('Of the service that made it.'),
  alert: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('The alert, as `GET /alerts/:alert` returns it.'),
  model: z.record(z.string(), z.unknown()).nullable().describe('Its declaration; null if it was removed.'),
  monitors: z.array(z.record(z.string(), z.unknown())).describe('The declarations of the monitors.'),
  baselines: z
    .array(z.record(z.string(), z.unknown()))
    .describe('What was compared with: source, rows, hash.'),
  mlflow: z
    .array(
      z.strictObject({
        model: z.string().describe('As it is registered in MLflow.'),
        alias: z.string(),
        version: z.string(),
        run_id: z.string().describe('Of the run that logged it; empty where none did.'),
        seen_at: z.iso.datetime({ offset: true }).describe('When the alias was first seen there.'),
      }),
    )
    .default([])
    .describe('What the alias of the model pointed to in MLflow during the windows, newest first.'),
  results: z.array(resultSchema),
})

export type Bundle = z.output<typeof bundleSchema>
export type BundledResult = Bundle['results'][number]

export interface ReevaluatedResult {
  result: BundledResult
  evaluation: Check
}

/** Computes the verdict of each result of a bundle again, from nothing but the bundle. Pure. */
export function reproduceBundle({ results }: Bundle): ReevaluatedResult[] {
  return results.map((result) => ({ result, evaluation: evaluated(result) }))
}

/** Damaged arrays are no reason to leave out the others. */
function evaluated(result: BundledResult): Check {
  try {
    return reevaluate(result as unknown as StoredResult)
  } catch (error) {
    return { status: 'unavailable', reason: `its arrays do not fit together: ${(error as Error).message}` }
  }
}
