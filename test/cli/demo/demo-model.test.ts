import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fit, predict, score } from '../../../cli/demo/model.ts'

/** `count` flights of an hour and an origin, a given share of them late. */
function flights(hour: number, origin: string, count: number, share: number) {
  return Array.from({ length: count }, (_, index) => ({ hour, origin, late: index < share * count }))
}

const sample = [
  ...flights(8, 'ATL', 4000, 0.1),
  ...flights(8, 'ORD', 4000, 0.2),
  ...flights(20, 'ATL', 4000, 0.25),
  ...flights(20, 'ORD', 4000, 0.42),
]

describe('the model of the demo', () => {
  it('is deterministic, whatever the order of the flights', () => {
    expect(fit(sample)).toEqual(fit(sample))
    const [one, two] = [fit(sample), fit(sample.toReversed())]
    expect(score(one, { hour: 20, origin: 'ORD' })).toBe(score(two, { hour: 20, origin: 'ORD' }))
    expect(one.threshold).toBe(two.threshold)
  })

  it('scores each group near its own rate', () => {
    const model = fit(sample)
    expect(score(model, { hour: 8, origin: 'ATL' })).toBeCloseTo(0.1, 1)
    expect(score(model, { hour: 8, origin: 'ORD' })).toBeCloseTo(0.2, 1)
    expect(score(model, { hour: 20, origin: 'ATL' })).toBeCloseTo(0.25, 1)
    expect(score(model, { hour: 20, origin: 'ORD' })).toBeCloseTo(0.42, 1)
  })

  it('gives an origin never seen the rate of the hour', () => {
    const model = fit(sample)
    expect(score(model, { hour: 8, origin: 'XXX' })).toBeCloseTo(0.15, 2)
    expect(score(model, { hour: 20, origin: 'XXX' })).toBeCloseTo(0.335, 2)
    expect(score(model, { hour: 3, origin: 'XXX' })).toBeCloseTo(model.base, 12)
  })

  it('smooths the rate of a rare origin towards that of all', () => {
    const model = fit([...sample, ...flights(8, 'RARE', 1, 1)])
    expect(score(model, { hour: 8, origin: 'RARE' })).toBeLessThan(0.25)
  })

  it('predicts about as many flights late as were late', () => {
    const model = fit(sample)
    const predicted = sample.filter((flight) => predict(model, score(model, flight)) === 'late')
    expect(predicted.length / sample.length).toBeGreaterThanOrEqual(model.base - 0.01)
    expect(predicted.length).toBeLessThan(sample.length / 2)
  })

  it('gives a probability whatever it was fitted on', () => {
    const flight = fc.record({
      hour: fc.integer({ min: 0, max: 23 }),
      origin: fc.constantFrom('ATL', 'ORD', 'constructor', ''),
      late: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(flight, { minLength: 1, maxLength: 50 }), flight, (rows, asked) => {
        const probability = score(fit(rows), asked)
        expect(probability).toBeGreaterThan(0)
        expect(probability).toBeLessThan(1)
      }),
    )
  })

  it('refuses to be fitted on nothing', () => {
    expect(() => fit([])).toThrow(/no flights/)
  })
})
