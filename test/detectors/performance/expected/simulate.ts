/** Scores, labels and predictions of made-up models, in the bins that the product would count them in. */
import type { ExpectedInput, ScoreBins } from '../../../../detectors/performance/expected/expected-input.ts'

export interface Row {
  score: number
  positive: boolean
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x))
const logit = (p: number) => Math.log(p / (1 - p))

/** What the rate of positive labels is at a score. */
export const RATES = {
  calibrated: (score: number) => score,
  overconfident: (score: number) => logistic(0.5 * logit(score) + 0.4),
  notMonotone: (score: number) => 0.3 + 0.25 * Math.sin(9 * score),
} satisfies Record<string, (score: number) => number>

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Scores whose logits are normal. */
export function drawRows(
  random: () => number,
  n: number,
  rate: (score: number) => number,
  { mean = -1, spread = 1.5 } = {},
): Row[] {
  return Array.from({ length: n }, () => {
    const score = logistic(mean + spread * normal(random))
    return { score, positive: random() < rate(score) }
  })
}

/** Edges of so many bins with equally many rows. */
export function edgesOf(rows: readonly Row[], bins: number): number[] {
  const sorted = rows.map(({ score }) => score).sort((a, b) => a - b)
  return Array.from({ length: bins - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / bins)])
}

export function binOf(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (edges[middle] <= value) low = middle + 1
    else high = middle
  }
  return low
}

export function scoreBins(rows: readonly Row[], edges: readonly number[]): ScoreBins {
  const counts = new Array<number>(edges.length + 1).fill(0)
  const scores = counts.slice()
  const squares = counts.slice()
  let positive = 0
  for (const { score } of rows) {
    const bin = binOf(edges, score)
    counts[bin]++
    scores[bin] += score
    squares[bin] += score ** 2
    if (score >= 0.5) positive++
  }
  const within = counts.map((n, i) => (n === 0 ? 0 : squares[i] - scores[i] ** 2 / n))
  return {
    rows: counts,
    scores,
    within: within.reduce((sum, value) => sum + value, 0) / rows.length,
    positiveShare: positive / rows.length,
  }
}

/** A baseline with labels, and a window without. */
export function binaryInput(
  metric: 'log_loss' | 'brier' | 'accuracy',
  baseline: readonly Row[],
  window: readonly Row[],
  bins: number,
): ExpectedInput {
  const edges = edgesOf(baseline, bins)
  const side = scoreBins(baseline, edges)
  const hits = new Array<number>(bins).fill(0)
  for (const { score, positive } of baseline) if (positive) hits[binOf(edges, score)]++
  return {
    task: 'binary',
    metric,
    rates: { rows: side.rows, hits },
    baseline: side,
    window: scoreBins(window, edges),
  }
}

/** A regression whose errors grow with the prediction, in 250 bins of which 13 share a range. */
export function regressionInput(
  metric: 'rmse' | 'mae',
  random: () => number,
  { baseline, window, shift = 0 }: { baseline: number; window: number; shift?: number },
): ExpectedInput {
  const draw = (n: number, at = 0) =>
    Array.from({ length: n }, () => {
      const prediction = at + normal(random)
      return { score: prediction, error: Math.exp(0.4 * prediction) * normal(random) }
    })
  const [rows, now] = [draw(baseline), draw(window, shift)]
  const edges = edgesOf(
    rows.map(({ score }) => ({ score, positive: false })),
    250,
  )
  const count = (side: readonly { score: number }[]) => {
    const counts = new Array<number>(250).fill(0)
    for (const { score } of side) counts[binOf(edges, score)]++
    return counts
  }
  const ranges = 20
  const bins = Array.from({ length: 250 }, (_, i) => Math.floor(i / 13))
  const [labelled, sums, squares] = [0, 1, 2].map(() => new Array<number>(ranges).fill(0))
  for (const { score, error } of rows) {
    const range = bins[binOf(edges, score)]
    const loss = metric === 'rmse' ? error ** 2 : Math.abs(error)
    labelled[range]++
    sums[range] += loss
    squares[range] += loss ** 2
  }
  return {
    task: 'regression',
    metric,
    rates: { bins, rows: labelled, sums, squares },
    baseline: { rows: count(rows) },
    window: { rows: count(now) },
  }
}
