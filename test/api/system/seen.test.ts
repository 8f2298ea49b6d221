import { expect, test } from 'vitest'
import { joinProcesses, kafkaOf, schedulerOf } from '../../../api/system/seen.ts'
import type { ProcessReport } from '../../../control/operation/process-report.ts'

const NOW = new Date('2026-01-05T03:00:00Z')
const report = (host: string, more: Partial<ProcessReport> = {}): ProcessReport => ({
  host,
  pid: 1,
  roles: [],
  version: '1',
  node: '20',
  started_at: '2026-01-05T00:00:00.000Z',
  memory_bytes: 1,
  reasons: [],
  warnings: [],
  scheduler: null,
  kafka: null,
  ...more,
})
const own = { id: 'own', report: report('here') }
const topics = (lag: number, advanced_at: string | null) => [
  { topic: 'predictions', partitions: 2, lag, advanced_at },
]
const UNSEEN = { known: false as const, reason: 'away', advice: 'wait' }

test('this process is as it is now, whatever was stored of it', () => {
  const stored = { id: 'own', silentMs: 500_000, report: report('here', { pid: 9 }) }
  expect(joinProcesses([stored], own, NOW)).toMatchObject([{ id: 'own', silent: false, report: { pid: 1 } }])
})

test('a process is silent after 45 seconds, and its last words no longer count as what is so', () => {
  const scheduler = { active: true, last: null, next_at: NOW.toISOString() }
  const at = (silentMs: number) =>
    joinProcesses([{ id: 'b', silentMs, report: report('b', { scheduler }) }], own, NOW)
  expect(schedulerOf(at(44_000), undefined)).toMatchObject({ known: true, holder: { host: 'b' } })
  expect(at(45_000)[1].silent).toBe(true)
  expect(schedulerOf(at(45_000), undefined)).toMatchObject({ known: true, holder: null })
})

test('a process that could evaluate on schedule and says nothing of it does so on demand', () => {
  const demo = joinProcesses([], { id: 'own', report: report('here', { roles: ['detect', 'api'] }) }, NOW)
  expect(schedulerOf(demo, undefined)).toMatchObject({ holder: null, on_demand: true })
  const api = joinProcesses([], { id: 'own', report: report('here', { roles: ['api'] }) }, NOW)
  expect(schedulerOf(api, undefined)).toMatchObject({ holder: null, on_demand: false })
})

test('where other processes cannot be seen, only what this one does itself is known', () => {
  const alone = joinProcesses([], own, NOW)
  expect(schedulerOf(alone, UNSEEN)).toEqual(UNSEEN)
  expect(kafkaOf(alone, UNSEEN)).toEqual(UNSEEN)
  const scheduler = { active: true, last: null, next_at: NOW.toISOString() }
  const evaluating = joinProcesses([], { id: 'own', report: report('here', { scheduler }) }, NOW)
  expect(schedulerOf(evaluating, UNSEEN)).toMatchObject({ known: true, holder: { host: 'here' } })
})

test('of a topic the newest look counts, and the newest advance that any consumer saw; other topics are joined', () => {
  const first = {
    reasons: [],
    looked_at: '2026-01-05T02:59:50.000Z',
    topics: topics(5, '2026-01-05T02:59:00.000Z'),
    missing: ['later'],
    unread: ['orders', 'clicks'],
    unread_left_out: 0,
  }
  const second = {
    reasons: ['waits'],
    looked_at: '2026-01-05T02:59:55.000Z',
    topics: topics(3, null),
    missing: ['later'],
    unread: ['clicks'],
    unread_left_out: 4,
  }
  const processes = joinProcesses(
    [
      { id: 'b', silentMs: 1000, report: report('b', { kafka: first }) },
      { id: 'c', silentMs: 1000, report: report('c', { kafka: second }) },
    ],
    own,
    NOW,
  )
  expect(kafkaOf(processes, undefined)).toEqual({
    known: true,
    consumers: 2,
    reasons: ['waits'],
    topics: [
      {
        topic: 'predictions',
        partitions: 2,
        lag: 3,
        advanced_at: '2026-01-05T02:59:00.000Z',
        looked_at: '2026-01-05T02:59:55.000Z',
      },
    ],
    missing: ['later'],
    unread: ['clicks', 'orders'],
    unread_left_out: 4,
  })
})
