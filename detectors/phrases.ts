/** Numbers as they stand in sentences. */

export function count(n: number): string {
  return n.toLocaleString('en-US')
}

/** A tenth of a percent, but never a plain 0 or 100 for what is not quite. */
export function percent(share = 0): string {
  const percents = 100 * share
  if (percents > 0 && percents < 0.1) return 'under 0.1 %'
  if (percents < 100 && percents > 99.9) return 'over 99.9 %'
  return `${Number(percents.toFixed(1))} %`
}

export function effect(value = 0): string {
  return String(Number(value.toFixed(3)))
}

/** Three significant digits. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(3)))
}
