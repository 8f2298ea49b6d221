/** The width of the confidence sequence; Waudby-Smith and others (2021), Time-uniform central limit theory, arXiv 2103.06476. */

/** How the width is spread over the sequence, so that it is nearly the least possible at `planRows` rows. */
function tuning(planRows: number, alpha: number): number {
  const x = -2 * Math.log(alpha)
  return (x + Math.log1p(x)) / planRows
}

/**
 * Half the width after so many rows, in standard errors. A normal mixture: the true difference lies within the interval at
 * all looks together with probability 1 − alpha, however many there are, provided that `planRows` is the same at each.
 */
export function boundary(rows: number, planRows: number, alpha: number): number {
  const grown = rows * tuning(planRows, alpha)
  return Math.sqrt(2 * (1 + 1 / grown) * (Math.log1p(grown) / 2 - Math.log(alpha)))
}
