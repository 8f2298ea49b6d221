import { beforeAll, expect, test } from 'vitest'
import { collectSystem } from '../../../api/system/collect.ts'
import { describeSelf } from '../../../api/system/self.ts'
import { systemSchema, type System } from '../../../api/contract/operation/system.ts'
import { writeProcess } from '../../../control/operation/processes.ts'
import { insertDeadLetters, removeDeadLetters } from '../../../store/events/dead-letters.ts'
import { markDirty } from '../../../store/events/dirty-hours.ts'
import { createLog } from '../../../service/log.ts'
import { apiFixture, DAY, HOUR, type ApiFixture } from '../../support/api.ts'

let fixture: ApiFixture
beforeAll(async () => {
  fixture = await apiFixture()
}, 120_000)

const system = async (): Promise<System> => {
  const { status, body } = await fixture.call('GET', '/system')
  expect(status).toBe(200)
  return systemSchema.parse(body)
}
const known = <T extends { known: boolean }>(part: T) => {
  expect(part).toMatchObject({ known: true })
  return part as Extract<T, { known: true }>
}

test('every part is known, with versions and sizes, and cheap', async () => {
  const found = await system()
  const [clickhouse, control] = found.dependencies
  expect(clickhouse).toMatchObject({
    name: 'clickhouse',
    state: 'up',
    version: expect.stringMatching(/^\d+\.\d/),
  })
  expect(control).toMatchObject({ name: 'control', state: 'up', version: expect.stringMatching(/^SQLite 3/) })
  expect(found.dependencies.slice(2).map(({ state }) => state)).toEqual(['unused', 'unused', 'unused'])
  expect(known(found.processes).processes).toMatchObject([
    { own: true, silent: false, report: { pid: process.pid } },
  ])
  expect(known(found.clickhouse_schema).applied).toBe(known(found.clickhouse_schema).expected)
  expect(known(found.control_schema)).toMatchObject({ missing: [], unknown: [] })
  expect(known(found.disks).disks[0].free_bytes).toBeGreaterThan(0)
  // Nothing evaluates on schedule in this service, which is said.
  expect(found.problems).toContainEqual(
    expect.objectContaining({
      severity: 'notice',
      text: expect.stringMatching(/^Nothing is evaluated on schedule/),
    }),
  )
  const times: number[] = []
  for (let i = 0; i < 5; i++) {
    const started = performance.now()
    await system()
    times.push(performance.now() - started)
  }
  // Far above what it takes, so that a busy machine does not fail it; what it must not do is read rows.
  expect(Math.min(...times)).toBeLessThan(1000)
})

test('tables are told with their rows, and growth with what happened in the last 7 days', async () => {
  const before = known((await system()).storage).tables.find(({ table }) => table === 'predictions_shop')!
  expect(before).toMatchObject({
    model: 'shop',
    rows: fixture.rows.length,
    oldest: '2026-01-01T00:00:00.000Z',
    rows_a_day: 0,
  })
  const now = Date.now()
  // One an hour over 14 days: half of them within the last 7.
  const events = Array.from({ length: 14 * 24 }, (_, i) => ({
    id: `new${i}`,
    ts: now - i * HOUR,
    features: {},
  }))
  expect((await fixture.call('POST', '/models/shop/predictions', events)).status).toBe(200)
  const { rows_a_day: grown, rows } = known((await system()).storage).tables.find(
    ({ table }) => table === 'predictions_shop',
  )!
  expect(rows).toBe(fixture.rows.length + events.length)
  expect(grown).toBeGreaterThan(22)
  expect(grown).toBeLessThan(26)
})

test('hours that wait to be counted are told by model, with their age', async () => {
  const { store } = fixture.service
  const at = new Date(Date.now() - 3 * HOUR)
  const hours = [new Date('2026-01-02T00:00:00Z'), new Date('2026-01-02T01:00:00Z')]
  await markDirty(store, 'other', ['predictions'], hours, at)
  const { models } = known((await system()).counting)
  expect(models[0]).toEqual({ model: 'other', hours: 2, since: at.toISOString() })
  expect((await system()).problems.map(({ part }) => part)).toContain('counting')
})

test('dead letters of the last 24 hours are counted by reason, without those that were replayed', async () => {
  const { store } = fixture.service
  const now = Date.now()
  const letter = (offset: number, reason: string, model = 'shop') => ({
    source: 'kafka:predictions',
    partition: 0,
    offset,
    stamp: 0,
    recordedAt: now,
    headers: {},
    model,
    reason,
    detail: '',
    payload: '{}',
  })
  await insertDeadLetters(store, [letter(1, 'bad_ts')], new Date(now - 2 * DAY))
  await insertDeadLetters(
    store,
    [letter(2, 'bad_ts'), letter(3, 'bad_ts', 'other'), letter(4, 'bad_id')],
    new Date(now),
  )
  // One that is rejected again is one letter.
  await insertDeadLetters(store, [letter(2, 'bad_ts')], new Date(now + 1))
  const replayed = { ...letter(4, 'bad_id'), receivedAt: now }
  await removeDeadLetters(store, [replayed], new Date(now + 1))
  const { total, reasons } = known((await system()).dead_letters)
  expect(total).toBe(2)
  expect(reasons).toMatchObject([{ reason: 'bad_ts', letters: 2, models: 2 }])
})

test('messages that are waiting, or were tried in vain, are counted', async () => {
  expect(known((await system()).outbox)).toMatchObject({ waiting: 3, retrying: 1, given_up: 0, muted: 0 })
})

test('what other processes report is shown, and one that cannot be read is told as such', async () => {
  const { store } = fixture.service
  const log = createLog('silent')
  const report = describeSelf('9.9.9', () => new Date(), ['detect']).report()
  const scheduler = {
    active: true,
    last: { started_at: new Date().toISOString(), duration_ms: 12, failed: false },
    next_at: new Date().toISOString(),
  }
  await writeProcess(store.control, 'worker', { ...report, host: 'elsewhere', scheduler })
  await store.control
    .insertInto('processes')
    .values({ id: 'later', seen_at: Date.now(), report: '{}' })
    .execute()
  const found = await system()
  expect(known(found.scheduler)).toMatchObject({ holder: { host: 'elsewhere' }, duration_ms: 12 })
  expect(known(found.processes).processes).toHaveLength(3)
  expect(known(found.processes).processes.find(({ id }) => id === 'later')!.report).toBeNull()
  // A database that fails takes its parts along, and nothing else.
  const failing = { ...store, control: store.control.withSchema('nowhere') }
  const self = describeSelf('1', () => new Date(), [])
  const cut = await collectSystem({ store: failing, self, clock: () => new Date(), log })
  expect(cut.processes).toMatchObject({ known: false })
  expect(cut.scheduler).toMatchObject({ known: false })
  expect(cut.outbox).toMatchObject({ known: false })
  expect(cut.storage).toMatchObject({ known: true })
  expect(cut.state).toBe('warning')
})
