import fc from 'fast-check'
import { expect, test } from 'vitest'
import { binomialSf } from '../../../detectors/statistics/binomial.ts'

/** Of `scipy.stats.binom.sf(k - 1, n, p)`, SciPy 1.15. */
test.each([
  [1, 100, 0.01, 0.6339676587267704],
  [5, 100, 0.01, 0.0034323215877545207],
  [30, 1000, 0.01, 2.059988850971949e-7],
  [100, 1000, 0.01, 8.274776878913566e-65],
  [12, 1000, 0.01, 0.302649913856895],
  [1200, 100_000, 0.01, 3.812533101214304e-10],
  [3, 500, 0.01, 0.8766142256464187],
])('%i or more of %i with %f', (k, n, p, expected) => {
  expect(binomialSf(k, n, p) / expected).toBeCloseTo(1, 10)
})

test('at the ends', () => {
  expect([binomialSf(0, 10, 0.3), binomialSf(11, 10, 0.3), binomialSf(-1, 10, 0.3)]).toEqual([1, 0, 1])
  expect(binomialSf(10, 10, 0.3)).toBeCloseTo(0.3 ** 10, 15)
})

test('is the sum of the terms', () => {
  const n = fc.integer({ min: 1, max: 40 })
  const p = fc.double({ min: 0.001, max: 0.999, noNaN: true })
  fc.assert(
    fc.property(n, fc.integer({ min: 0, max: 41 }), p, (n, k, p) => {
      let [term, below] = [(1 - p) ** n, 0]
      for (let i = 0; i < k && i <= n; i++) {
        below += term
        term *= ((n - i) / (i + 1)) * (p / (1 - p))
      }
      expect(Math.abs(binomialSf(k, n, p) - Math.max(0, 1 - below))).toBeLessThan(1e-9)
    }),
  )
})
