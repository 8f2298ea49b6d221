import { describe, expect, test } from 'vitest'
import { differences, listDifferences } from '../../../bench/soak/differences.ts'
import { countActiveParts } from '../../../bench/soak/parts.ts'
import { createRecorder } from '../../../bench/soak/recorder.ts'
import { curve, quantile } from '../../../bench/soak/report.ts'
import { deadLettersAfter, deletedBefore } from '../../../bench/soak/retention.ts'
import { START, STEPS_A_DAY } from '../../../bench/soak/scenario.ts'
import { parseMetrics } from '../../../bench/soak/service.ts'
import { DAY_MS, HOUR_MS } from '../../../domain/time.ts'

describe('differences', () => {
  test('are found in every hour that either side knows', () => {
    const expected = new Map([
      [START, 3],
      [START + HOUR_MS, 4],
    ])
    const found = new Map([
      [START, 3],
      [START + 2 * HOUR_MS, 1],
    ])
    expect(listDifferences(differences('stored predictions', expected, found))).toEqual([
      '2025-01-26T01:00Z stored predictions: 0 instead of 4',
      '2025-01-26T02:00Z stored predictions: 1 instead of 0',
    ])
  })

  test('are cut where there are many', () => {
    const many = differences('labels', new Map(Array.from({ length: 1_500 }, (_, i) => [i, 1])), new Map())
    expect(listDifferences(many).at(-1)).toBe('and 1,480 more')
  })
})

describe('retention', () => {
  test.each([
    [0, '2024-11-01'],
    [6, '2024-12-01'],
    [36, '2024-12-01'],
    [37, '2025-01-01'],
  ])('after %d days all before %s is deleted', (days, month) => {
    expect(new Date(deletedBefore(START + days * DAY_MS)).toISOString()).toBe(`${month}T00:00:00.000Z`)
  })

  test('dead letters of today and yesterday are kept', () => {
    expect([2, 3, STEPS_A_DAY, STEPS_A_DAY + 3, 5 * STEPS_A_DAY].map(deadLettersAfter)).toEqual([
      0, 10, 10, 20, 10,
    ])
  })
})

test('active parts are those that no other part covers', () => {
  const merged = ['202501_1_4_1', '202501_1_1_0', '202501_2_4_0', '202501_5_5_0', '202502_1_1_0']
  expect(countActiveParts([...merged, 'detached', 'format_version.txt'])).toBe(3)
  expect(countActiveParts(['all_1_2_1', 'all_1_2_1_7'])).toBe(1)
})

test('metrics are summed over their labels', () => {
  const text = [
    '# HELP driftgauge_results_total Results.',
    'driftgauge_results_total{model="a",verdict="ok"} 3',
    'driftgauge_results_total{model="a",verdict="warning"} 2',
    'driftgauge_tick_seconds_sum 1.25',
  ].join('\n')
  expect(Object.fromEntries(parseMetrics(text))).toEqual({
    driftgauge_results_total: 5,
    driftgauge_tick_seconds_sum: 1.25,
  })
})

test('counters go on across restarts, and a tick is what it adds', () => {
  const recorder = createRecorder()
  const metrics = (seconds: number, results: number) =>
    new Map([
      ['driftgauge_tick_seconds_sum', seconds],
      ['driftgauge_results_total', results],
    ])
  recorder.note(metrics(1, 10), 5e6)
  recorder.note(metrics(3, 15), 7e6)
  recorder.restarted()
  recorder.note(metrics(4, 2), 6e6)
  const at = { size: { disk: 1, parts: 1 }, alerts: 0, messages: 0, stored: 0 }
  expect(recorder.take(at)).toMatchObject({ ticks: [1, 2, 4], results: 17, resident: [5e6, 7e6, 6e6] })
  expect(recorder.take(at)).toMatchObject({ ticks: [], results: 17 })
})

test('a curve begins at zero', () => {
  expect(curve([0, 50, 100])).toBe('▁▅█')
})

test('a quantile is one of the values', () => {
  expect([0, 0.5, 0.95, 1].map((p) => quantile([4, 1, 3, 2], p))).toEqual([1, 3, 4, 4])
})
