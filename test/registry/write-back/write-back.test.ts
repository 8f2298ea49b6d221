import { describe, expect, test } from 'vitest'
import { metricsOf, unwritten } from '../../../registry/write-back/metrics.ts'
import { LATE_MS, nameOf, progressAfter, progressOf } from '../../../registry/write-back/progress.ts'
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

const digest = {
  monitor: 'daily',
  kind: 'performance' as const,
  end: new Date('2026-03-02T03:00:00Z'),
  evaluatedAt: new Date('2026-03-02T03:05:00Z'),
  verdicts: { ok: 1 },
  effect: 0.25,
  performance: { metric: 'accuracy', value: 0.75 },
}

test('a window is a few metrics, by the hour of its month', () => {
  const shared = { timestamp: Date.UTC(2026, 2, 2, 3), step: 27 }
  const counts = (ok: number) =>
    ['insufficient_data', 'ok', 'unconfirmed', 'warning', 'critical'].map((verdict) => ({
      key: `daily/performance/columns_${verdict}`,
      value: verdict === 'ok' ? ok : 0,
      ...shared,
    }))
  expect(metricsOf(digest)).toEqual([
    ...counts(1),
    { key: 'daily/performance/worst_effect', value: 0.25, ...shared },
    { key: 'daily/performance/accuracy', value: 0.75, ...shared },
  ])
  const none = { ...digest, verdicts: {}, effect: null, performance: null }
  expect(metricsOf(none)).toEqual(counts(0))
  expect(metricsOf({ ...none, effect: Infinity })).toEqual(counts(0))
  expect(metricsOf({ ...digest, end: new Date('2026-04-01T00:00:00Z') })[0].step).toBe(0)
})

describe('of a window that MLflow has', () => {
  const metrics = metricsOf(digest)
  const others = metrics.map((metric) => ({ ...metric, step: 28, value: 9 }))

  test('nothing is written again', () => {
    expect(unwritten(metrics, others, digest.evaluatedAt)).toEqual(metrics)
    expect(unwritten(metrics, [...others, ...metrics], digest.evaluatedAt)).toEqual([])
  })

  test('what has changed is written as of later, and once', () => {
    const later = new Date('2026-03-02T09:00:00Z')
    const changed = metricsOf({ ...digest, effect: 0.1 })
    const written = unwritten(changed, metrics, later)
    expect(written).toEqual([{ ...changed[5], value: 0.1, timestamp: later.getTime() }])
    expect(unwritten(changed, [...metrics, ...written], later)).toEqual([])
    // Back to what it was.
    expect(unwritten(metrics, [...metrics, ...written], later)).toEqual([
      { ...metrics[5], timestamp: later.getTime() + 1 },
    ])
  })
})

describe('where writing goes on', () => {
  const at = (ms: number, hour = 3) => ({
    ...digest,
    end: new Date(Date.UTC(2026, 2, 2, hour)),
    evaluatedAt: new Date(digest.evaluatedAt.getTime() + ms),
  })

  test('is by when windows were evaluated, whatever their end', () => {
    expect(progressOf({ progress: {} })).toEqual({ after: undefined, known: new Map() })
    const progress = progressAfter(new Map(), [at(0), at(10, 1)])
    expect(progress).toEqual({
      [nameOf(at(0))]: at(0).evaluatedAt.getTime(),
      [nameOf(at(10, 1))]: at(10).evaluatedAt.getTime(),
    })
    expect(progressOf({ progress }).after).toEqual(at(10 - LATE_MS).evaluatedAt)
  })

  test('forgets what is not asked for again', () => {
    const { known } = progressOf({ progress: progressAfter(new Map(), [at(0), at(10, 1)]) })
    expect(Object.keys(progressAfter(known, [at(LATE_MS, 5)]))).toEqual([
      nameOf(at(10, 1)),
      nameOf(at(LATE_MS, 5)),
    ])
  })
})
