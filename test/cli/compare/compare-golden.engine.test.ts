/** Published and independently computed numbers, through files of every format. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cases, columnsOf, numberOf, type Column, type GoldenCase } from '../../golden/case.ts'
import {
  csv,
  ndjson,
  report,
  scratch,
  writeParquet,
  type Cell,
  type Extension,
  type Table,
} from '../../support/compare.ts'

const files = scratch()
afterAll(() => files.remove())

type Kind = 'numeric' | 'categorical'

/** What `compare` computes by default, of what the golden file has cases for. */
const APPLIES: Record<string, (golden: GoldenCase) => boolean> = {
  ks_2samp: ({ params }) => params.alternative === 'two-sided' && params.p_method.startsWith('exact'),
  chi_square: ({ params }) =>
    !String(params.table).startsWith('goodness of fit') &&
    (params.binning ?? { kind: 'exact_values' }).kind === 'exact_values',
  wasserstein: ({ params }) => params.normalise === null || params.normalise === 'std_ref',
}

const golden = cases
  .filter((one) => APPLIES[one.method]?.(one) && columnsOf(one) !== undefined)
  // Yates' correction is for two categories only; of more the cases hold either way.
  .filter((one) => !one.params.yates || distinctValues(one) > 2)

function distinctValues(one: GoldenCase): number {
  const { reference, current } = columnsOf(one)!
  return new Set<unknown>([...reference, ...current]).size
}

const kindOf = ({ method }: GoldenCase): Kind => (method === 'chi_square' ? 'categorical' : 'numeric')
const kinds = new Map(golden.map((one) => [one.id, kindOf(one)] as const))

function tableOf(side: 'reference' | 'current'): Table {
  const columns = golden.map((one) => {
    const values: Column = columnsOf(one)![side]
    return [one.id, kindOf(one) === 'categorical' ? values.map(String) : values] as const
  })
  const rows = Math.max(...columns.map(([, values]) => values.length))
  return Object.fromEntries(columns.map(([id, values]) => [id, padded(values, rows)]))
}

/** Columns of a file are of one length; missing values have no part in these statistics. */
function padded(values: readonly Cell[], rows: number): Cell[] {
  return Array.from({ length: rows }, (_, i) => values[i] ?? null)
}

beforeAll(async () => {
  const [baseline, current] = [tableOf('reference'), tableOf('current')]
  for (const [name, table] of [
    ['baseline', baseline],
    ['current', current],
  ] as const) {
    files.write(`${name}.csv`, csv(table))
    files.write(`${name}.ndjson`, ndjson(table))
  }
  await writeParquet(files.path('.'), [
    { path: files.path('baseline.parquet'), table: baseline },
    { path: files.path('current.parquet'), table: current },
  ])
})

describe.each<Extension>(['csv', 'ndjson', 'parquet'])('%s', (extension) => {
  let found: Awaited<ReturnType<typeof report>>
  beforeAll(async () => {
    found = await report(files.path(`baseline.${extension}`), files.path(`current.${extension}`), { kinds })
  })

  it('has a case of every statistic', () => {
    expect(new Set(golden.map(({ method }) => method))).toEqual(new Set(Object.keys(APPLIES)))
    expect(golden.length).toBeGreaterThan(30)
  })

  it.each(golden.map((one) => [one.id, one] as const))('%s', (id, one) => {
    const { statistics } = found.column(id)
    const name = one.method === 'ks_2samp' ? 'ks' : (one.method as 'chi_square' | 'wasserstein')
    const { statistic, p_value } = one.expected
    const got = statistics[name]
    if (statistic === null) return expect(got).toBeUndefined()
    if (name !== 'wasserstein') {
      within(got?.value, numberOf(statistic), 'statistic', one)
      if (p_value !== undefined) within(got?.p_value, numberOf(p_value), 'p_value', one)
      return
    }
    const unit = one.params.normalise === null ? deviation(columnsOf(one)!.reference as number[]) : 1
    if (unit === 0) return expect(got).toBeUndefined()
    within(got === undefined ? undefined : got.value * unit, numberOf(statistic), 'statistic', one)
  })

  it.each(golden.map((one) => [one.id, one] as const))('%s: PSI and Jensen–Shannon by hand', (id, one) => {
    const sides = (['reference', 'current'] as const).map((side) => tableOf(side)[id])
    const [b, c] = groups(sides[0], sides[1], kindOf(one))
    const { psi, jensen_shannon: js } = found.column(id).statistics
    expect(psi?.value).toBeCloseTo(psiOf(b, c), 12)
    // A square root: where the divergence is 0, rounding alone makes 1e-8.
    expect(js?.value).toBeCloseTo(jensenShannonOf(b, c), 7)
  })
})

function within(got: number | undefined, want: number, field: string, { tolerance }: GoldenCase): void {
  const allowed =
    (tolerance[`${field}_abs`] ?? tolerance.abs ?? 0) + (tolerance.rel ?? 0) * Math.abs(want) + 1e-15
  expect(got, `${field}: got ${got}, want ${want} within ${allowed}`).toSatisfy(
    (value: number) => Math.abs(value - want) <= allowed,
  )
}

function deviation(values: readonly number[]): number {
  if (new Set(values).size === 1) return 0
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length)
}

/** Rows per PSI group on both sides: by the definition, and by nothing of the product. */
function groups(b: readonly Cell[], c: readonly Cell[], kind: Kind): [number[], number[]] {
  const values = b.filter((value): value is number => typeof value === 'number').sort((x, y) => x - y)
  const distinct = new Set<Cell>(b.filter((value) => value !== null))
  const decile = (i: number) => {
    const position = ((values.length - 1) * i) / 10
    const below = Math.floor(position)
    const above = values[Math.min(below + 1, values.length - 1)]
    const part = position - below
    // From the nearer end, as numpy does: one case has values on the edges, where the last bit decides.
    return part < 0.5
      ? values[below] + (above - values[below]) * part
      : above - (above - values[below]) * (1 - part)
  }
  const edges = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(decile)
  const groupOf = (value: Cell): string => {
    if (value === null) return 'missing'
    if (kind === 'categorical' || distinct.size <= 20) return distinct.has(value) ? `value ${value}` : 'other'
    return `range ${new Set(edges.filter((edge) => edge <= Number(value))).size}`
  }
  const names = [...new Set([...b, ...c].map(groupOf))]
  const count = (side: readonly Cell[]) =>
    names.map((name) => side.filter((value) => groupOf(value) === name).length)
  return [count(b), count(c)]
}

function psiOf(b: readonly number[], c: readonly number[]): number {
  const total = (counts: readonly number[]) => counts.reduce((sum, n) => sum + n, 0)
  return b.reduce((sum, _, i) => {
    const p = (b[i] + 0.5) / (total(b) + 0.5 * b.length)
    const q = (c[i] + 0.5) / (total(c) + 0.5 * b.length)
    return sum + (q - p) * Math.log(q / p)
  }, 0)
}

function jensenShannonOf(b: readonly number[], c: readonly number[]): number {
  const total = (counts: readonly number[]) => counts.reduce((sum, n) => sum + n, 0)
  const half = (x: number, mean: number) => (x === 0 ? 0 : (x * Math.log2(x / mean)) / 2)
  const divergence = b.reduce((sum, _, i) => {
    const [p, q] = [b[i] / total(b), c[i] / total(c)]
    return sum + half(p, (p + q) / 2) + half(q, (p + q) / 2)
  }, 0)
  return Math.sqrt(Math.max(0, divergence))
}
