import { describe, expect, test } from 'vitest'
import { judge } from '../../../api/system/judge.ts'
import type { SystemParts } from '../../../api/system/parts.ts'
import type { ProcessReport } from '../../../control/operation/process-report.ts'

const AT = Date.UTC(2026, 0, 5, 3)
const ago = (minutes: number) => new Date(AT - minutes * 60_000).toISOString()

const REPORT: ProcessReport = {
  host: 'a',
  pid: 1,
  roles: ['ingest', 'detect', 'api'],
  version: '1.0.0',
  node: '20.19.0',
  started_at: ago(600),
  memory_bytes: 1,
  reasons: [],
  warnings: [],
  scheduler: { active: true, last: null, next_at: ago(-1) },
  kafka: null,
}
const OWN = { id: 'own', own: true, seen_at: ago(0), silent: false, report: REPORT }
const KAFKA = {
  known: true as const,
  consumers: 0,
  reasons: [],
  topics: [],
  missing: [],
  unread: [],
  unread_left_out: 0,
}
const DEPENDENCY = { since: null, version: null, detail: '', last_error: null, last_error_at: null }
const UNKNOWN = { known: false as const, reason: 'ClickHouse is not available (X).', advice: 'Start it.' }

const WELL: SystemParts = {
  at: ago(0),
  dependencies: [
    { ...DEPENDENCY, name: 'clickhouse', state: 'up' },
    { ...DEPENDENCY, name: 'control', state: 'up' },
    { ...DEPENDENCY, name: 'mail', state: 'unused' },
  ],
  processes: { known: true, processes: [OWN] },
  scheduler: {
    known: true,
    holder: { host: 'a', pid: 1 },
    on_demand: false,
    last_started_at: ago(1),
    duration_ms: 200,
    failed: false,
    next_at: ago(-1),
  },
  missed: { known: true, windows: 0, oldest_end: null },
  sources: { known: true, sources: [] },
  kafka: KAFKA,
  counting: { known: true, models: [{ model: 'm', hours: 2, since: ago(1) }] },
  outbox: {
    known: true,
    waiting: 1,
    oldest_waiting: ago(0),
    retrying: 0,
    next_attempt: null,
    muted: 3,
    given_up: 0,
    channels: [],
  },
  dead_letters: { known: true, since: ago(1440), total: 0, reasons: [] },
  storage: {
    known: true,
    rows: 1,
    bytes: 1e9,
    bytes_a_day: 1e8,
    tables: [],
    left_out: { tables: 0, bytes: 0 },
    broken_parts: 0,
  },
  disks: {
    known: true,
    disks: [{ node: 'a', name: 'default', free_bytes: 50e9, total_bytes: 100e9 }],
  },
  clickhouse_schema: { known: true, applied: 48, expected: 48 },
  control_schema: { known: true, missing: [], unknown: [], applied: 12 },
}

const known = <T extends { known: boolean }>(part: T) => part as Extract<T, { known: true }>
const told = (changes: Partial<SystemParts>) => judge({ ...WELL, ...changes })
/** The state, and the texts of the problems. */
const texts = (changes: Partial<SystemParts>) => {
  const { state, problems } = told(changes)
  return [state, ...problems.map(({ severity, text }) => `${severity}: ${text}`)]
}

test('a service on which nothing is wrong is well, in a sentence', () => {
  expect(judge(WELL)).toEqual({ state: 'ok', summary: 'No problems found.', problems: [] })
})

test('of several problems the worst comes first and into the summary; each says what to do', () => {
  const { state, summary, problems } = told({
    dead_letters: { ...known(WELL.dead_letters), total: 3 },
    outbox: { ...known(WELL.outbox), given_up: 2 },
    storage: { ...known(WELL.storage), broken_parts: 1 },
  })
  expect(state).toBe('critical')
  expect(summary).toMatch(/^1 part of stored data could not be read .* And 1 other problem\.$/)
  expect(problems.map(({ severity }) => severity)).toEqual(['critical', 'warning', 'notice'])
  for (const { advice } of problems) expect(advice).not.toBe('')
})

