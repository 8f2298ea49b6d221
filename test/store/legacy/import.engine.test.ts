import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Control } from '../../../control/database/control.ts'
import { acknowledgements } from '../../../control/alerting/alert-acks.ts'
import { currentAlerts, findAlertEvents, listAlertEvents } from '../../../control/alerting/alert-events.ts'
import { listDeliveries, pendingDeliveries } from '../../../control/alerting/deliveries.ts'
import { listRetrains } from '../../../control/alerting/retrains.ts'
import { listSilences, silenceHistory } from '../../../control/alerting/silences.ts'
import { alertRoutes } from '../../../control/declared/alert-route.ts'
import { openApiKeys } from '../../../control/declared/api-keys.ts'
import { listAudit } from '../../../control/declared/audit.ts'
import { boundBaselines } from '../../../control/declared/baseline-bindings.ts'
import { activeBaseline, claimBaselineNumber, listBaselines } from '../../../control/declared/baselines.ts'
import { channels } from '../../../control/declared/channel.ts'
import { documents } from '../../../control/database/documents.ts'
import { openControl } from '../../../control/database/open.ts'
import { monitors } from '../../../control/declared/monitor.ts'
import { retrainStateAfter } from '../../../control/alerting/retrain-state.ts'
import type { Store } from '../../../store/engine/client.ts'
import { insertObjects } from '../../../store/engine/query.ts'
import { importLegacy, type LegacyImport } from '../../../store/legacy/import.ts'
import { topics } from '../../../store/topic.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'
import { legacyCurrent, legacyDeliveries, legacyEvents, legacyPending } from '../../support/legacy/queries.ts'
import { AT, baseline, E1, fillLegacyTables, HOSTILE, MODEL } from '../../support/legacy/rows.ts'
import { createLegacyTables, dropLegacyTables } from '../../support/legacy/tables.ts'
import { atEnd } from '../../support/runner/at-end.ts'
import { temporaryStore } from '../../support/stores/store.ts'

let clickhouse: Store
const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
atEnd(() => rmSync(directory, { recursive: true, force: true }))
beforeAll(async () => {
  clickhouse = await temporaryStore()
  await createLegacyTables(clickhouse.rollup)
  await fillLegacyTables(clickhouse.rollup)
})

let imports = 0
const NOW = Date.UTC(2026, 0, 1)
const importInto = (control: Control) =>
  importLegacy({ ...clickhouse, control }, { directory, now: new Date(NOW + imports++) })

const models = documents<typeof MODEL>('models')
const names = (all: readonly { name: string }[]) => all.map(({ name }) => name)

