import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countGains, type CountHour } from '../../../detectors/change-start/count-gains.ts'
import { errorGains } from '../../../detectors/change-start/error-gains.ts'
import { likeliestStart } from '../../../detectors/change-start/likeliest-start.ts'

const HOUR = 3_600_000
const SLOTS = 12
const FLAT = [0, ...new Array<number>(SLOTS - 2).fill(1000), 0]

/** A generator of our own, so that each run draws the same. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Rows of an hour: a share of them comes from the upper half of the slots alone. */
function drawn(next: () => number, rows: number, share: number): number[] {
  const counts = new Array<number>(SLOTS).fill(0)
  for (let row = 0; row < rows; row++) {
    const inner = SLOTS - 2
    const moved = next() < share
    counts[1 + Math.floor(moved ? inner / 2 + next() * (inner / 2) : next() * inner)]++
  }
  return counts
}

function hoursOf(share: (hour: number) => number, { rows = 40, hours = 72, seed = 1 } = {}): CountHour[] {
  const next = random(seed)
  return Array.from({ length: hours }, (_, hour) => ({
    time: hour * HOUR,
    counts: drawn(next, rows, share(hour)),
  }))
}

/** Of 72 hours, the newest 24 being the window that told. */
const found = (hours: readonly CountHour[], newest = 48) => {
  const start = likeliestStart(newest * HOUR, (from) => countGains(FLAT, hours, from))
  return start === undefined ? undefined : start / HOUR
}

describe('the hour at which a distribution changed', () => {
  test('is found within two hours where the change is sudden, wherever it lies', () => {
    const cases = fc.record({
      at: fc.integer({ min: 3, max: 68 }),
      share: fc.double({ min: 0.6, max: 1, noNaN: true }),
      rows: fc.integer({ min: 100, max: 400 }),
      seed: fc.integer({ min: 1, max: 1_000_000 }),
    })
    fc.assert(
      fc.property(cases, ({ at, share, rows, seed }) => {
        const start = found(hoursOf((hour) => (hour >= at ? share : 0), { rows, seed }))
        expect(Math.abs(start! - at)).toBeLessThanOrEqual(2)
      }),
      { numRuns: 200 },
    )
  })

  test('is found so in 95 of 100 cases where half of 40 rows an hour have moved', () => {
    const off = Array.from({ length: 100 }, (_, seed) => {
      const at = 5 + (seed % 60)
      return Math.abs(found(hoursOf((hour) => (hour >= at ? 0.5 : 0), { rows: 40, seed: seed + 1 }))! - at)
    })
    expect(off.filter((hours) => hours <= 2).length).toBeGreaterThanOrEqual(95)
  })

  test.each([50, 60, 68])('is found in the middle of the newest window, at %i', (at) => {
    expect(
      Math.abs(found(hoursOf((hour) => (hour >= at ? 0.6 : 0), { rows: 200 }))! - at),
    ).toBeLessThanOrEqual(1)
  })

  test('lies within a slow change', () => {
    const start = found(hoursOf((hour) => Math.max(0, Math.min(1, (hour - 20) / 30)), { rows: 100 }))!
    expect(start).toBeGreaterThanOrEqual(20)
    expect(start).toBeLessThanOrEqual(50)
  })

  test.each<[string, CountHour[]]>([
    ['nothing has changed', hoursOf(() => 0, { rows: 30 })],
    ['the first hour is after the change', hoursOf(() => 1)],
    ['there are hardly any rows', hoursOf((hour) => (hour >= 60 ? 0.5 : 0), { rows: 1 })],
    ['there are no hours', []],
  ])('is not known where %s', (_name, hours) => {
    expect(found(hours)).toBeUndefined()
  })

  test('takes missing values and what the baseline never had for what they are', () => {
    const hours = hoursOf(() => 0).map(({ time, counts }, hour) => ({
      time,
      counts:
        hour < 40 ? counts : counts.map((count, slot) => (slot === 0 || slot === SLOTS - 1 ? 8 : count)),
    }))
    expect(found(hours)).toBe(40)
  })
})

describe('the hour at which errors changed', () => {
  const usual = { mean: 0.2, deviation: 0.4 }
  const errors = (mean: (hour: number) => number, rows = 100) => {
    const next = random(7)
    return Array.from({ length: 72 }, (_, hour) => {
      const wrong = Array.from({ length: rows }, () => next() < mean(hour)).filter(Boolean).length
      return { time: hour * HOUR, rows, sum: wrong, error: wrong / rows }
    })
  }
  const startOf = (hours: ReturnType<typeof errors>) =>
    likeliestStart(48 * HOUR, (from) => errorGains(usual, hours, from))

  test.each([10, 33, 48, 60])('is found within two hours, at %i', (at) => {
    const start = startOf(errors((hour) => (hour >= at ? 0.4 : 0.2)))!
    expect(Math.abs(start / HOUR - at)).toBeLessThanOrEqual(2)
  })

  test('is not known where they are as ever', () => {
    expect(startOf(errors(() => 0.2))).toBeUndefined()
    expect(startOf([])).toBeUndefined()
  })
})
