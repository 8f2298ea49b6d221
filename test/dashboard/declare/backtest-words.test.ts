import { describe, expect, it } from 'vitest'
import {
  alertWords,
  budgetWords,
  firedWords,
  kindsOf,
  quietWindows,
} from '../../../dashboard/declare/backtest-words.ts'
import { rowsWithin, wholeHours } from '../../../dashboard/declare/baseline-window.ts'
import type { Answer } from '../../../dashboard/queries/answer.ts'

type Backtest = Answer<'backtestDeclaration'>

const day = (n: number) => new Date(Date.UTC(2026, 0, n)).toISOString()
const backtest = (more: Partial<Backtest>): Backtest =>
  ({ from: day(1), to: day(60), windows: 59, columns: 3, breaches: 0, fired: 0, alerts: [], worst: [], skipped: [], ...more }) // prettier-ignore
const member = (column: string, since: string) => ({ column, segment: '', version: '', severity: 'critical' as const, since, effect: 1, explanation: null }) // prettier-ignore
const alert = {
  kind: 'feature',
  severity: 'critical' as const,
  fired_at: day(31),
  resolved_at: day(40),
  messages: 2,
  members: [member('price', day(30)), member('size', day(31)), member('age', day(31))],
}
const worst = Array.from({ length: 59 }, (_, i) => ({
  kind: 'feature',
  end: day(i + 1),
  column: 'price',
  effect: i + 1 >= 30 && i + 1 <= 40 ? 0.9 : 0.01 + (i % 5) / 100,
  verdict: 'ok' as const,
}))

describe('the words of a backtest', () => {
  it('say how often the monitor would have fired', () => {
    expect(firedWords(backtest({ fired: 1 }))).toBe('The monitor would have fired 1 time in 59 windows.')
    expect(firedWords(backtest({ fired: 3, windows: 1 }))).toBe(
      'The monitor would have fired 3 times in 1 window.',
    )
    expect(firedWords(backtest({}))).toBe('The monitor would not have fired in 59 windows.')
    expect(firedWords(backtest({ windows: 0 }))).toBe('No window in this period has a verdict.')
  })

  it('compare how often it fires with the budget of false alarms', () => {
    expect(budgetWords(backtest({ fired: 3, from: day(1), to: day(31) }), '1 per 30d')).toBe(
      'At this rate it fires 9 times in 90 days. The budget for false alarms is 1 per 30d: ' +
        'anything beyond that should be real drift. If it is not, raise the thresholds.',
    )
    expect(budgetWords(backtest({ fired: 1, from: day(1), to: day(366) }), undefined)).toContain(
      'fires 1 time in 90 days. The budget for false alarms is 1 per 90d',
    )
    expect(budgetWords(backtest({ fired: 0 }), undefined)).toBe('')
  })

  it('name an alert in one line', () => {
    expect(alertWords(alert)).toBe('feature, critical, 31 Jan 2026 – 9 Feb 2026: price and 2 more')
    expect(alertWords({ ...alert, kind: 'expected_performance', resolved_at: null, members: [] })).toBe(
      'expected performance, critical, 31 Jan 2026 – still firing at the end: ',
    )
  })

  it('suggest thresholds above what windows outside of alerts reach', () => {
    const quiet = quietWindows(backtest({ worst, alerts: [alert] }), 'feature')
    expect(quiet).toEqual({ reach: 0.05, thresholds: { warning: 0.063, critical: 0.16 } })
    expect(quietWindows(backtest({ worst, alerts: [] }), 'feature')!.reach).toBe(0.9)
    expect(quietWindows(backtest({ worst: worst.slice(0, 19) }), 'feature')).toBeUndefined()
    expect(quietWindows(backtest({ worst }), 'label')).toBeUndefined()
    expect(kindsOf(backtest({ worst: [...worst, { ...worst[0], kind: 'label' }] }))).toEqual([
      'feature',
      'label',
    ])
  })
})

describe('a window of stored predictions', () => {
  it.each([
    ['2026-01-05T00:00', '2026-01-06T00:00', true],
    ['2026-01-05T00:30', '2026-01-06T00:00', false],
    ['2026-01-06T00:00', '2026-01-06T00:00', false],
    ['', '2026-01-06T00:00', false],
  ])('is from one whole hour to a later one: %s to %s', (from, to, isWindow) => {
    expect(wholeHours(from, to)).toEqual(
      isWindow ? { from: `${from}:00.000Z`, to: `${to}:00.000Z` } : undefined,
    )
  })

  it('has the predictions from its first hour on and before its end', () => {
    const points = [4, 5, 6, 7].map((n) => ({ time: day(n), predictions: n }))
    expect(rowsWithin(points, { from: day(5), to: day(7) })).toBe(11)
    const noon = new Date(Date.UTC(2026, 0, 5, 12)).toISOString()
    expect(rowsWithin(points, { from: day(5), to: noon }), 'half of a day').toBe(3)
    expect(rowsWithin(points, { from: day(1), to: day(7) }), 'not all on the chart').toBeUndefined()
    expect(rowsWithin([], { from: day(5), to: day(7) })).toBeUndefined()
  })
})