describeOnBoth('the control state of the previous release', (open) => {
  let control: Control
  let imported: LegacyImport
  beforeAll(async () => {
    control = await open()
    imported = (await importInto(control))!
  })

  test('keeps the newest of each declaration, and none that was removed', async () => {
    expect(names(await models.list(control))).toEqual(['flights', 'tie'])
    expect(await models.read(control, 'flights')).toMatchObject({
      document: MODEL,
      changedAt: new Date(AT + 1),
    })
    expect(await models.find(control, 'tie')).toMatchObject({ positive: 'the later one' })
    expect(names(await monitors.list(control))).toEqual(['daily'])
    expect(names(await channels.list(control))).toEqual(['ops', 'pager'])
    expect(await channels.find(control, 'ops')).toMatchObject({
      webhook: { url: 'http://127.0.0.1:9/after', secret: 'a long secret of a channel' },
    })
    expect(names(await topics.list(control))).toEqual(['scores'])
    expect(names(await alertRoutes.list(control))).toEqual(['all'])
    expect(await openApiKeys(control).list()).toMatchObject([{ id: 'k1', name: HOSTILE }])
  })

  test('gives each declaration a revision of its own, and later changes later ones', async () => {
    const found = await Promise.all(
      (['models', 'channels', 'topics'] as const).map((table) => documents<object>(table).readAll(control)),
    )
    const revisions = found.flat().map(({ revision }) => revision)
    expect(new Set(revisions).size).toBe(revisions.length)
    const changed = await monitors.put(
      control,
      'daily',
      (await monitors.find(control, 'daily'))!,
      new Date(0),
    )
    expect(changed).toBeGreaterThan(Math.max(...revisions))
    expect((await monitors.read(control, 'daily'))!.changedAt.getTime()).toBeGreaterThan(AT)
  })

  test('keeps baselines, which one is active, what is bound, and the numbers that were given', async () => {
    expect(await listBaselines(control, 'flights')).toEqual([baseline('flights', 1), baseline('flights', 2)])
    expect(await listBaselines(control, 'gone')).toEqual([baseline('gone', 1)])
    expect((await activeBaseline(control, 'flights'))?.version).toBe(2)
    expect(await activeBaseline(control, 'gone')).toBeUndefined()
    const bound = [...(await boundBaselines(control, 'flights'))].map(([version, { version: number }]) => [version, number]) // prettier-ignore
    expect(bound).toEqual([[HOSTILE, 2], ['v1', 1]]) // prettier-ignore
    expect(await claimBaselineNumber(control, 'flights')).toBe(5)
    expect(await claimBaselineNumber(control, 'counted')).toBe(8)
    expect(await claimBaselineNumber(control, 'gone')).toBe(2)
  })

  test('keeps alerts in their order, and where each stands', async () => {
    const readable = (all: readonly { id: string }[]) =>
      all.map(({ id }) => id).filter((id) => id !== 'unreadable')
    const listed = await listAlertEvents(control, { limit: 100 })
    expect(readable(listed)).toEqual(readable(await legacyEvents(clickhouse)))
    for (const scope of ['alert', 'member'] as const)
      expect(readable(await currentAlerts(control, { scope }))).toEqual(
        readable(await legacyCurrent(clickhouse, scope)),
      )
    const [e1] = await findAlertEvents(control, [E1])
    expect(e1).toMatchObject({
      summary: HOSTILE,
      windowEnd: new Date(AT),
      createdAt: new Date(AT + 1),
      channels: ['ops', 'pager'],
    })
    const [m3] = await findAlertEvents(control, ['m3'])
    expect(m3).toMatchObject({ column: 'distance', segment: HOSTILE, version: HOSTILE })
  })

  test('keeps every delivery of an event, and what is still to be delivered', async () => {
    const attempts = await listDeliveries(control, { limit: 100 })
    expect(
      attempts.map(({ eventId, channel, attempt, status }) => ({ eventId, channel, attempt, status })),
    ).toEqual(await legacyDeliveries(clickhouse))
    expect(attempts.find(({ eventId, channel, attempt }) => eventId === E1 && channel === 'pager' && attempt === 2)).toEqual({
      eventId: E1, channel: 'pager', attempt: 2, at: new Date(AT + 2000), status: 'silenced', httpStatus: 503, latencyMs: 12,
      error: HOSTILE, messageId: `m-${E1}`, mutedBy: HOSTILE, nextAttemptAt: undefined,
    }) // prettier-ignore
    const expected = (await legacyPending(clickhouse)).filter(({ id }) => id !== 'unreadable')
    expect(expected.length).toBeGreaterThan(2)
    const pending = await pendingDeliveries(control)
    expect(
      pending.map(({ eventId, channel, attempts, failures, firstAttemptAt, nextAttemptAt, last }) => ({
        id: eventId,
        target: channel,
        attempts,
        failures,
        first: firstAttemptAt?.getTime() ?? null,
        next: nextAttemptAt?.getTime() ?? null,
        status: last?.status ?? '',
        mutedBy: last?.mutedBy ?? '',
      })),
    ).toEqual(expected)
  })

  test('keeps acknowledgements', async () => {
    const events = await findAlertEvents(control, [E1, 'e2', 'e3'])
    const acks = await acknowledgements(
      control,
      events.filter(({ id }) => id === E1 || id === 'e3'),
    )
    expect([...acks]).toEqual([[E1, { by: 'ada', comment: HOSTILE, at: new Date(AT).toISOString() }]])
  })

  test('keeps every revision of a silence, two of one number included', async () => {
    expect((await listSilences(control)).map(({ id, comment }) => [id, comment])).toEqual(
      expect.arrayContaining([['s1', 'second'], ['s2', 'another person']]),
    ) // prettier-ignore
    const history = await silenceHistory(control, 's2')
    expect(history.map(({ revision, comment }) => [revision, comment])).toEqual([
      [3, 'another person'],
      [2, 'one person'],
      [1, 'first'],
    ])
    expect(history[0].matchers).toEqual([{ field: 'column', op: '=', value: HOSTILE }])
  })

  test('keeps retrainings with the steps in their order, so that each stands where it stood', async () => {
    const [r2, r1] = await listRetrains(control)
    expect(r2.request).toMatchObject({ id: 'r2', kind: 'manual', alert: undefined })
    expect(r1.request).toMatchObject({ id: 'r1', alert: E1, evidence: { summary: HOSTILE } })
    expect(r1.events.map(({ seq, id }) => [seq, id])).toEqual([[1, 'a'], [2, 'b'], [3, 'c'], [4, 'd']]) // prettier-ignore
    expect(retrainStateAfter(r1.events)).toMatchObject({ status: 'requested', attempts: 1 })
  })

  test('keeps the audit', async () => {
    const found = await listAudit(control, { limit: 10 })
    expect(found.map(({ id }) => id[0])).toEqual(['2', '1'])
    expect(found[0]).toMatchObject({ at: new Date(AT), actor: HOSTILE, requestId: 'req', detail: HOSTILE })
  })

  test('names what it could not keep, and says so in the backup', () => {
    const expected = [
      { table: 'monitors', name: 'broken', reason: 'its document is not readable' },
      { table: 'monitors', name: 'orphan', reason: 'its model "gone" does not exist' },
      { table: 'baseline_activations', name: 'lost 9', reason: 'its baseline 9 does not exist' },
      { table: 'baseline_bindings', name: 'flights v3', reason: 'its baseline 7 does not exist' },
      { table: 'alert_events', name: 'unreadable', reason: 'its document is not readable' },
      { table: 'alert_acks', name: 'unknown', reason: 'its alert event does not exist' },
      { table: 'deliveries', name: 'unknown ops 1', reason: 'its alert event does not exist' },
      { table: 'retrain_events', name: 'r3 f', reason: 'its request does not exist' },
    ]
    expect(imported.leftOut).toEqual(expected)
    const lines = execFileSync('gunzip', ['-c', imported.backup], { encoding: 'utf8' }).trimEnd().split('\n')
    const parsed = lines.map(
      (line) => JSON.parse(line) as { table?: string; row?: { name?: string }; leftOut?: object },
    )
    expect(parsed.flatMap(({ leftOut }) => leftOut ?? [])).toEqual(expected)
    expect(parsed.some(({ table, row }) => table === 'monitors' && row?.name === 'orphan')).toBe(true)
    const read = Object.values(imported.tables).reduce((sum, one) => sum + one.read, 0)
    expect(parsed.filter(({ row }) => row !== undefined)).toHaveLength(read)
  })

  test('is backed up in a file that only its owner can read', () => {
    expect(statSync(imported.backup).mode & 0o777).toBe(0o600)
    expect(imported.backup).toMatch(/control-import-2026-01-01T00-00-00\.\d{3}Z\.ndjson\.gz$/)
  })

  test('is imported once', async () => {
    const files = readdirSync(directory)
    expect(await importInto(control)).toBeUndefined()
    expect(readdirSync(directory)).toEqual(files)
    await models.remove(control, 'tie')
    expect(await importInto(control)).toBeUndefined()
    expect(names(await models.list(control))).toEqual(['flights'])
    const [{ counts }] = await control.selectFrom('imports').selectAll().execute()
    expect(JSON.parse(counts)).toMatchObject({ tables: { models: { read: 3, imported: 2 } }, leftOut: 8 })
  })

  test('leaves what the control database has already as it is', async () => {
    const other = await open()
    const changed = { ...MODEL, features: [] }
    await models.put(other, 'flights', changed, new Date())
    const second = (await importInto(other))!
    expect(await models.find(other, 'flights')).toEqual(changed)
    expect(second.tables.models).toEqual({ read: 3, imported: 1 })
    expect(names(await monitors.list(other))).toEqual(['daily'])
  })
})

