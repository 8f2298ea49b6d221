/** Which column a change is told to come from, and that chance is told as none. */
import { describe, expect, test } from 'vitest'
import {
  bestExplanation,
  explainLoss,
  LEAST_EXPLAINED,
  lookedAt,
} from '../../../../detectors/performance/explain-loss/explain-loss.ts'
import { explanationSentence } from '../../../../detectors/performance/explain-loss/explain-sentence.ts'
import type { LossColumn } from '../../../../detectors/performance/explain-loss/loss-columns.ts'
import type { LossLabel } from '../../../../detectors/performance/explain-loss/loss-labels.ts'
import type { LossSum } from '../../../../detectors/performance/explain-loss/split-loss.ts'
import { seeded } from '../../../support/samples/columns.ts'

const BINS = 10
const LABELS: LossLabel[] = Array.from({ length: BINS }, (_, i) => ({
  kind: 'range',
  ...(i > 0 && { from: 100 * i }),
  ...(i < BINS - 1 && { to: 100 * (i + 1) }),
}))

interface Row {
  /** The bin of each column. */
  bins: number[]
  loss: number
}

/** Losses are exponential about a mean, which the first column's bin may raise. */
function draw(random: () => number, n: number, columns: number, meanOf: (bin: number) => number, move = 0): Row[] {
  return Array.from({ length: n }, () => {
    const bins = Array.from({ length: columns }, () => Math.floor(random() * BINS))
    if (random() < move) bins[0] = 7
    return { bins, loss: -Math.log(1 - random()) * meanOf(bins[0]) }
  })
} // prettier-ignore

function columnsOf(baseline: Row[], window: Row[], columns: number): LossColumn[] {
  return Array.from({ length: columns }, (_, k) => {
    const sums = (rows: Row[]) =>
      LABELS.map((_, bin): LossSum => {
        const own = rows.filter(({ bins }) => bins[k] === bin)
        return {
          rows: own.length,
          sum: own.reduce((sum, { loss }) => sum + loss, 0),
          squares: own.reduce((sum, { loss }) => sum + loss ** 2, 0),
        }
      })
    return {
      role: 'feature',
      column: `f${k}`,
      labels: LABELS,
      baseline: sums(baseline),
      window: sums(window),
    }
  })
}

const sentence = (columns: LossColumn[]) =>
  explanationSentence('log_loss', explainLoss(columns), () => LABELS)

describe('what happened is found', () => {
  test('another relation in two neighbouring bins', () => {
    const random = seeded(1)
    const columns = columnsOf(
      draw(random, 20_000, 5, () => 0.4),
      draw(random, 20_000, 5, (bin) => (bin === 5 || bin === 6 ? 1.2 : 0.4)),
      5,
    )
    const best = bestExplanation(explainLoss(columns))!
    expect(best.column).toBe('f0')
    expect([...best.conceptBins].sort()).toEqual([5, 6])
    expect(best.explains).toBeGreaterThan(0.6)
    expect(sentence(columns)).toMatch(
      /^The rise of the log loss by 0\.1\d+ comes from how the label relates to "f0" \(mostly \[500, 700\)\)\.$/,
    )
  })

  test('rows that moved to where more is lost', () => {
    const random = seeded(2)
    const meanOf = (bin: number) => (bin === 7 ? 1.5 : 0.4)
    const columns = columnsOf(draw(random, 20_000, 5, meanOf), draw(random, 20_000, 5, meanOf, 0.3), 5)
    const best = bestExplanation(explainLoss(columns))!
    expect(best.column).toBe('f0')
    expect(best.explains).toBeGreaterThan(0.7)
    expect(sentence(columns)).toMatch(/comes from rows moving between values of "f0" \(mostly \[700, 800\)\)/)
  })

  test('a rise everywhere is of no column', () => {
    const random = seeded(3)
    const columns = columnsOf(
      draw(random, 20_000, 5, () => 0.4),
      draw(random, 20_000, 5, () => 0.8),
      5,
    )
    const explanation = explainLoss(columns)
    expect(explanation.status).toBe('explained')
    expect(explanation.columns.every(({ explains }) => explains < LEAST_EXPLAINED)).toBe(true)
    expect(sentence(columns)).toMatch(/^No single column explains the rise of the log loss by 0\.[34]/)
  })
})

describe('of two bins, the larger one is told, whatever the smaller one has', () => {
  const side = (v: number, u: number) => [v, u].map((mean, i) => ({ rows: [2_000, 8_000][i], sum: mean * [2_000, 8_000][i], squares: 2 * mean ** 2 * [2_000, 8_000][i] })) // prettier-ignore
  test.each([
    [1.08, 0.06],
    [1.07, 0.07],
    [1.05, 0.1],
  ])('%s and %s', (v, u) => {
    const column = { role: 'feature', column: 'y', labels: LABELS.slice(0, 2), baseline: side(0.3, 0.3), window: side(0.3 + v, 0.3 + u) } // prettier-ignore
    const best = bestExplanation(explainLoss([column]))!
    expect(best.conceptBins).toEqual([0])
    expect(best.explains).toBeGreaterThan(0.4)
    expect(sentence([column])).toMatch(/comes from how the label relates to "y" \(mostly [^)]*100\)/)
  })

  test('a rise that is the same in every bin is not told of a column that explains a shift', () => {
    const sides = (rows: number[], means: number[]) => means.map((mean, i) => ({ rows: rows[i], sum: mean * rows[i], squares: 2 * mean ** 2 * rows[i] })) // prettier-ignore
    const column = { role: 'feature', column: 'x', labels: LABELS.slice(0, 2), baseline: sides([8_000, 2_000], [0.3, 1]), window: sides([4_000, 6_000], [0.5, 1.2]) } // prettier-ignore
    expect(sentence([column])).toMatch(
      /^Of the rise of the log loss by 0\.48, 0\.28 comes from rows moving between values of "x" .*; nothing in this column explains the rest\.$/,
    )
  })
})

test('chance is hardly ever told as an explanation, over many columns and few rows', () => {
  const random = seeded(4)
  const runs = 60
  let named = 0
  for (let run = 0; run < runs; run++) {
    const columns = columnsOf(
      draw(random, 600, 12, () => 0.4),
      draw(random, 600, 12, () => 0.7),
      12,
    )
    if (bestExplanation(explainLoss(columns)) !== undefined) named++
  }
  expect(named / runs).toBeLessThanOrEqual(0.1)
})

test('a prediction explains only where no feature does', () => {
  const random = seeded(1)
  const columns = columnsOf(
    draw(random, 20_000, 1, () => 0.4),
    draw(random, 20_000, 1, (bin) => (bin === 5 ? 1.2 : 0.4)),
    1,
  )
  const [feature] = columns
  const prediction = { ...feature, role: 'prediction', column: 'a' }
  expect(bestExplanation(explainLoss([prediction, feature]))!.role).toBe('feature')
  expect(bestExplanation(explainLoss([prediction]))!.role).toBe('prediction')
  expect(lookedAt([prediction, feature])).toEqual({ columns: 2, bins: 2 * BINS })
})

test('within chance, and without rows', () => {
  const random = seeded(5)
  const columns = columnsOf(
    draw(random, 500, 2, () => 0.4),
    draw(random, 500, 2, () => 0.4),
    2,
  )
  expect(explainLoss(columns).status).toBe('within_chance')
  expect(sentence(columns)).toContain('cannot be distinguished from chance')
  expect(sentence(columnsOf([], [], 1))).toBe(
    'There are no rows, or no finite losses, from which the log loss of both sides can be computed.',
  )
})
