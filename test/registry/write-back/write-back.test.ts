import { describe, expect, test } from 'vitest'
import { metricsOf } from '../../../registry/write-back/metrics.ts'
import { standingOf, tagsToSet } from '../../../registry/write-back/tags.ts'

const alert = (id: string, severity: 'warning' | 'critical', kind: 'feature' | 'data' = 'feature') => ({ id, kind, severity }) // prettier-ignore
const evaluations = (...statuses: ('evaluated' | 'no_data' | 'error' | 'no_baseline')[]) =>
  statuses.map((status) => ({ status }))

describe('how a model stands', () => {
  test.each([
    ['nothing is known', [], [], 'no_data', undefined],
    ['all is well', [], evaluations('evaluated'), 'ok', undefined],
    ['a baseline is missing', [], evaluations('no_baseline'), 'no_data', undefined],
    ['an alert warns', [alert('a', 'warning')], evaluations('evaluated'), 'warning', 'a'],
    [
      'the worst alert counts',
      [alert('a', 'warning'), alert('b', 'critical')],
      evaluations('evaluated'),
      'critical',
      'b',
    ],
    ['runs fail', [alert('a', 'critical', 'data')], evaluations('evaluated', 'error'), 'error', 'a'],
    ['no data come', [], evaluations('no_data'), 'no_data', undefined],
    [
      'something else fires while no data come',
      [alert('a', 'warning')],
      evaluations('no_data'),
      'warning',
      'a',
    ],
    ['data are wrong', [alert('a', 'critical', 'data')], evaluations('evaluated'), 'critical', 'a'],
  ] as const)('where %s', (_, firing, ended, status, id) => {
    expect(standingOf(firing, ended)).toEqual({ status, alert: id })
  })
})

describe('the tags of a version', () => {
  const now = new Date('2026-03-01T12:00:00Z')
  const ok = { version: '2', status: 'ok', alert: '' }
  const before = { ...ok, at: now.getTime() - 60_000 }
  const keys = (known: typeof before | undefined, wanted: typeof ok) =>
    tagsToSet(known, wanted, now).tags.map(([key]) => key.replace('driftgauge.', ''))

  test.each([
    ['are all set at first', undefined, ok, ['status', 'alert', 'checked_at']],
    ['are not set again', before, ok, []],
    ['are set where they changed', before, { ...ok, status: 'no_data' }, ['status', 'checked_at']],
    ['are all set on another version', before, { ...ok, version: '3' }, ['status', 'alert', 'checked_at']],
    ['tell once an hour that it was checked', { ...ok, at: now.getTime() - 3_600_000 }, ok, ['checked_at']],
  ])('%s', (_, known, wanted, expected) => {
    expect(keys(known, wanted)).toEqual(expected)
  })

  test('are known once they are set', () => {
    const { after } = tagsToSet(undefined, ok, now)
    expect(after).toEqual({ ...ok, at: now.getTime() })
    expect(tagsToSet(after, ok, now)).toEqual({ tags: [], after })
  })
})

test('a window is a few metrics, by the hour of its month', () => {
  const digest = {
    monitor: 'daily',
    kind: 'performance' as const,
    end: new Date('2026-03-02T03:00:00Z'),
    verdicts: { ok: 1 },
    effect: 0.25,
    performance: { metric: 'accuracy', value: 0.75 },
  }
  const shared = { timestamp: Date.UTC(2026, 2, 2, 3), step: 27 }
  expect(metricsOf(digest)).toEqual([
    { key: 'daily/performance/columns_ok', value: 1, ...shared },
    { key: 'daily/performance/worst_effect', value: 0.25, ...shared },
    { key: 'daily/performance/accuracy', value: 0.75, ...shared },
  ])
  const none = { ...digest, kind: 'feature' as const, verdicts: {}, effect: null, performance: null }
  expect(metricsOf(none)).toEqual([])
  expect(metricsOf({ ...none, effect: Infinity })).toEqual([])
  expect(metricsOf({ ...digest, end: new Date('2026-04-01T00:00:00Z') })[0].step).toBe(0)
})
