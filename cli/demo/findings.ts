import { isBreach, type Verdict } from '../../domain/verdict.ts'
import { DAY_MS } from '../../domain/time.ts'
import type { Result } from '../../store/results/results.ts'

/** Icons that differ in shape, so that they read without colour. */
export const ICONS = {
  ok: '·',
  unconfirmed: '▽',
  warning: '▲',
  critical: '■',
  insufficient_data: '?',
} as const satisfies Record<Verdict, string>

export const verdictOf = (result: Result) => result.verdict as Verdict
export const breached = (result: Result) => isBreach(verdictOf(result))
/** The last day of the window, epoch milliseconds. */
export const day = (result: Result) => result.windowEnd.getTime() - DAY_MS
export const date = (time: number) => new Date(time).toISOString().slice(0, 10)

export const percent = (share: number) => `${(100 * share).toFixed(1)}%`

/** The results of each kind and column. */
export function byColumn(results: readonly Result[]): Map<string, Result[]> {
  const columns = new Map<string, Result[]>()
  for (const result of results) {
    const key = `${result.kind} ${result.column}`
    columns.set(key, [...(columns.get(key) ?? []), result])
  }
  return columns
}
