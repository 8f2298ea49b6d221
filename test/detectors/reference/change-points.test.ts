/** What must hold of change-point detectors whatever the series. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adwin, windowOf } from '../../../detectors/performance/change-points/adwin.ts'
import { ddm } from '../../../detectors/reference/change-points/ddm.ts'
import {
  findChanges,
  type Detector,
  type DetectorState,
} from '../../../detectors/performance/change-points/detector.ts'
import { eddm } from '../../../detectors/reference/change-points/eddm.ts'
import { kswin } from '../../../detectors/reference/change-points/kswin.ts'
import { pageHinkley } from '../../../detectors/performance/change-points/page-hinkley.ts'
import { mulberry32 } from '../../golden/permutation.ts'

type AnyDetector = Detector<DetectorState>

const detectors: Record<string, AnyDetector> = {
  adwin: adwin({ clock: 8 }),
  'page-hinkley': pageHinkley({ threshold: 5, delta: 0.1 }),
  cusum: pageHinkley({ threshold: 5, delta: 0.1, form: 'cusum', memory: 1 }),
  ddm: ddm(),
  eddm: eddm(),
  kswin: kswin({ windowSize: 40, recentSize: 15 }),
} as Record<string, unknown> as Record<string, AnyDetector>

const ofNumbers = Object.entries(detectors).filter(([name]) => !name.endsWith('ddm'))

const bits = (rate: number, length: number, seed: number) => {
  const random = mulberry32(seed)
  return Array.from({ length }, (): number => (random() < rate ? 1 : 0))
}

/** Series of errors whose rate changes up to three times. */
const errors = fc
  .array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 300 }), fc.nat()), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.flatMap(([rate, length, seed]) => bits(rate, length, seed)))

describe.each(Object.entries(detectors))('%s', (_, detector) => {
  it('finds nothing where all is right, or all is wrong', () => {
    for (const value of [0, 1]) {
      const { changes, warnings } = findChanges(detector, Array<number>(2000).fill(value))
      expect([changes, warnings]).toEqual([[], []])
    }
  })

  it('finds a large rise of the error rate soon, and says when it began', () => {
    const found = [1, 2, 3, 4, 5].map((seed) => {
      const { changes } = findChanges(detector, [...bits(0.1, 1000, seed), ...bits(0.8, 400, seed + 10)])
      return changes.find(({ index }) => index >= 1000)
    })
    expect(found.map((change) => change && change.index < 1100)).toEqual(Array(5).fill(true))
    const off = found.map((change) => Math.abs(change!.since - 1000)).sort((x, y) => x - y)
    expect(off[2], `began ${off.join(', ')} values off`).toBeLessThan(20)
  })

  it('places each change at or before the value at which it found it, after the one before', () => {
    fc.assert(
      fc.property(errors, (series) => {
        const { changes } = findChanges(detector, series)
        return changes.every(
          ({ index, since }, i) =>
            since <= index && since > (changes[i - 1]?.index ?? -1) && index < series.length,
        )
      }),
    )
  })

  it('goes on from a stored state as if it had never stopped', () => {
    fc.assert(
      fc.property(errors, fc.nat(), (series, at) => {
        const cut = at % (series.length + 1)
        const whole = findChanges(detector, series)
        const before = findChanges(detector, series.slice(0, cut))
        if (before.state.signal === 'change') return true
        const stored = JSON.parse(JSON.stringify(before.state)) as DetectorState
        const after = findChanges(
          { ...detector, start: stored },
          series.slice(cut, restartOf(whole.changes, cut)),
        )
        const expected = whole.changes.find(({ index }) => index >= cut)
        return after.changes[0]?.index === (expected && expected.index - cut)
      }),
    )
  })

  it('begins anew after a change', () => {
    fc.assert(
      fc.property(errors, (series) => {
        const { changes } = findChanges(detector, series)
        if (changes.length === 0) return true
        const start = changes[0].index + 1
        const rest = findChanges(detector, series.slice(start)).changes
        expect(rest.map(({ index, since }) => ({ index: index + start, since: since + start }))).toEqual(
          changes.slice(1),
        )
        return true
      }),
    )
  })

  it('refuses what is not a number', () => {
    expect(() => findChanges(detector, [0, 1, NaN])).toThrow('value 2 of the series is NaN')
    expect(() => findChanges(detector, [Infinity])).toThrow(RangeError)
  })

  it('has nothing to say of no values', () => {
    expect(findChanges(detector, [])).toEqual({ changes: [], warnings: [], state: detector.start })
  })
})

/** Where a series must end so that a detector started in the middle is not taken beyond the first change. */
function restartOf(changes: readonly { index: number }[], cut: number): number | undefined {
  const next = changes.find(({ index }) => index >= cut)
  return next && next.index + 1
}

describe.each(ofNumbers)('%s', (_, detector) => {
  it('finds nothing in a constant series', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 600 }),
        (x, n) => {
          return findChanges(detector, Array<number>(n).fill(x)).changes.length === 0
        },
      ),
    )
  })
})

describe.each([
  ['ddm', detectors.ddm],
  ['eddm', detectors.eddm],
])('%s', (_, detector) => {
  it('takes nothing but 0 and 1', () => {
    expect(() => findChanges(detector, [0, 0.5])).toThrow('takes errors as 0 and 1, not 0.5')
  })

  it('never calls fewer errors a change', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 5, max: 50 }), (gap, times) => {
        // Every (gap)th value is an error, then every (gap + 1)th, and so on.
        const series = Array.from({ length: times }, (__, i) => [
          ...Array<number>(gap + i - 1).fill(0),
          1,
        ]).flat()
        return findChanges(detector, series).changes.length === 0
      }),
    )
  })
})

