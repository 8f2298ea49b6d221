/** Where performance is marked to have changed, and how seldom it is where nothing did. */
import { describe, expect, test } from 'vitest'
import { changeMarks } from '../../../detectors/performance/change-marks.ts'
import type { LossHour } from '../../../detectors/performance/error-hours.ts'
import type { LossSums } from '../../../store/labelled/loss-sums.ts'
import { mulberry32 } from '../../golden/permutation.ts'

const HOUR = 3_600_000
const YEAR = 8760
const NONE: LossSums = { rows: 0, scored: 0, judged: 0, hits: 0, loss: 0, lossSquares: 0, brier: 0, brierSquares: 0, absolute: 0 } // prettier-ignore

function add(all: readonly LossSums[]): LossSums {
  const names = Object.keys(NONE) as (keyof LossSums)[]
  return Object.fromEntries(
    names.map((name) => [name, all.reduce((sum, one) => sum + one[name], 0)]),
  ) as unknown as LossSums
}

/** Rows of a binary model whose scores lie around `rate`, which is right but for `off`. */
function binary(random: () => number, rows: number, rate: number, off = 0): LossSums {
  const sums = { ...NONE, rows, scored: rows, judged: rows }
  for (let i = 0; i < rows; i++) {
    const score = Math.max(0.02, rate + (random() - 0.5) * 0.3)
    const isPositive = random() < score + off
    const loss = -Math.log(isPositive ? score : 1 - score)
    sums.loss += loss
    sums.lossSquares += loss ** 2
    if (score > 0.5 === isPositive) sums.hits++
  }
  return sums
}

/** Rows of a regression, with errors of a standard deviation. */
function regression(random: () => number, rows: number, deviation: number): LossSums {
  const sums = { ...NONE, rows, scored: rows }
  for (let i = 0; i < rows; i++) {
    const error = deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    sums.absolute += Math.abs(error)
    sums.loss += error ** 2
    sums.lossSquares += error ** 4
  }
  return sums
}

const hoursOf = (count: number, losses: (hour: number) => LossSums): LossHour[] =>
  Array.from({ length: count }, (_, hour) => ({ time: hour * HOUR, losses: losses(hour) }))

const baselineOf = (hours: readonly LossHour[]) => add(hours.map(({ losses }) => losses))

/** More rows, and harder ones, at one time of day than at another. */
const cycle = (hour: number) => Math.sin((hour / 24) * 2 * Math.PI)

describe('where nothing changes', () => {
  test.each([
    [2, 24, 8],
    [10, 24, 4],
    [50, 8, 2],
  ])(
    'with about %i rows an hour %i years have at most %i false marks',
    (rows, years, most) => {
      const marks = Array.from({ length: years }, (_, seed) => {
        const random = mulberry32(1000 * rows + seed)
        const hour = (i: number) =>
          binary(random, Math.max(1, Math.round(rows * (1 + 0.8 * cycle(i + 5)))), 0.25 + 0.1 * cycle(i))
        return changeMarks('log_loss', baselineOf(hoursOf(720, hour)), hoursOf(YEAR, hour))
      }).flat()
      expect(marks.length).toBeLessThanOrEqual(most)
      expect(marks.filter(({ detector }) => detector === 'adwin')).toEqual([])
    },
    60_000,
  )

  test('a strong daily cycle is no change', () => {
    const random = mulberry32(1)
    const hour = (i: number) => binary(random, 500, 0.25 + 0.15 * cycle(i))
    expect(changeMarks('log_loss', baselineOf(hoursOf(720, hour)), hoursOf(2000, hour))).toEqual([])
  })

  test('days that are good or bad as a whole, as weather makes them, are no changes', () => {
    const random = mulberry32(4)
    const days = Array.from({ length: 400 }, () => 0.1 * (random() - 0.5))
    const hour = (i: number) => binary(random, 80, 0.3, days[Math.floor(i / 24)])
    const marks = changeMarks('log_loss', baselineOf(hoursOf(720, hour)), hoursOf(9600, hour))
    expect(marks.length).toBeLessThanOrEqual(1)
  })

  test('hours without rows, and a baseline without any, have no marks', () => {
    const hours = hoursOf(500, (i) => (i % 3 ? NONE : binary(mulberry32(i), 20, 0.2)))
    expect(changeMarks('log_loss', NONE, hours)).toEqual([])
    expect(changeMarks('log_loss', add([binary(mulberry32(1), 500, 0.2)]), [])).toEqual([])
    expect(
      changeMarks(
        'log_loss',
        NONE,
        hoursOf(100, () => NONE),
      ),
    ).toEqual([])
  })
})

