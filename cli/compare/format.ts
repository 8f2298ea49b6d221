/** Numbers as people read them in a table. */

export const ABSENT = '–'

/** Three decimals; six digits and more as a power of ten. */
export function decimal(value: number | undefined): string {
  if (value === undefined) return ABSENT
  if (Math.abs(value) >= 1e6) return value.toExponential(2)
  const text = value.toFixed(3)
  return text === '-0.000' ? '0.000' : text
}

/** The value, or where it was counted in bins the range that the exact one lies in. */
export function range(value: number, bound: number | undefined): string {
  const [low, high] = [decimal(value), decimal(bound === undefined ? undefined : value + bound)]
  return low === high ? low : `${low}…${bound === undefined ? '' : high}`
}

export function probability(p: number | undefined): string {
  if (p === undefined) return ABSENT
  if (p >= 0.001) return p.toFixed(3)
  return p < 1e-300 ? '<1e-300' : p.toExponential(0)
}

/** Percentages of both sides, one where they read alike. */
export function percentages(baseline: number, current: number): string {
  const [from, to] = [percent(baseline), percent(current)]
  return from === to ? to : `${from} → ${to}`
}

/** One decimal, but 0 and 100 only for what is exactly that. */
function percent(share: number): string {
  const percents = 100 * share
  if (percents > 0 && percents < 0.1) return '<0.1'
  if (percents < 100 && percents > 99.9) return '>99.9'
  return percents % 1 === 0 ? String(percents) : percents.toFixed(1)
}
