import type { Verdict } from '../domain/verdict.ts'

const WORDS: Record<Verdict, string> = {
  ok: 'ok',
  unconfirmed: 'unconfirmed',
  warning: 'warning',
  critical: 'critical',
  insufficient_data: 'insufficient data',
}

/** A verdict as people read it; `null` means that the window was not evaluated. */
export function verdictWord(verdict: Verdict | null): string {
  return verdict === null ? 'not evaluated' : WORDS[verdict]
}

/** Shapes that tell breaches apart without their colour, as symbols of ECharts. */
export const BREACH_SYMBOL = { warning: 'triangle', critical: 'rect' } as const

/** The same shapes within a text. */
export const BREACH_SIGN = { warning: '▲', critical: '■' } as const

/** The same for an effect that reaches a threshold without being a breach: hollow, and upside down. */
export const UNCONFIRMED_SIGN = '▽'
