import { expect, test } from 'vitest'
import { simulatedColumns } from '../../../bench/false-alarms/columns.ts'
import { record, windowsOf, type Recording } from '../../../bench/false-alarms/peers/recording.ts'
import { changeRows, steadyRows } from '../../../bench/false-alarms/peers/table.ts'
import { datasetVerdicts, found, tally } from '../../../bench/false-alarms/peers/tally.ts'
import type { Verdicts } from '../../../bench/false-alarms/peers/own-rules.ts'
import { shiftedColumn, SHIFTS } from '../../../bench/false-alarms/shifts.ts'
import { normalSf } from '../../../detectors/statistics/tails.ts'

const BASELINE_ROWS = 10_000

/** The slot of a raw value: its decile among standard normal values, or its category. */
function slotOf(value: number, kind: string): number {
  if (Number.isNaN(value)) return 0
  return (kind === 'numeric' ? Math.floor(10 * normalSf(-value)) : value) + 1
}

function countsOf(values: readonly number[], kind: string, slots: number): number[] {
  const counts = new Array<number>(slots).fill(0)
  for (const value of values) counts[slotOf(value, kind)]++
  return counts
}

/** That the raw values of each hour give the recorded counts. */
function expectSameRows({ columns, baseline, hours, values }: Recording): void {
  for (const [i, { binning }] of columns.entries()) {
    const counted = (from: number, n: number) =>
      countsOf(values[i].slice(from, from + n), binning.kind, baseline[i].length)
    expect(counted(0, BASELINE_ROWS)).toEqual(Array.from(baseline[i]))
    let from = BASELINE_ROWS
    for (const hour of hours) {
      const rows = hour[i].reduce((sum, count) => sum + count, 0)
      expect(counted(from, rows)).toEqual(Array.from(hour[i]))
      from += rows
    }
    expect(values[i]).toHaveLength(from)
  }
}

test('raw values and counts of a recording are the same rows', () => {
  const columns = simulatedColumns(5, false)
  const recording = record({ columns, rows: 200, evaluations: 10, seed: 1 })
  expectSameRows(recording)
  const windows = [...windowsOf(recording)].map((window) => window[0].reduce((sum, count) => sum + count, 0))
  expect(windows).toEqual(new Array(10).fill(200))
})

test.each(SHIFTS)('raw values and counts are the same rows after a change of the %s', (shift) => {
  const to = shiftedColumn(shift, 0.5)
  const recording = record({
    columns: [to.before],
    rows: 1000,
    evaluations: 40,
    seed: 2,
    change: { at: 30, to },
  })
  expectSameRows(recording)
  const shares = (from: number, end: number) => {
    const counts = recording.hours.slice(from, end).map(([own]) => own)
    const total = counts.reduce((sum, own) => sum + own.reduce((a, b) => a + b, 0), 0)
    return counts[0].map((_, slot) =>
      Math.round((100 * counts.reduce((sum, own) => sum + own[slot], 0)) / total),
    )
  }
  expect(shares(0, 30)).not.toEqual(shares(30, 63))
})

test('the rows of the baseline are in random order', () => {
  const [values] = record({ columns: simulatedColumns(1, false), rows: 200, evaluations: 1, seed: 3 }).values
  const half = BASELINE_ROWS / 2
  const below = values.slice(0, half).filter((value) => value < 0).length
  expect(Math.abs(below - half / 2)).toBeLessThan(4 * Math.sqrt(half / 4))
})

/** Of a model with two columns: `1` where a column is beyond its threshold. */
const verdicts = (...windows: string[]): Verdicts =>
  windows.map((window) => Array.from(window, (beyond) => (beyond === '1' ? 'warning' : 'ok')))

test('an alert takes two of three windows, and ends after two clean ones', () => {
  expect(tally(verdicts('00', '10', '00', '00', '10', '11', '00', '00'))).toEqual({
    evaluations: 8,
    alerts: 1,
    inAlert: 2 / 8,
    drifted: 3 / 8,
    mostAtOnce: 2,
  })
})

test('a change is found when the alert fires, or at once if it was firing already', () => {
  expect(found(verdicts('0', '0', '0', '1', '1'), 2)).toEqual({ delay: 3, before: false })
  expect(found(verdicts('1', '1', '1', '1', '1'), 2)).toEqual({ delay: 1, before: true })
  expect(found(verdicts('0', '0', '0', '1', '0'), 2)).toEqual({ delay: Infinity, before: false })
})

test('a data set drifts from a share of its columns on', () => {
  expect(datasetVerdicts(verdicts('00', '10', '11'), 0.5)).toEqual(verdicts('0', '1', '1'))
})

test('tables have a row for each rule', () => {
  const steady = { evaluations: 432, alerts: 1, inAlert: 0, drifted: 0.125, mostAtOnce: 1 }
  expect(steadyRows('50 features', new Map([['rule', [steady, { ...steady, mostAtOnce: 3 }]]]))).toContain(
    '| rule | 2 × 18 days | 5.00 [0.61, 18.06] | 0.0% | 12.5% | 3 |',
  )
  const changes = [
    { delay: 30, before: false },
    { delay: Infinity, before: true },
    { delay: Infinity, before: false },
  ]
  expect(changeRows('mean', new Map([['rule', changes]]))).toContain(
    '| rule | 3 | 0.00 [0.00, 0.56] | 0.33 [0.06, 0.79] | over 48 h | 33.3% |',
  )
})
