import type { z } from 'zod'
import type { worstSchema } from '../contract/backtest.ts'
import type { Judged } from './skipped.ts'

type Worst = z.input<typeof worstSchema>

/** Of each kind and window the column with the largest effect, in order of time. */
export function worstOf(judged: readonly Judged[]): Worst[] {
  const worst = new Map<string, Worst>()
  for (const { kind, column, windowEnd, verdict, effect } of judged) {
    if (effect === undefined || !Number.isFinite(effect)) continue
    const end = windowEnd.toISOString()
    const key = `${kind} ${end}`
    const before = worst.get(key)
    if (before === undefined || effect > before.effect)
      worst.set(key, { kind, end, column, effect, verdict: verdict as Worst['verdict'] })
  }
  return [...worst.values()].sort((a, b) => (a.end < b.end ? -1 : a.end > b.end ? 1 : 0))
}