test('a source that cannot be read, and files that were not taken, are told with their source', () => {
  const source = { source: 'nightly', waiting: 0, failed: 0, problem: null, problem_since: null }
  expect(texts({ sources: { known: true, sources: [{ ...source, waiting: 5 }] } })).toEqual(['ok'])
  expect(
    texts({ sources: { known: true, sources: [{ ...source, failed: 2, problem: 'There is no bucket "x".', problem_since: ago(60) }] } }), // prettier-ignore
  ).toEqual([
    'warning',
    'warning: The source "nightly" cannot be read: There is no bucket "x".',
    'warning: 2 files of the source "nightly" could not be taken.',
  ])
})

test('what is only worth knowing leaves the service well', () => {
  expect(texts({ missed: { known: true, windows: 7, oldest_end: ago(900) } })).toEqual([
    'ok',
    'notice: 7 windows ended while nothing ran, and are still to be evaluated.',
  ])
})

test('a part that is not known is never well', () => {
  const keys = ['scheduler', 'kafka', 'counting', 'outbox', 'dead_letters', 'storage', 'disks'] as const
  const more = ['processes', 'missed', 'clickhouse_schema', 'control_schema'] as const
  for (const key of [...keys, ...more]) {
    const { state, problems } = told({ [key]: UNKNOWN })
    expect(state, key).toBe('warning')
    expect(problems).toMatchObject([{ text: expect.stringContaining(UNKNOWN.reason), advice: 'Start it.' }])
  }
})

test('a database that is away is told once, and its parts as what follows', () => {
  const { state, problems } = told({
    dependencies: [{ ...DEPENDENCY, name: 'clickhouse', state: 'down', last_error: UNKNOWN.reason }],
    processes: { known: true, processes: [{ ...OWN, report: { ...REPORT, reasons: [UNKNOWN.reason] } }] },
    storage: UNKNOWN,
    disks: UNKNOWN,
  })
  expect(state).toBe('critical')
  expect(problems.map(({ severity, text }) => [severity, text])).toEqual([
    ['critical', UNKNOWN.reason],
    ['notice', `The stored tables and the disks of ClickHouse are not known: ${UNKNOWN.reason}`],
  ])
})

describe('the scheduler', () => {
  const scheduler = (changes: object) => texts({ scheduler: { ...known(WELL.scheduler), ...changes } })

  test('without a process that evaluates is critical', () => {
    expect(scheduler({ holder: null, last_started_at: null })[1]).toMatch(
      /^critical: No running process evaluates/,
    )
  })

  test('that is left out by intent, as in the demo, is a notice', () => {
    const [state, notice] = scheduler({ holder: null, on_demand: true, last_started_at: null })
    expect(state).toBe('ok')
    expect(notice).toMatch(/^notice: Nothing is evaluated on schedule here/)
  })

  test('is late after as long as /readyz waits, and not before', () => {
    expect(scheduler({ last_started_at: ago(15) })).toEqual(['ok'])
    expect(scheduler({ last_started_at: ago(16), duration_ms: null })[1]).toBe(
      'critical: The last evaluation began 16 min ago and has not ended.',
    )
  })

  test('that failed says so', () => {
    expect(scheduler({ failed: true })[1]).toBe('warning: The last evaluation failed.')
  })
})

describe('Kafka', () => {
  const topic = { topic: 'predictions', partitions: 3, lag: 1200, looked_at: ago(0) }
  const kafka = (advanced_at: string | null, reasons: string[] = []) =>
    texts({ kafka: { ...KAFKA, consumers: 1, reasons, topics: [{ ...topic, advanced_at }] } })

  test('that works on its lag is well; one whose lag stands still is not', () => {
    expect(kafka(ago(4))).toEqual(['ok'])
    expect(kafka(ago(6))[1]).toBe(
      'warning: 1,200 records of the topic "predictions" wait, and none was stored for 6 min.',
    )
    expect(kafka(null)[1]).toMatch(/none was stored since the consumers started/)
  })

  test('of which the reason is told is not told twice', () => {
    expect(kafka(ago(6), ['Kafka: no broker answers'])).toEqual(['ok'])
  })
})