const values = fc.array(
  fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 1 })),
  {
    minLength: 1,
    maxLength: 400,
  },
)

describe('ADWIN', () => {
  it('knows size, mean and spread of exactly the latest values', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 6 }), (series, maxBuckets) => {
        const { changes, state } = findChanges(adwin({ clock: 4, maxBuckets }), series)
        const { n, mean, squares } = windowOf(state)
        if (state.signal === 'change') return
        const length = series.length - ((changes.at(-1)?.index ?? -1) + 1)
        const latest = series.slice(series.length - length)
        const average = latest.reduce((sum, x) => sum + x, 0) / length
        const spread = latest.reduce((sum, x) => sum + (x - average) ** 2, 0)
        expect(n).toBe(length)
        expect(mean).toBeCloseTo(average, 10)
        expect(squares).toBeCloseTo(spread, 8)
      }),
    )
  })

  it('keeps buckets whose sizes are powers of two that never grow, not too many of each', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 6 }), (series, maxBuckets) => {
        const { buckets } = findChanges(adwin({ maxBuckets }), series).state
        const sizes = buckets.map(({ n }) => n)
        return sizes.every((size, i) => {
          const alike = sizes.filter((other) => other === size).length
          return (
            Number.isInteger(Math.log2(size)) && size <= (sizes[i - 1] ?? Infinity) && alike <= maxBuckets
          )
        })
      }),
    )
  })

  it('finds at rest hardly anything', () => {
    const false_alarms = Array.from({ length: 100 }, (_, seed) => findChanges(adwin(), bits(0.3, 2000, seed)))
    expect(false_alarms.filter(({ changes }) => changes.length > 0).length).toBeLessThanOrEqual(2)
  })
})

describe('Page–Hinkley', () => {
  const walk = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { maxLength: 200 })

  it('upwards finds in a series what it finds downwards in its mirror image', () => {
    fc.assert(
      fc.property(walk, fc.constantFrom('page_hinkley' as const, 'cusum' as const), (series, form) => {
        const options = { threshold: 8, minValues: 5, form }
        const up = findChanges(pageHinkley({ ...options, direction: 'up' }), series).changes
        const mirrored = series.map((x) => -x)
        expect(findChanges(pageHinkley({ ...options, direction: 'down' }), mirrored).changes).toEqual(up)
      }),
    )
  })

  it('is CUSUM where nothing is forgotten', () => {
    fc.assert(
      fc.property(
        walk,
        fc.constantFrom('up' as const, 'down' as const, 'both' as const),
        (series, direction) => {
          const [test, cusum] = (['page_hinkley', 'cusum'] as const).map((form) =>
            findChanges(pageHinkley({ threshold: 8.123, minValues: 5, memory: 1, direction, form }), series),
          )
          expect(test.changes).toEqual(cusum.changes)
        },
      ),
    )
  })

  it('finds with a larger threshold no first change sooner', () => {
    fc.assert(
      fc.property(walk, fc.nat(20), fc.nat(20), (series, x, y) => {
        const first = (threshold: number) =>
          findChanges(pageHinkley({ threshold, minValues: 5 }), series).changes[0]?.index ?? Infinity
        return first(Math.min(x, y)) <= first(Math.max(x, y))
      }),
    )
  })

  it('reports nothing before it has enough values', () => {
    const jump = [...Array<number>(10).fill(0), ...Array<number>(100).fill(100)]
    expect(findChanges(pageHinkley({ minValues: 40 }), jump).changes[0].index).toBe(39)
    expect(findChanges(pageHinkley({ minValues: 12 }), jump).changes[0].index).toBe(11)
  })

  it('watched upwards alone, and forgetting, takes the fading of a fall for a rise', () => {
    const fall = [...Array<number>(1000).fill(10), ...Array<number>(40_000).fill(0)]
    const found = (memory: number, form: 'page_hinkley' | 'cusum') =>
      findChanges(pageHinkley({ direction: 'up', memory, form }), fall).changes.length > 0
    expect([found(0.9999, 'page_hinkley'), found(1, 'page_hinkley'), found(0.9999, 'cusum')]).toEqual([
      true,
      false,
      false,
    ])
  })
})

describe('KSWIN', () => {
  it('does not test before the window is full, and then at every value', () => {
    const series = bits(0.5, 60, 1)
    const { step, start } = kswin({ windowSize: 50, recentSize: 20, alpha: 1e-9 })
    let state = start
    series.forEach((value, i) => {
      state = step(state, value)
      expect(state.window).toEqual(series.slice(Math.max(0, i - 49), i + 1))
      expect(state.test !== undefined).toBe(i >= 49)
    })
  })

  it('sees a change of spread that leaves the mean alone', () => {
    const random = mulberry32(7)
    const around = (spread: number) => Array.from({ length: 300 }, () => (random() - 0.5) * spread)
    const { changes } = findChanges(kswin({ alpha: 1e-5 }), [...around(1), ...around(8)])
    expect(changes[0].index).toBeGreaterThanOrEqual(300)
    expect(changes[0].index).toBeLessThan(340)
  })
})
