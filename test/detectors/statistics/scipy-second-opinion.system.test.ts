/** SciPy computes the same statistics of random pairs of columns, and must come to the same numbers. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { exactCategorical, exactNumeric } from '../../../cli/compare/exact.ts'
import { equalWidthEdges } from '../../../detectors/reference/bin-edges.ts'
import { chiSquare } from '../../../detectors/statistics/chi-square.ts'
import type { ColumnInput } from '../../../detectors/verdict/column-input.ts'
import { columnStatistics } from '../../../detectors/verdict/column-statistics.ts'
import { distinctValues, type DistinctValues } from '../../../detectors/reference/distinct-values.ts'
import { groupCounts } from '../../../detectors/verdict/groups.ts'
import { ksPValue } from '../../../detectors/statistics/kolmogorov-smirnov.ts'
import type { Statistics } from '../../../detectors/verdict/statistic.ts'
import { chiSquareSf, normalSf } from '../../../detectors/statistics/tails.ts'
import { andersonDarling } from '../../../detectors/reference/two-sample/anderson-darling.ts'
import { mannWhitney } from '../../../detectors/reference/two-sample/mann-whitney.ts'
import { tTest } from '../../../detectors/reference/two-sample/t-test.ts'
import { deriveBinning } from '../../../ingest/baseline/derive-binning.ts'
import { profileColumns } from '../../../ingest/baseline/profile.ts'
import { literal } from '../../../store/engine/sql.ts'
import {
  pairOpinions,
  tailOpinions,
  type Opinion,
  type Pair,
  type TestOpinion,
  type TestOpinions,
} from '../../scipy/second-opinion.ts'
import { byDay } from '../../support/runner/by-day.ts'
import { describeWithPython } from '../../support/python.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const PAIRS = byDay(250, 1000)
const TAILS = 10_000
const TOLERANCE = 1e-9
/** `compare` counts files of more rows in bins. */
const EXACT_ROWS = 10_000

const store = await temporaryStore()

describeWithPython('a second opinion from SciPy', ['numpy', 'scipy.stats'], (python) => {
  it(`agrees on ${PAIRS} pairs of columns`, async () => {
    const worst = new Map<string, number>()
    const wrong: string[] = []
    let pairs = 0
    let binned = 0
    const check = (comparisons: Iterable<Comparison>, { kind }: Opinion) => {
      for (const [name, got, want] of comparisons) {
        const deviation = deviationOf(name, got, want)
        worst.set(name, Math.max(worst.get(name) ?? 0, deviation))
        if (!(deviation <= TOLERANCE))
          wrong.push(`pair ${pairs} (${kind}) ${name}: ${got}, SciPy ${describeWant(want)}`)
      }
    }
    for await (const pair of pairOpinions(python, PAIRS)) {
      const { opinion } = pair
      const cells = distinctValues(pair.baseline, pair.window)
      check(compareExact(opinion, exactInput(opinion, cells)), opinion)
      if (opinion.tests) check(compareTests(opinion.tests, pair, cells), opinion)
      if (Math.max(...opinion.n) > EXACT_ROWS) {
        check(compareBinned(opinion, await binnedInput(pair)), opinion)
        binned++
      }
      pairs++
    }
    console.log(
      `largest deviations over ${pairs} pairs, ${binned} of them binned:`,
      Object.fromEntries(worst),
    )
    expect(wrong).toEqual([])
    expect(pairs).toBe(PAIRS)
    expect(binned).toBeGreaterThan(PAIRS / 4)
  }, 600_000)

  it(`agrees on ${TAILS} tails, down to 1e-300`, () => {
    const tails = tailOpinions(python, TAILS)
    const deviations = [
      ...tails.normal.map(([z, p]) => relative(normalSf(z), p)),
      ...tails.chi_square.map(([x, df, p]) => relative(chiSquareSf(x, df), p)),
    ]
    expect(deviations).toHaveLength(2 * TAILS)
    expect(Math.max(...deviations)).toBeLessThan(TOLERANCE)
    expect(Math.min(...tails.normal.map(([, p]) => p))).toBeLessThan(1e-299)
  })
})

/** As `compare --exact` counts: every distinct value of both sides. */
function exactInput({ kind, n }: Opinion, { values, b, c }: DistinctValues): ColumnInput {
  const counts = { baseline: [...b], current: [...c] }
  const rows = { baseline: n[0], current: n[1] }
  return kind === 'categorical'
    ? exactCategorical({ ...counts, values: values.map(String) }, rows)
    : exactNumeric({ ...counts, values: [...values] }, rows)
}

/** As `compare` counts large files, and the service everything: the engine, over bins that the baseline gives. */
async function binnedInput({ opinion, baseline, window }: Pair): Promise<ColumnInput> {
  const kind = opinion.kind === 'categorical' ? 'categorical' : 'numeric'
  const table = (name: string, values: number[]) => {
    const path = join(store.directory, `${name}.bin`)
    writeFileSync(path, Buffer.from(Float64Array.from(values).buffer))
    const value = kind === 'numeric' ? 'value' : 'toString(value)'
    return `(SELECT ${value} AS v FROM file(${literal(path)}, 'RowBinary', 'value Float64'))`
  }
  const [b, c] = [table('baseline', baseline), table('window', window)]
  const binning = await deriveBinning(store.rollup, b, { kind, source: 'v' })
  const column = { role: 'feature', name: 'v', kind, source: 'v', binning } as const
  const [baselineProfile] = await profileColumns(store.rollup, b, [column])
  const [windowProfile] = await profileColumns(store.rollup, c, [column])
  return { binning, baseline: baselineProfile, window: windowProfile }
}

