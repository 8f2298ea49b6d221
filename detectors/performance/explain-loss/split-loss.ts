import { sum } from '../../../domain/sum.ts'

/** Rows of one bin on one side, with the sums of their losses and of the squares of these. */
export interface LossSum {
  rows: number
  sum: number
  squares: number
}

/** What one bin contributes to the change of the mean loss, with standard errors. */
export interface BinParts {
  share: { baseline: number; window: number }
  /** Mean losses; null without rows. */
  mean: { baseline: number | null; window: number | null }
  shift: number
  shiftError: number
  concept: number
  conceptError: number
}

export interface LossParts {
  /** The mean loss of the window less that of the baseline: `shift` + `concept`. */
  change: number
  /** Its part that comes from rows having moved between bins. */
  shift: number
  shiftError: number
  /** Its part that comes from other losses within the bins. */
  concept: number
  conceptError: number
  bins: BinParts[]
}

/** The variance within a bin of fewer rows than this says little: that of the whole side counts where it is larger. */
const FEW_ROWS = 30

/**
 * Splits the change of the mean loss over the bins of a column. With shares p and q of the rows and mean losses b and c,
 * of baseline and window, and the baseline's mean loss B over all bins, the parts of a bin are `(q - p)(b - B)` for the
 * shift and `q (c - b)` for the concept. The shares of either side add up to 1, so B changes no total; it makes the part
 * of a bin say whether rows moved to where more is lost than elsewhere. A bin without baseline rows has no b: the whole of
 * it, `q (c - B)`, is shift. The parts add up to the change exactly. Pure; undefined where a side has no rows.
 */
export function splitLoss(baseline: readonly LossSum[], window: readonly LossSum[]): LossParts | undefined {
  const [before, now] = [total(baseline), total(window)]
  if (before.rows === 0 || now.rows === 0) return undefined
  const [overall, overallNow] = [before.sum / before.rows, now.sum / now.rows]
  const [spread, spreadNow] = [variance(before), variance(now)]
  const bins = baseline.map((b, i): BinParts => {
    const c = window[i]
    const [p, q] = [b.rows / before.rows, c.rows / now.rows]
    const [mean, meanNow] = [b.rows > 0 ? b.sum / b.rows : null, c.rows > 0 ? c.sum / c.rows : null]
    const moved = (q * (1 - q)) / now.rows + (p * (1 - p)) / before.rows
    const [known, knownNow] = [meanVariance(b, spread), meanVariance(c, spreadNow)]
    const shared = { share: { baseline: p, window: q }, mean: { baseline: mean, window: meanNow } }
    if (mean === null) {
      const distance = meanNow === null ? 0 : meanNow - overall
      const shiftError = Math.sqrt(distance ** 2 * moved + q ** 2 * knownNow)
      return { ...shared, shift: q * distance, shiftError, concept: 0, conceptError: 0 }
    }
    const distance = mean - overall
    return {
      ...shared,
      shift: (q - p) * distance,
      shiftError: Math.sqrt(distance ** 2 * moved + (q - p) ** 2 * known),
      concept: meanNow === null ? 0 : q * (meanNow - mean),
      conceptError: q * Math.sqrt(known + knownNow),
    }
  })
  return {
    change: overallNow - overall,
    shift: sum(bins.map(({ shift }) => shift)),
    shiftError: totalShiftError(bins, overall, before.rows, now.rows),
    concept: sum(bins.map(({ concept }) => concept)),
    conceptError: Math.sqrt(sum(bins.map(({ conceptError }) => conceptError ** 2))),
    bins,
  }
}

/** The standard error of the change of the mean loss itself. */
export function changeError(baseline: readonly LossSum[], window: readonly LossSum[]): number {
  const [b, c] = [total(baseline), total(window)]
  return Math.sqrt(variance(b) / b.rows + variance(c) / c.rows)
}

function total(bins: readonly LossSum[]): LossSum {
  const over = (key: keyof LossSum) => sum(bins.map((bin) => bin[key]))
  return { rows: over('rows'), sum: over('sum'), squares: over('squares') }
}

/** Of single losses. */
function variance({ rows, sum, squares }: LossSum): number {
  return rows < 2 ? Infinity : Math.max(0, squares - sum ** 2 / rows) / (rows - 1)
}

/** Of the mean of a bin; 0 for a bin without rows, which has none. */
function meanVariance(bin: LossSum, whole: number): number {
  if (bin.rows === 0) return 0
  const own = bin.rows < 2 ? whole : variance(bin)
  return (bin.rows < FEW_ROWS ? Math.max(own, whole) : own) / bin.rows
}

/** Shares of one side depend on one another: what one bin has more, the others have less. */
function totalShiftError(bins: readonly BinParts[], overall: number, rows: number, rowsNow: number): number {
  const distances = bins.map(({ mean }) => (mean.baseline ?? mean.window ?? overall) - overall)
  const of = (side: 'baseline' | 'window', n: number) => {
    const mean = sum(bins.map(({ share }, i) => share[side] * distances[i]))
    return sum(bins.map(({ share }, i) => share[side] * (distances[i] - mean) ** 2)) / n
  }
  const own = sum(bins.map(({ shift, shiftError, share }, i) => {
    const { baseline: p, window: q } = share
    const moved = distances[i] ** 2 * ((q * (1 - q)) / rowsNow + (p * (1 - p)) / rows)
    return shift === 0 ? 0 : Math.max(0, shiftError ** 2 - moved)
  })) // prettier-ignore
  return Math.sqrt(of('baseline', rows) + of('window', rowsNow) + own)
}