describe('processes', () => {
  const silent = {
    id: 'other',
    own: false,
    seen_at: ago(10),
    silent: true,
    report: { ...REPORT, host: 'b', pid: 2 },
  }
  const processes = (...others: object[]) =>
    texts({ processes: { known: true, processes: [OWN, ...(others as (typeof OWN)[])] } })

  test('that say nothing are told, unless they were started again', () => {
    expect(processes(silent)[1]).toBe('warning: The process 2 on b has not reported for 10 min.')
    const again = { ...silent, id: 'again', silent: false, seen_at: ago(0) }
    expect(processes(silent, { ...again, report: { ...silent.report, started_at: ago(9) } })).toEqual(['ok'])
    expect(processes(silent, { ...again, report: { ...silent.report, started_at: ago(30) } })).toHaveLength(2)
  })

  test('say what is wrong once, by name or together', () => {
    const full = { ...silent, silent: false, report: { ...silent.report, warnings: ['The clock is wrong.'] } }
    expect(processes(full)[1]).toBe('warning: The process 2 on b: The clock is wrong.')
    const [state, ...problems] = texts({
      processes: {
        known: true,
        processes: [{ ...OWN, report: { ...REPORT, warnings: ['The clock is wrong.'] } }, full],
      },
    })
    expect([state, problems]).toEqual(['warning', ['warning: All processes: The clock is wrong.']])
  })

  test('of several releases are worth knowing', () => {
    const old = { ...silent, silent: false, report: { ...silent.report, version: '0.9.0' } }
    expect(processes(old)).toEqual(['ok', 'notice: Processes of several releases are running: 0.9.0, 1.0.0.'])
  })
})

describe('storage', () => {
  const disk = (free: number, total: number, growth = 0) =>
    texts({
      disks: { known: true, disks: [{ node: 'a', name: 'default', free_bytes: free, total_bytes: total }] },
      storage: { ...known(WELL.storage), bytes_a_day: growth },
    })

  test('with little room says how long it lasts', () => {
    expect(disk(50e9, 100e9)).toEqual(['ok'])
    expect(disk(14e9, 100e9)[1]).toBe('warning: The disk "default" of a has 14.0 GB left.')
    expect(disk(4e9, 100e9)[1]).toMatch(/^critical/)
    expect(disk(0.5e9, 1e9)[1]).toMatch(/^critical/)
    expect(disk(900e9, 10_000e9)).toEqual(['ok'])
    expect(disk(60e9, 100e9, 10e9)[1]).toMatch(/^warning: .* it lasts about 6 days/)
  })

  test('of another schema says who is behind', () => {
    expect(texts({ clickhouse_schema: { known: true, applied: 40, expected: 48 } })[1]).toMatch(/^critical/)
    expect(texts({ clickhouse_schema: { known: true, applied: 50, expected: 48 } })[1]).toMatch(/^warning/)
    expect(texts({ control_schema: { known: true, missing: ['x'], unknown: [], applied: 1 } })[0]).toBe(
      'critical',
    )
    expect(texts({ control_schema: { known: true, missing: [], unknown: ['y'], applied: 1 } })[0]).toBe(
      'warning',
    )
  })
})

test('hours and messages that wait too long are told with their age', () => {
  expect(texts({ counting: { known: true, models: [{ model: 'm', hours: 2, since: ago(20) }] } })[1]).toBe(
    'warning: 2 hours of 1 model wait to be counted, the first for 20 min.',
  )
  expect(texts({ outbox: { ...known(WELL.outbox), oldest_waiting: ago(6) } })[1]).toBe(
    'warning: 1 message waits to be sent, the oldest for 6 min.',
  )
})