describe('where performance changes', () => {
  test('a loss is marked at its hour, and its end too', () => {
    const random = mulberry32(7)
    const baseline = baselineOf(hoursOf(720, () => binary(random, 100, 0.2)))
    const hours = hoursOf(1500, (i) => binary(random, 100, 0.2, i >= 600 && i < 1100 ? 0.1 : 0))
    const marks = changeMarks('log_loss', baseline, hours).filter(({ detector }) => detector === 'page_hinkley') // prettier-ignore
    expect(marks.map(({ direction, metric }) => [direction, metric])).toEqual([
      ['worse', 'log_loss'],
      ['better', 'log_loss'],
    ])
    const [worse, better] = marks
    expect(Math.abs(worse.time / HOUR - 600)).toBeLessThan(24)
    expect(worse.found / HOUR).toBeLessThan(624)
    expect(Math.abs(better.time / HOUR - 1100)).toBeLessThan(24)
    expect(worse.after / worse.before).toBeGreaterThan(1.2)
    expect(worse.after).toBeCloseTo(better.before, 12)
    expect(better.after / worse.before).toBeCloseTo(1, 1)
  })

  test('ADWIN tells a fall of accuracy', () => {
    const random = mulberry32(8)
    const baseline = baselineOf(hoursOf(720, () => binary(random, 100, 0.2)))
    const hours = hoursOf(1200, (i) => binary(random, 100, 0.2, i >= 600 ? 0.2 : 0))
    const marks = changeMarks('accuracy', baseline, hours)
    const [mark] = marks.filter(({ detector }) => detector === 'adwin')
    expect(mark).toMatchObject({ direction: 'worse', metric: 'accuracy' })
    expect(mark.after).toBeLessThan(mark.before - 0.15)
    expect(Math.abs(mark.time / HOUR - 600)).toBeLessThan(30)
    expect(marks.some(({ detector, metric }) => detector === 'page_hinkley' && metric === 'accuracy')).toBe(true) // prettier-ignore
  })

  test('of a regression RMSE and the mean absolute error', () => {
    const random = mulberry32(9)
    const baseline = baselineOf(hoursOf(720, () => regression(random, 40, 2)))
    const hours = hoursOf(1200, (i) => regression(random, 40, i >= 600 ? 4 : 2))
    const marks = changeMarks('rmse', baseline, hours)
    expect(new Set(marks.map(({ metric }) => metric))).toEqual(new Set(['rmse', 'mae']))
    const [first] = marks.filter(({ metric }) => metric === 'rmse')
    expect(first.before).toBeCloseTo(2, 1)
    expect(first.after).toBeCloseTo(4, 1)
    expect(Math.abs(first.time / HOUR - 600)).toBeLessThan(24)
  })

  test('hours with errors too large to be added up are left out', () => {
    const random = mulberry32(9)
    const steady = (i: number) => regression(random, 100, i >= 600 ? 1.3 : 1)
    const baseline = baselineOf(hoursOf(720, () => regression(random, 100, 1)))
    const hours = hoursOf(1200, steady).map((hour, i) =>
      i % 97 === 5
        ? { ...hour, losses: { ...hour.losses, loss: NaN, lossSquares: NaN, absolute: NaN } }
        : hour,
    )
    const marks = changeMarks('rmse', baseline, hours)
    expect(marks.map(({ direction }) => direction)).toContain('worse')
    expect(changeMarks('rmse', { ...baseline, loss: NaN, lossSquares: NaN, absolute: NaN }, hours)).toEqual(
      [],
    )
  })

  test('a single bad hour is none', () => {
    const random = mulberry32(10)
    const baseline = baselineOf(hoursOf(720, () => binary(random, 100, 0.2)))
    const hours = hoursOf(1000, (i) => binary(random, 100, 0.2, i === 500 ? 0.7 : 0))
    expect(changeMarks('log_loss', baseline, hours)).toEqual([])
  })
})
