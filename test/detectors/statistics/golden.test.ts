/** Every published or independently computed case of the methods built here, by its id. */
import { afterAll, describe, expect, it } from 'vitest'
import { cases, numberOf, type GoldenCase } from '../../golden/case.ts'
import { isLeftToChance } from '../../golden/change-points.ts'
import { methods } from '../../golden/methods.ts'
import type { Outcome } from '../../golden/outcome.ts'

const built = cases.filter(({ method }) => method in methods)
const ran = new Map<string, string[]>()

describe.each(Object.keys(methods))('%s', (method) => {
  for (const golden of built.filter((one) => one.method === method)) {
    it(golden.id, () => {
      const outcome = methods[method](golden)
      ran.set(method, [...(ran.get(method) ?? []), golden.id])
      for (const [field, want] of Object.entries(golden.expected)) check(field, want, outcome, golden)
    })
  }
})

describe('coverage', () => {
  it('has a case for every method built', () => {
    expect(
      Object.keys(methods).filter((method) => !built.some((golden) => golden.method === method)),
    ).toEqual([])
  })

  it('runs every case of the methods built', () => {
    expect([...ran.values()].flat().toSorted()).toEqual(built.map(({ id }) => id).toSorted())
  })
})

afterAll(() => {
  for (const [method, ids] of ran) console.log(`golden ${method}: ${ids.length} run: ${ids.join(' ')}`)
  const missing = [...new Set(cases.map(({ method }) => method))].filter((method) => !(method in methods))
  console.log(`golden, not built yet: ${missing.join(', ') || 'none'}`)
})

/** Compares one field of `expected`; a field that nothing computes fails as well. */
function check(field: string, want: unknown, outcome: Outcome, golden: GoldenCase): void {
  // Says of itself, in words, that it is not compared.
  if (field === 'average_precision' && want === null) return
  if (field === 'status')
    return expect(outcome.statistic, `${String(want)} means no statistic`).toBeUndefined()
  if (field === 'drift_indices' && isLeftToChance(golden)) return
  if (field === 'acceptable_first_drift_range') return within(outcome.drift_indices, want)
  compare(field === 'drift' ? isDrift(outcome, golden) : outcome[field], want, field, golden)
}

function compare(got: unknown, want: unknown, field: string, golden: GoldenCase): void {
  if (want === null) return expect(got, field).toBeUndefined()
  if (typeof want === 'boolean') return expect(got, field).toBe(want)
  if (field === 'keys') return expect(got, field).toEqual(want)
  if (!Array.isArray(want)) return closeTo(got, want, field, golden)
  expect(got, field).toHaveLength(want.length)
  want.forEach((one, i) => compare((got as unknown[])[i], one, `${field}[${i}]`, golden))
}

function within(indices: unknown, range: unknown): void {
  const [first] = indices as number[]
  const [from, to] = range as number[]
  expect(first >= from && first <= to, `first alarm at ${first}, want one in ${from} to ${to}`).toBe(true)
}

function closeTo(got: unknown, encoded: unknown, field: string, { tolerance }: GoldenCase): void {
  const want = numberOf(encoded)
  if (!Number.isFinite(want)) return expect(got, field).toBe(want)
  const allowed = (tolerance[`${field}_abs`] ?? tolerance.abs ?? 0) + (tolerance.rel ?? 0) * Math.abs(want)
  const report = `${field}: got ${String(got)}, want ${want} within ${allowed}`
  expect(typeof got === 'number' && Math.abs(got - want) <= allowed, report).toBe(true)
}

/** A test decides by its p-value, a distance by its threshold, as the tools that published the cases do. */
function isDrift({ drift, statistic, p_value }: Outcome, { params }: GoldenCase): boolean | undefined {
  if (drift !== undefined) return drift
  if (statistic === undefined) return undefined
  return p_value === undefined ? statistic >= (params.threshold ?? 0.1) : p_value < (params.alpha ?? 0.05)
}
