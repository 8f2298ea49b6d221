import { describe, expect, test } from 'vitest'
import {
  countVerdicts,
  lastMonths,
  summarizeMonitors,
  type CountedAlert,
} from '../../../api/answers/incident-summary.ts'
import type { IncidentVerdict } from '../../../domain/incident.ts'

const alert = (verdict?: IncidentVerdict, extra: Partial<CountedAlert> = {}): CountedAlert => ({
  monitor: 'daily',
  model: 'shop',
  firstAt: new Date('2026-02-03T00:00:00Z'),
  ...(verdict && { incident: 'i', status: 'closed', verdict }),
  ...extra,
})
const times = (n: number, one: CountedAlert) => Array.from({ length: n }, () => one)

describe('what alerts turned out to be', () => {
  // Newcombe (1998), Statistics in Medicine 17, 857–872, table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i right of %i has Wilson’s interval', (right, n, low, high) => {
    const { precision } = countVerdicts([
      ...times(right, alert('true_drift')),
      ...times(n - right, alert('false_alarm')),
    ])
    expect(precision!.value).toBeCloseTo(right / n, 10)
    expect(precision!.low).toBeCloseTo(low, 4)
    expect(precision!.high).toBeCloseTo(high, 4)
  })

  test('a data fault is as right as a true drift; what is something else decides nothing', () => {
    const counts = countVerdicts([alert('data_fault'), alert('other'), alert('other')])
    expect(counts).toMatchObject({ alerts: 3, data_fault: 1, other: 2, not_judged: 0 })
    expect(counts.precision!.value).toBe(1)
  })

  test('nobody’s verdict is never a right one: no incident, an open one, one without a verdict', () => {
    const open = { incident: 'o', status: 'open', verdict: 'true_drift' } as const
    const counts = countVerdicts([alert(), alert(undefined, open), alert(undefined, { incident: 'n', status: 'closed', verdict: null })]) // prettier-ignore
    expect(counts).toMatchObject({ alerts: 3, incidents: 2, true_drift: 0, not_judged: 3, precision: null })
  })

  test('is counted by monitor and month, most false alarms first', () => {
    const found = summarizeMonitors(
      [
        ...times(3, alert('true_drift', { monitor: 'calm' })),
        alert('false_alarm', { monitor: 'noisy', firstAt: new Date('2026-01-31T23:59:59Z') }),
        alert(undefined, { monitor: 'noisy' }),
      ],
      ['2026-01', '2026-02'],
    )
    expect(found.map(({ monitor }) => monitor)).toEqual(['noisy', 'calm'])
    expect(found[0].months).toMatchObject([
      { month: '2026-01', alerts: 1, false_alarm: 1, incidents: 1 },
      { month: '2026-02', alerts: 1, not_judged: 1, incidents: 0, precision: null },
    ])
  })

  test('months go back over the turn of the year', () => {
    expect(lastMonths(new Date('2026-02-28T23:59:59Z'), 4)).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']) // prettier-ignore
  })
})
