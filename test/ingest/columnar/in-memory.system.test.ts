import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { storeBody } from '../../../ingest/columnar/store-body.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { openStore, type Store } from '../../../store/engine/client.ts'
import { StoreUnavailable } from '../../../store/engine/errors.ts'
import { rows } from '../../../store/engine/query.ts'
import { openModels } from '../../../store/models.ts'
import { migrate } from '../../../store/schema/migrations.ts'
import { writtenBody } from '../../support/columnar/body.ts'
import { stagedBody } from '../../support/columnar/staged-body.ts'
import {
  describeOnServer,
  startClickHouseServer,
  type ClickHouseServer,
} from '../../support/stores/clickhouse-server.ts'

const NOW = new Date('2026-01-05T12:00:00Z')
const ROWS = 300_000
const model = modelSchema.parse({ name: 'm', task: 'binary', features: { hour: 'numeric', note: 'categorical' } }) // prettier-ignore

describeOnServer('a small body that a ClickHouse server is sent', () => {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-in-memory-'))
  let server: ClickHouseServer
  let store: Store
  beforeAll(async () => {
    server = await startClickHouseServer(join(directory, 'data'))
    store = await openStore({ url: server.url }, 'memory')
    await migrate(store, NOW)
    await openModels(store).declare(model, NOW)
  })
  afterAll(async () => {
    await store.close()
    await server.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const context = () => ({ store, writer: createWriter(store), model, source: 'http:predictions', now: NOW })
  const stage = async (note: string) => {
    const select = `SELECT toString(number) AS id, toDateTime64('2026-01-03 17:05:00', 3, 'UTC') AS ts, number AS hour, ${note} AS note FROM numbers(${ROWS})`
    return stagedBody(store, context(), 'predictions', 'Parquet', await writtenBody(store, 'Parquet', select))
  }
  const engineOf = async (table: string) => {
    const name = table.replaceAll('`', '')
    const [{ engine }] = await rows<{ engine: string }>(store.read, `SELECT engine FROM system.tables WHERE name = '${name}'`) // prettier-ignore
    return engine
  }

  test('is staged in its memory, and on its disk where it unfolds to too much', async () => {
    for (const [note, engine] of [
      ["'x'", 'Memory'],
      ["repeat('x', 2000)", 'MergeTree'],
    ] as const) {
      const body = await stage(note)
      expect([await engineOf(body.table), body.rows, body.staged]).toEqual([engine, ROWS, ROWS])
      await body.drop()
    }
  })

  test('is not taken for stored where the server is restarted meanwhile', async () => {
    const body = await stage("'x'")
    await server.kill()
    await server.restart()
    const [batch] = storeBody(context(), body)
    await expect(batch.store()).rejects.toThrow(StoreUnavailable)
    await body.drop()
    const again = await stage("'x'")
    let accepted = 0
    for (const { store: storeBatch } of storeBody(context(), again)) accepted += (await storeBatch()).accepted
    await again.drop()
    expect(accepted).toBe(ROWS)
  })
})
