/** A share in [0, 1] to a tenth of a percent, but never a plain 0 or 100 for what is not quite: `12.3%`. */
export function formatShare(share: number): string {
  const percents = 100 * share
  if (percents > 0 && percents < 0.1) return 'under 0.1%'
  if (percents < 100 && percents > 99.9) return 'over 99.9%'
  return `${Number(percents.toFixed(1))}%`
}