test('what was imported before imports were listed is not imported again', async () => {
  const location = { path: join(directory, 'noted.db') }
  const before = await openControl(location)
  for (const table of ['imports', 'installation']) await before.schema.dropTable(table).execute()
  await before.deleteFrom('control_migrations').where('name', '=', 'installation tables').execute()
  await before
    .insertInto('counters')
    .values({ name: 'control state imported from ClickHouse', value: 1 })
    .execute()
  await before.destroy()
  const after = await openControl(location)
  atEnd(() => after.destroy())
  expect(await importInto(after)).toBeUndefined()
  expect(await models.list(after)).toEqual([])
})

test('tables that change while they are read end the import, and the next one has all', async () => {
  const control = await openControl('memory')
  atEnd(() => control.destroy())
  const { rollup } = clickhouse
  const exec: typeof rollup.exec = async (params) => {
    if (params.query.includes('count() AS n FROM channels FINAL'))
      await insertObjects(rollup, 'channels', [{ name: 'late', document: '{}', removed: 1, updated_at: AT }])
    return rollup.exec(params)
  }
  const written = Object.assign(Object.create(rollup) as typeof rollup, { exec })
  const files = readdirSync(directory)
  const now = new Date(NOW + imports++)
  await expect(importLegacy({ ...clickhouse, rollup: written, control }, { directory, now })).rejects.toThrow(
    /"channels" of an earlier release changed .+ Stop all processes of that release/,
  )
  expect(readdirSync(directory)).toEqual(files)
  expect(await models.list(control)).toEqual([])
  expect((await importInto(control))!.tables.channels).toEqual({ read: 4, imported: 2 })
})

describe('without tables of an earlier release', () => {
  test('there is nothing to import, and no backup', async () => {
    await dropLegacyTables(clickhouse.rollup)
    const files = readdirSync(directory)
    expect(await importInto(clickhouse.control)).toBeUndefined()
    expect(readdirSync(directory)).toEqual(files)
  })
})
