import { z } from 'zod'
import { parseJson } from '../../domain/json.ts'
import { reportFault } from './report.ts'

const resultSchema = z.strictObject({
  version: z.union([z.string(), z.int().transform(String)]),
  baseline: z.unknown().optional(),
})

export type Result =
  | { found: 'result'; version: string; baseline?: unknown }
  | { found: 'faulty'; reason: string }
  | { found: 'none' }

/** What a command says of its success, in its result file; undefined is no file. Pure. */
export function readResult(text: string | undefined): Result {
  if (text === undefined || text.trim() === '') return { found: 'none' }
  const { data, error } = resultSchema.safeParse(parseJson(text))
  if (error !== undefined)
    return { found: 'faulty', reason: 'it must be {"version": "…"}, with "baseline" if there is one' }
  const version = data.version.trim()
  const baseline = data.baseline === undefined ? {} : { baseline: data.baseline }
  const fault = reportFault({ status: 'succeeded', version, ...baseline })
  return fault === undefined ? { found: 'result', version, ...baseline } : { found: 'faulty', reason: fault }
}
