/** What is counted in bins agrees with what is counted exactly, within the bounds it states. */
import { afterAll, describe, expect, it } from 'vitest'
import { byDay } from '../../support/runner/by-day.ts'
import { normals, seeded } from '../../support/samples/columns.ts'
import { csv, report, scratch, type Cell, type Table } from '../../support/compare.ts'

const files = scratch()
afterAll(() => files.remove())

/** Rows of columns of many shapes; `shift` moves each of them by a little. */
function tableOf(rows: number, seed: number, shift: number): Table {
  const random = seeded(seed)
  const normal = normals(random)
  const shapes: Record<string, () => Cell> = {
    normal: () => normal() + shift,
    wider: () => normal() * (1 + shift),
    heavy: () => Math.exp(2 * normal() + shift),
    cauchy: () => normal() / normal() + shift,
    zeros: () => (random() < 0.7 - shift ? 0 : Math.exp(normal())),
    steps: () => Math.floor(random() * 200 + 40 * shift),
    few: () => Math.floor(random() ** (1 + shift) * 15),
    nulls: () => (random() < 0.4 + shift / 2 ? null : normal()),
    tiny: () => (normal() + shift) * 1e-200,
    huge: () => (normal() + shift) * 1e150,
    far: () => 1e9 + normal() + shift,
    flag: () => random() < 0.2 + shift / 4,
    city: () => `city ${Math.floor(random() ** (2 + shift) * 300)}`,
    code: () => (random() < 0.1 ? null : `code ${Math.floor(random() ** (3 + shift) * 900)}`),
  }
  return Object.fromEntries(
    Object.entries(shapes).map(([name, of]) => [name, Array.from({ length: rows }, of)]),
  )
}

const SAME = ['psi', 'chi_square', 'cramers_v', 'jensen_shannon', 'hellinger', 'total_variation', 'l_infinity', 'kl_divergence'] as const // prettier-ignore

const ALL = [
  { seed: 1, shift: 0, rows: [12_000, 11_000] },
  { seed: 2, shift: 0.05, rows: [20_000, 10_500] },
  { seed: 3, shift: 0.3, rows: [10_001, 15_000] },
  { seed: 4, shift: 0.8, rows: [30_000, 3_000] },
  { seed: 5, shift: 0.1, rows: [400, 12_000] },
]
const CASES = byDay([ALL[1], ALL[4]], ALL)

describe.each(CASES)('seed $seed, shift $shift, rows $rows', ({ seed, shift, rows: [b, c] }) => {
  const path = (side: string, table: Table) => files.write(`${seed}-${side}.csv`, csv(table))

  it('agrees', async () => {
    const baseline = path('baseline', tableOf(b, seed, 0))
    const current = path('current', tableOf(c, seed + 100, shift))
    const binned = await report(baseline, current)
    const exact = await report(baseline, current, { exact: true })
    expect(binned.verdict).toBe(exact.verdict)
    for (const { column, verdict, reason, effect, statistics } of binned.columns) {
      const truth = exact.column(column)
      expect({ column, verdict, reason }).toEqual({ column, verdict: truth.verdict, reason: truth.reason })
      expect(effect, column).toBeCloseTo(truth.effect!, 12)
      // Bins keep unseen categories in one cell, so that only without any the tables are the same.
      const unseen = exact.column(column).kind === 'categorical' && column !== 'flag'
      for (const name of SAME) {
        if (unseen && (name === 'chi_square' || name === 'cramers_v')) continue
        if (truth.statistics[name])
          expect(statistics[name]?.value, `${column} ${name}`).toBeCloseTo(truth.statistics[name].value, 7)
      }
      for (const name of ['ks', 'wasserstein'] as const) {
        const [low, full] = [statistics[name], truth.statistics[name]]
        if (full === undefined) continue
        expect(full.bound, `${column} ${name}`).toBe(0)
        if (low === undefined) continue
        const rounding = 1e-9 * full.value + 1e-12
        expect(full.value, `${column} ${name} from below`).toBeGreaterThanOrEqual(low.value - rounding)
        expect(full.value, `${column} ${name} from above`).toBeLessThanOrEqual(
          low.value + (low.bound ?? Infinity) + rounding,
        )
      }
      if (statistics.ks) expect(statistics.ks.bound, column).toBeLessThan(0.02)
    }
  })
})

it('has both forms agree on p-values where both are asymptotic', async () => {
  const [baseline, current] = [0, 0.05].map((shift, i) =>
    files.write(`p-${i}.csv`, csv(tableOf(15_000, 50 + i, shift))),
  )
  const [binned, exact] = [await report(baseline, current), await report(baseline, current, { exact: true })]
  for (const column of ['few', 'flag']) {
    const { psi, ks, chi_square: chi } = exact.column(column).statistics
    const other = binned.column(column).statistics
    expect(other.psi?.p_value).toBeCloseTo(psi!.p_value!, 10)
    if (chi) expect(other.chi_square?.p_value).toBeCloseTo(chi.p_value!, 10)
    // Exact and asymptotic p of 15,000 rows a side differ in the third digit.
    if (ks) expect(other.ks!.p_value! / ks.p_value!).toBeCloseTo(1, 1)
  }
})
