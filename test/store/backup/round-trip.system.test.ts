import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readRows, type ControlRow } from '../../../control/backup/rows.ts'
import { BACKED_UP_TABLES } from '../../../control/backup/tables.ts'
import type { Control } from '../../../control/database/control.ts'
import { openControl } from '../../../control/database/open.ts'
import type { Manifest } from '../../../store/backup/manifest.ts'
import { openStore, type Store } from '../../../store/engine/client.ts'
import { rows } from '../../../store/engine/query.ts'
import { identifier } from '../../../store/engine/sql.ts'
import { apiFixture, FULL_KEY, type ApiFixture } from '../../support/api.ts'
import { mustRun, readManifest, rowCounts, runToEnd } from '../../support/backup/run.ts'
import { runScript } from '../../support/child.ts'
import { ask } from '../../support/ask.ts'
import { describeOnServer, startClickHouseServer } from '../../support/stores/clickhouse-server.ts'
import { describeOnPostgres, startPostgres } from '../../support/stores/postgres.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-backup-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const at = (name: string) => join(directory, name)

let fixture: ApiFixture
let manifest: Manifest
beforeAll(async () => {
  fixture = await apiFixture(4)
  // A feature that is no longer declared keeps its column.
  await fixture.call('PATCH', '/models/shop', { features: { c: null } })
  const remote = { DRIFTGAUGE_URL: fixture.service.url, DRIFTGAUGE_API_KEY: FULL_KEY }
  const { stdout } = await mustRun(remote, 'backup', at('first'))
  manifest = readManifest(at('first'))
  expect(stdout).toMatch(new RegExp(`^Backup ${manifest.id} is complete: [\\d,]+ rows, [\\d.]+ MB in `))
})

/** Tables that a restore itself writes to. */
const CHANGED = ['audit', 'imports', 'counters']

async function controlRows(control: Control): Promise<Record<string, ControlRow[]>> {
  const all: Record<string, ControlRow[]> = {}
  for (const table of BACKED_UP_TABLES.filter((name) => !CHANGED.includes(name))) {
    all[table] = []
    for await (const batch of readRows(control, table)) all[table].push(...batch)
  }
  return all
}

/** What each table of ClickHouse holds, in one number. */
async function contents({ read }: Store): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  for (const table of manifest.tables) {
    if (table.database !== 'clickhouse') continue
    const columns = table.columns.map(({ name }) => identifier(name)).join(', ')
    const final = ['profiles', 'labelled_profiles'].includes(table.name) ? '' : 'FINAL'
    ;[found[table.name]] = await rows(
      read,
      `SELECT count() AS how_many, toString(sum(cityHash64(${columns}))) AS hash FROM ${identifier(table.name)} ${final}`,
    )
  }
  for (const table of ['label_index_shop', 'newest_windows'])
    [found[table]] = await rows(
      read,
      `SELECT count() AS how_many, toString(sum(cityHash64(*))) AS hash FROM ${table} FINAL`,
    )
  return found
}

const HELD = 4

const PATHS = [
  '/models',
  '/monitors',
  '/channels',
  '/routes',
  '/topics',
  '/models/shop/baselines',
  '/alerts',
  '/deliveries?limit=100',
  '/models/shop/results?from=2026-01-01&to=2026-02-01&limit=1000',
]

/** The service, without what it would evaluate each minute. */
const UNSCHEDULED = `
  import { readConfig } from './config.ts'
  import { createLog } from './service/log.ts'
  import { ROLES } from './service/roles.ts'
  import { startService } from './service/service.ts'
  const service = await startService({
    config: readConfig({ ...process.env, PORT: '0' }), log: createLog('error'), declarations: { models: [], monitors: [] },
    clock: () => new Date(), roles: new Set(ROLES), scheduled: false,
  })
  process.once('SIGTERM', () => service.stop().then(() => process.exit()))
  console.log('ready: ' + service.url)
`

/** What a service on a data directory answers. */
async function answersOf(data: string): Promise<{ answers: unknown[]; reproduced: unknown[] }> {
  const child = runScript(UNSCHEDULED, {
    environment: { DRIFTGAUGE_DATA: data, DRIFTGAUGE_API_KEYS: FULL_KEY },
  })
  const url = (await child.line(/^ready: /)).replace('ready: ', '')
  const call = async (path: string, method = 'GET') =>
    (await ask(`${url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${FULL_KEY}` } })).body
  const answers = []
  for (const path of PATHS) answers.push(await call(path))
  const { results } = answers.at(-1) as { results: { id: string }[] }
  const reproduced = []
  for (const { id } of results.slice(0, 5)) reproduced.push(await call(`/results/${id}/reproduce`, 'POST'))
  child.process.kill('SIGTERM')
  expect((await child.ended).code).toBe(0)
  return { answers, reproduced }
}

