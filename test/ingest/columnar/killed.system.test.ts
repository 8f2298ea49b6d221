import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore, type Store } from '../../../store/engine/client.ts'
import { rows } from '../../../store/engine/query.ts'
import { runService } from '../../support/child.ts'
import { MEDIA_TYPES, writtenBody } from '../../support/columnar/body.ts'
import { ask } from '../../support/ask.ts'

const ROWS = 400_000
const KILLED_AFTER_MS = [150, 500, 900, 1300]
const directory = mkdtempSync(join(tmpdir(), 'driftgauge-killed-'))
const config = join(directory, 'driftgauge.yaml')
const data = join(directory, 'data')
const environment = { DRIFTGAUGE_DATA: data, DRIFTGAUGE_CONFIG: config, LOG_LEVEL: 'info' }
let body: Buffer

async function withStore<T>(path: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ path }, 'memory')
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

beforeAll(async () => {
  writeFileSync(config, 'models: [{ name: m, task: binary, features: { hour: numeric } }]\n')
  const select = `SELECT concat('k', toString(number)) AS id, toDateTime64('2026-01-02 00:00:00', 3, 'UTC') + intDiv(number, 10) AS ts, number AS hour FROM numbers(${ROWS})`
  body = await withStore(join(directory, 'made'), (store) => writtenBody(store, 'Parquet', select))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const send = (url: string) =>
  ask(`${url}/api/v1/models/m/predictions`, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { 'content-type': MEDIA_TYPES.Parquet },
  })

test(
  'a service that is killed while it stores a body counts each event once when the body is sent again',
  { timeout: 240_000 },
  async () => {
    const cutOff: number[] = []
    for (const wait of KILLED_AFTER_MS) {
      const service = runService(environment)
      const answer = send(await service.url).catch(() => undefined)
      await setTimeout(wait)
      service.process.kill('SIGKILL')
      await service.ended
      if ((await answer) === undefined) cutOff.push(wait)
    }
    expect(cutOff.length).toBeGreaterThan(0)
    const service = runService(environment)
    expect(await send(await service.url)).toMatchObject({
      status: 200,
      body: { accepted: ROWS, rejected: 0 },
    })
    service.process.kill('SIGTERM')
    await service.ended
    const [found] = await withStore(join(data, 'clickhouse'), (store) =>
      rows(
        store.read,
        `SELECT count() AS n, uniqExact(id) AS ids, (SELECT count() FROM system.tables WHERE name LIKE 'staging%') AS left
         FROM predictions_m FINAL`,
      ),
    )
    expect(found).toEqual({ n: ROWS, ids: ROWS, left: 0 })
  },
)
