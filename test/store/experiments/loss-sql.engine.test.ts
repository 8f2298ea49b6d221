/** The losses of experiments as SQL, against the functions over a row that define them. */
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { rowLoss, type LabelledRow, type LossTask } from '../../../detectors/experiment/row-loss.ts'
import { EXPERIMENT_METRICS } from '../../../domain/experiment.ts'
import type { Store } from '../../../store/engine/client.ts'
import { rows } from '../../../store/engine/query.ts'
import { float, literal } from '../../../store/engine/sql.ts'
import { experimentLoss, hourSums } from '../../../store/experiments/loss-sql.ts'
import { temporaryStore } from '../../support/stores/store.ts'

let store: Store
beforeAll(async () => {
  store = await temporaryStore()
})

const COLUMNS = { prediction: 'prediction', score: 'score', scores: 'scores', label: 'label' }
const CLASSES = ["o'hara\\", 'ü', '2', '', '__proto__', 'never scored']

const share = fc.oneof(fc.constantFrom(0, 1, 0.01, 0.99), fc.double({ min: 0, max: 1, noNaN: true }))
const category = fc.constantFrom(...CLASSES)
const number = fc.oneof(
  fc.double({ min: -100, max: 100, noNaN: true }),
  fc.constantFrom(0, 1e45, -1e55, 1e160, 1.7e308),
)
const nullable = <T>(of: fc.Arbitrary<T>) => fc.option(of, { freq: 9 })
const classRow = fc.record({
  prediction: nullable(category),
  score: nullable(share),
  scores: fc
    .array(fc.tuple(fc.constantFrom(...CLASSES.slice(0, 5)), share), { maxLength: 4 })
    .map((pairs) => Object.fromEntries(pairs)),
  label: nullable(category),
})
const numberRow = fc.record({
  prediction: nullable(number),
  score: fc.constant(null),
  scores: fc.constant({}),
  label: nullable(number),
})

const TASKS: Record<string, LossTask> = {
  binary: { task: 'binary', positive: CLASSES[0] },
  'binary without a positive class': { task: 'binary' },
  multiclass: { task: 'multiclass' },
  regression: { task: 'regression' },
}

test.each(Object.keys(TASKS))('every metric of a %s model', async (name) => {
  const task = TASKS[name]
  const row: fc.Arbitrary<LabelledRow> = task.task === 'regression' ? numberRow : classRow
  const given = fc.sample(row, { numRuns: 400, seed: 5 })
  const from = tableOf(given, task.task === 'regression' ? 'Nullable(Float64)' : 'LowCardinality(Nullable(String))') // prettier-ignore
  for (const metric of EXPERIMENT_METRICS) {
    const sql = experimentLoss(metric, task, COLUMNS)
    const found = await rows<{ loss: number | null }>(
      store.rollup,
      `SELECT ${sql} AS loss FROM (${from}) ORDER BY row`,
    )
    const expected = given.map((row) => rowLoss(metric, row, task) ?? null)
    expect(found.map(({ loss }) => loss === null)).toEqual(expected.map((loss) => loss === null))
    for (const [i, { loss }] of found.entries())
      if (loss !== null) expectClose(Number(loss), expected[i]!, 1e-12)
    const [sums] = await rows<{ n: string; sum: number; squares: number }>(
      store.rollup,
      `SELECT ${hourSums('loss')} FROM (SELECT ${sql} AS loss FROM (${from}) WHERE ifNull(loss, 0) < 1e9)`,
    )
    const losses = expected.filter((loss) => loss !== null && loss < 1e9) as number[]
    const sum = losses.reduce((all, loss) => all + loss, 0)
    const squares = losses.reduce((all, loss) => all + (loss - sum / losses.length) ** 2, 0)
    expect(Number(sums.n)).toBe(losses.length)
    expectClose(sums.sum, sum, 1e-10)
    expectClose(sums.squares, squares, 1e-10)
  }
})

test('large values that hardly differ keep their squares', async () => {
  const [{ squares }] = await rows<{ squares: number }>(
    store.rollup,
    `SELECT ${hourSums('d')} FROM (SELECT toNullable(1e9 + 1e-3 * (number % 2)) AS d FROM numbers(1000))`,
  )
  expect(squares).toBeCloseTo(1000 * 0.25e-6, 7)
})

function expectClose(found: number, expected: number, part: number): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(part * Math.max(1, Math.abs(expected)))
}

function tableOf(given: readonly LabelledRow[], type: string): string {
  const cell = (value: string | number | null) =>
    value === null ? 'NULL' : typeof value === 'number' ? float(value) : literal(value)
  const values = given.map(({ prediction, score, scores, label }, row) => {
    const map = Object.entries(scores).flatMap(([key, one]) => [literal(key), float(one)])
    const scoresCell = `CAST(map(${map.join(', ')}), 'Map(LowCardinality(String), Float64)')`
    return `(${row}, CAST(${cell(prediction)}, '${type}'), CAST(${cell(score)}, 'Nullable(Float64)'), ${scoresCell}, CAST(${cell(label)}, '${type}'))`
  })
  return `SELECT tuple.1 AS row, tuple.2 AS prediction, tuple.3 AS score, tuple.4 AS scores, tuple.5 AS label
    FROM (SELECT arrayJoin([${values.join(', ')}]) AS tuple)`
}