test('a backup is only for its owner', () => {
  expect(statSync(at('first')).mode & 0o777).toBe(0o700)
  for (const name of readdirSync(at('first')))
    expect(statSync(join(at('first'), name)).mode & 0o777).toBe(0o600)
})

test('leaves nothing behind in the store', async () => {
  const tables = await rows<{ name: string }>(
    fixture.service.store.read,
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'driftgauge%'`,
  )
  expect(tables).toEqual([])
  const spool = readdirSync(join(fixture.service.directory, 'spool'), { recursive: true })
  expect(spool.filter((name) => String(name).includes('control-'))).toEqual([])
})

test('a restored installation answers as the original, and holds back what was pending', async () => {
  const data = at('copy')
  const { stdout } = await mustRun({ DRIFTGAUGE_DATA: data }, 'restore', at('first'))
  expect(stdout).toContain('Restored the state of ')
  expect(stdout).toContain(`${HELD} pending messages, 0 retraining requests`)
  const { answers, reproduced } = await answersOf(data)
  const original = []
  for (const path of PATHS) original.push((await fixture.call('GET', path)).body)
  const deliveries = PATHS.indexOf('/deliveries?limit=100')
  const held = (answers[deliveries] as { deliveries: { status: string; error: string }[] }).deliveries.slice(
    0,
    HELD,
  )
  for (const one of held)
    expect(one).toMatchObject({ status: 'given_up', error: expect.stringMatching(/^restored from a backup/) })
  ;(answers[deliveries] as { deliveries: unknown[] }).deliveries.splice(0, HELD)
  expect(answers).toEqual(original)
  expect(reproduced).toHaveLength(5)
  for (const one of reproduced) expect(one).toMatchObject({ agrees: true })
})

describeOnServer('between kinds of databases', () =>
  describeOnPostgres('with PostgreSQL', () => {
    test('everything is the same on servers, and embedded again', { timeout: 120_000 }, async () => {
      const server = await startClickHouseServer(at('server'))
      const postgres = await startPostgres()
      try {
        const control = { url: await postgres.createSchema() }
        const servers = {
          DRIFTGAUGE_DATA: at('spool'),
          CLICKHOUSE_URL: server.url,
          DATABASE_URL: control.url,
        }
        await mustRun(servers, 'restore', at('first'), '--send-pending')
        const store = await openStore({ url: server.url }, control)
        expect(await contents(store)).toEqual(await contents(fixture.service.store))
        expect(await controlRows(store.control)).toEqual(await controlRows(fixture.service.store.control))
        await store.close()

        await mustRun(servers, 'backup', at('second'))
        const data = at('again')
        await mustRun({ DRIFTGAUGE_DATA: data }, 'restore', at('second'), '--send-pending')
        const again = await openControl({ path: join(data, 'control.db') })
        expect(await controlRows(again)).toEqual(await controlRows(fixture.service.store.control))
        await again.destroy()
        await mustRun({ DRIFTGAUGE_DATA: data }, 'backup', at('third'))
        const changed = CHANGED.map((name) => [`control.${name}`, expect.any(Number) as number])
        expect(rowCounts(readManifest(at('third')))).toEqual({
          ...rowCounts(manifest),
          ...Object.fromEntries(changed),
        })
      } finally {
        await postgres.stop()
        await server.close()
      }
    })
  }),
)

describe('keys', () => {
  test('only one of the environment makes a backup', async () => {
    const { body } = await fixture.call('POST', '/keys', { name: 'all', scopes: ['ingest', 'read', 'write'] })
    const { key } = body as { key: string }
    const remote = { DRIFTGAUGE_URL: fixture.service.url, DRIFTGAUGE_API_KEY: key }
    const { code, stderr } = await runToEnd(remote, 'backup', at('refused'))
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('Only a key of DRIFTGAUGE_API_KEYS may do this') as string,
    })
    expect(readdirSync(directory)).not.toContain('refused')
  })

  test('and the audit log has it', async () => {
    const { body } = await fixture.call('GET', '/audit?action=createBackup')
    expect(body.entries).toEqual([expect.objectContaining({ name: manifest.id, subject: 'backup' })])
  })
})