/** A number that must be met, or a range to be in. */
type Want = number | { from: number; to: number }
type Comparison = [name: string, got: number | undefined, want: Want]

function* compareExact(opinion: Opinion, input: ColumnInput): Generator<Comparison> {
  const statistics = columnStatistics(input, 'auto')
  yield* compareGroups('exact', opinion, input, statistics)
  const { ks, wasserstein, chi_square, cramers_v } = statistics
  if (opinion.chi_square) {
    yield ['chi-square', chi_square?.value, opinion.chi_square[0]]
    yield ['chi-square p', chi_square?.pValue, opinion.chi_square[1]]
  }
  if (opinion.cramers_v !== undefined) yield ["Cramér's V", cramers_v?.value, opinion.cramers_v]
  if (opinion.ks) {
    yield ['KS', ks?.value, opinion.ks[0]]
    yield ['KS p', ks?.pValue, opinion.ks[1]]
  }
  if (opinion.ks && opinion.ks_asymptotic !== undefined) {
    yield ['KS asymptotic p', ksPValue(opinion.ks[0], ...opinion.n, 'asymptotic'), opinion.ks_asymptotic]
  }
  if (opinion.deviation) {
    yield ['Wasserstein', wasserstein?.value, opinion.wasserstein! / opinion.deviation]
    yield ['Wasserstein bound', wasserstein?.bound, 0]
  }
}

/** In bins PSI's groups are what they are by value, and so is what is computed of them. */
function* compareGroups(
  how: string,
  { groups }: Opinion,
  input: ColumnInput,
  statistics: Statistics,
): Generator<Comparison> {
  const { baseline, window } = groupCounts(input)
  const test = chiSquare(baseline, window)
  const corrected = chiSquare(baseline, window, { yates: true })
  yield [`${how} groups: chi-square`, test?.statistic, groups.chi_square[0]]
  yield [`${how} groups: chi-square p`, statistics.psi?.pValue, groups.chi_square[1]]
  yield [`${how} groups: chi-square df`, test?.df, groups.chi_square[2]]
  yield [`${how} groups: Yates`, corrected?.statistic, groups.yates[0]]
  yield [`${how} groups: Yates p`, corrected?.pValue, groups.yates[1]]
  yield [`${how} groups: Jensen–Shannon`, statistics.jensen_shannon?.value, groups.jensen_shannon]
}

function* compareBinned(opinion: Opinion, input: ColumnInput): Generator<Comparison> {
  const statistics = columnStatistics(input, 'auto')
  yield* compareGroups('binned', opinion, input, statistics)
  const { ks, wasserstein, chi_square } = statistics
  if (chi_square) {
    // What the baseline lacks is one cell, as in PSI's groups.
    yield ['binned chi-square', chi_square.value, opinion.groups.chi_square[0]]
    yield ['binned chi-square p', chi_square.pValue, opinion.groups.chi_square[1]]
  }
  if (opinion.ks && ks) {
    yield ['binned KS', opinion.ks[0], { from: ks.value, to: ks.value + ks.bound! }]
    if (ks.bound === 0) yield ['binned KS p', ks.pValue, opinion.ks[1]]
  }
  if (opinion.deviation && wasserstein) {
    const { value, bound } = wasserstein
    yield [
      'binned Wasserstein',
      opinion.wasserstein! / opinion.deviation,
      { from: value, to: value + bound! },
    ]
  }
}

function* compareTests(
  opinions: TestOpinions,
  { baseline, window }: Pair,
  { b, c }: DistinctValues,
): Generator<Comparison> {
  yield* compareTest('Mann–Whitney', mannWhitney(b, c), opinions.mann_whitney, ({ u }) => u)
  yield* compareTest(
    'Anderson–Darling',
    andersonDarling(b, c),
    opinions.anderson,
    ({ statistic }) => statistic,
  )
  const student = tTest(baseline, window, { equalVariances: true })
  yield* compareTest('Student', student, opinions.student, ({ t }) => t)
  yield* compareTest('Welch', tTest(baseline, window), opinions.welch, ({ t }) => t)
  for (const rule of ['sturges', 'doane'] as const) {
    const edges = equalWidthEdges(baseline, rule)
    yield [`${rule} bins`, edges?.length, opinions[rule].length]
    for (const [i, edge] of opinions[rule].entries()) yield [`${rule} edge`, edges?.[i], edge]
  }
}

function* compareTest<Test extends { pValue: number }>(
  name: string,
  test: Test | undefined,
  want: TestOpinion | undefined,
  statistic: (test: Test) => number,
): Generator<Comparison> {
  if (!want) return
  yield [name, test && statistic(test), want[0]]
  yield [`${name} p`, test?.pValue, want[1]]
}

/** p-values are compared by their digits; what is 0 in doubles on one side may be 1e-310 on the other. */
function deviationOf(name: string, got: number | undefined, want: Want): number {
  if (got === undefined) return Infinity
  if (typeof want === 'object') {
    const [under, over] = [want.from - got, got - want.to]
    return Math.max(0, under, over) / Math.max(1, Math.abs(got))
  }
  const difference = Math.abs(got - want)
  if (name.endsWith(' p')) return difference <= 1e-300 ? 0 : relative(got, want)
  // SciPy sums terms of both signs: its divergence is good to 1e-15, but the root of that, near 0, only to 1e-8.
  if (name.endsWith('Jensen–Shannon')) return Math.min(difference, Math.abs(got * got - want * want) * 1e6)
  return difference / Math.max(1, Math.abs(want))
}

function relative(got: number, want: number): number {
  return Math.abs(got - want) / Math.max(Math.abs(got), Math.abs(want))
}

function describeWant(want: Want): string {
  return typeof want === 'object' ? `in [${want.from}, ${want.to}]` : String(want)
}
