import { describe, expect, test } from 'vitest'
import { judgeDuplicates, judgeUnknownFeatures } from '../../../detectors/quality/judge-model.ts'
import { judgeLabels, type HourLabels } from '../../../detectors/quality/labels-late.ts'

const HOUR = 3_600_000

describe('undeclared features', () => {
  const judge = (unknown: [string, number][]) =>
    judgeUnknownFeatures(new Map(unknown), 1000, ['distance', 'origin'])

  test('count from one row in a hundred', () => {
    expect(judge([['x', 6]])).toBeUndefined()
    expect(judge([['x', 10]])).toMatchObject({
      finding: 'unknown_features',
      severity: 'warning',
      share: 0.01,
    })
    expect(judgeUnknownFeatures(new Map([['x', 5]]), 0, [])).toBeUndefined()
  })

  test('are named, the most frequent first, with what they resemble', () => {
    expect(judge([['rare', 20], ['distanse', 1000]])!.explanation).toMatch(/: "distanse" in 100% of rows, which resembles "distance"; "rare" in 2% of rows\. /) // prettier-ignore
  })

  test('beyond five are counted', () => {
    const many = Array.from({ length: 8 }, (_, i): [string, number] => [`f${i}`, 500])
    expect(judge(many)!.explanation).toContain(', and 3 more. ')
  })
})

describe('duplicates', () => {
  const quiet = { looked: 1000, reused: 0 }

  test.each([
    ['none', {}, undefined],
    ['ids in another hour', { reused: 50 }, 'warning'],
    ['ids in another hour, most of them', { reused: 500 }, 'critical'],
    ['too few ids looked up', { looked: 100, reused: 100 }, undefined],
  ])('%s', (_, change, severity) => {
    expect(judgeDuplicates({ ...quiet, ...change }, 200)?.severity).toBe(severity)
  })
})

describe('late labels', () => {
  /** All labels take up to an hour. */
  const delays = Array.from({ length: 128 }, (_, slot) => (slot === 30 ? 1000 : 0))
  const now = 100 * 24 * HOUR
  const hours = (from: number, count: number, labels: number): HourLabels[] =>
    Array.from({ length: count }, (_, i) => ({
      hour: now - from * HOUR + i * HOUR,
      predictions: 100,
      labels,
    }))
  const judge = (labels: number) =>
    judgeLabels({ window: hours(26, 24, labels), past: hours(700, 600, 80), delays, now }, 1e-5)

  test.each([
    [80, undefined],
    [60, undefined],
    [38, 'warning'],
    [4, 'critical'],
    [0, 'critical'],
  ])('%d of 80 labels an hour', (labels, severity) => {
    expect(judge(labels)).toMatchObject({ status: 'judged', due: 24 * 80, came: 24 * labels })
    expect((judge(labels) as { finding?: { severity: string } }).finding?.severity).toBe(severity)
  })

  test('labels that are not due yet are not late', () => {
    const young = hours(1, 1, 0)
    expect(judgeLabels({ window: young, past: hours(700, 600, 80), delays, now }, 1e-5)).toMatchObject({ due: 0, finding: undefined }) // prettier-ignore
  })

  test('are not judged while too few have come', () => {
    expect(judgeLabels({ window: hours(26, 24, 0), past: hours(30, 2, 80), delays, now }, 1e-5)).toEqual({ status: 'too_early' }) // prettier-ignore
  })
})
