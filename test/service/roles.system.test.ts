import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseRoles, type Role } from '../../service/roles.ts'
import { runService } from '../support/child.ts'
import {
  describeOnServer,
  startClickHouseServer,
  type ClickHouseServer,
} from '../support/stores/clickhouse-server.ts'
import { ask } from '../support/ask.ts'

const SERVER = { url: 'http://clickhouse:8123' }

describe('roles', () => {
  test.each<[string, Role[]]>([
    ['ingest', ['ingest']],
    ['api, ingest', ['api', 'ingest']],
    ['ingest,detect,api', ['ingest', 'detect', 'api']],
  ])('%s', (text, roles) => expect([...parseRoles(text, SERVER)]).toEqual(roles))

  test.each(['', 'all', 'ingest,', 'Ingest'])('"%s" is refused', (text) =>
    expect(() => parseRoles(text, SERVER)).toThrow(
      /unknown role ".*"; use one or more of ingest, detect, api/,
    ),
  )

  test('the embedded ClickHouse serves one process, which has all of them', () => {
    expect(() => parseRoles('ingest', { path: 'data' })).toThrow(/Set CLICKHOUSE_URL/)
    expect(parseRoles('api,detect,ingest', { path: 'data' }).size).toBe(3)
  })
})

describeOnServer('processes over one store', () => {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-roles-'))
  let server: ClickHouseServer
  beforeAll(async () => {
    server = await startClickHouseServer(join(directory, 'store'))
  })
  afterAll(async () => {
    await server.close()
    rmSync(directory, { recursive: true, force: true })
  })
  // All of them in one directory, as on one machine.
  const start = (roles: string) =>
    runService(
      { CLICKHOUSE_URL: server.url, DRIFTGAUGE_DATA: join(directory, 'data'), LOG_LEVEL: 'error' },
      '--roles',
      roles,
    )

  test('each serve what their roles say, and see what the others store', async () => {
    const [api, ingest, detect] = [start('api'), start('ingest'), start('detect')]
    const [apiUrl, ingestUrl, detectUrl] = await Promise.all([api.url, ingest.url, detect.url])
    const json = { method: 'POST', headers: { 'content-type': 'application/json' } }
    const model = { name: 'm', task: 'binary', features: { a: 'numeric' } }
    expect((await ask(`${apiUrl}/api/v1/models`, { ...json, body: JSON.stringify(model) })).status).toBe(201)
    // Another process has just declared the model.
    const event = { id: 'x', ts: '2026-01-05T00:00:00Z', features: { a: 1 } }
    const send = (url: string) =>
      ask(`${url}/api/v1/models/m/predictions`, { ...json, body: JSON.stringify(event) })
    await expect.poll(async () => (await send(ingestUrl)).status).toBe(200)
    expect((await send(detectUrl)).status).toBe(404)
    for (const [url, status] of [
      [apiUrl, 200],
      [ingestUrl, 404],
      [detectUrl, 404],
    ] as const) {
      expect((await ask(`${url}/api/v1/models`)).status, url).toBe(status)
      expect((await ask(`${url}/healthz`)).status).toBe(200)
      expect((await ask(`${url}/readyz`)).status).toBe(200)
      expect((await ask(`${url}/metrics`)).status).toBe(200)
    }
    const range = 'from=2026-01-05T00:00:00Z&to=2026-01-05T01:00:00Z'
    const { body } = await ask(`${apiUrl}/api/v1/models/m/volume?${range}`)
    expect(JSON.stringify(body)).toContain('"predictions":1')
    for (const child of [api, ingest, detect]) child.process.kill('SIGTERM')
    expect(await Promise.all([api, ingest, detect].map(async ({ ended }) => (await ended).code))).toEqual([
      0, 0, 0,
    ])
  })
})
