import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore, type Store } from '../../../store/engine/client.ts'
import { rows } from '../../../store/engine/query.ts'
import { runService } from '../../support/child.ts'
import { writtenBody } from '../../support/columnar/body.ts'
import { ask } from '../../support/ask.ts'

const ROWS = 400_000
const LINES = 60_000
/** After the run began. */
const KILLED_AFTER_MS = [300, 900, 1500, 2500]
const directory = mkdtempSync(join(tmpdir(), 'driftgauge-killed-'))
const [config, data, folder] = ['driftgauge.yaml', 'data', 'files'].map((name) => join(directory, name))
const environment = { DRIFTGAUGE_DATA: data, DRIFTGAUGE_CONFIG: config, DRIFTGAUGE_SOURCE_FOLDERS: folder }

async function withStore<T>(path: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ path }, 'memory')
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

beforeAll(async () => {
  mkdirSync(folder)
  writeFileSync(
    config,
    `models: [{ name: m, task: binary, features: { hour: numeric } }]
sources: [{ name: files, model: m, folder: { path: ${folder} }, settle: 1m, undated: modified }]
`,
  )
  const select = `SELECT concat('k', toString(number)) AS id, toDateTime64('2026-01-02 00:00:00', 3, 'UTC') + intDiv(number, 10) AS ts, number AS hour FROM numbers(${ROWS})`
  const parquet = await withStore(join(directory, 'made'), (store) => writtenBody(store, 'Parquet', select))
  const lines = Array.from(
    { length: LINES },
    (_, i) =>
    // A few rows are rejected, and so must each be one dead letter.
    JSON.stringify(i % 1000 === 0 ? { id: `n${i}`, ts: 'soon', hour: 1 } : { id: `n${i}`, ts: '2026-01-03T00:00:00Z', hour: 1 }), // prettier-ignore
  )
  const write = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content)
    const hourAgo = Date.now() / 1000 - 3600
    utimesSync(join(folder, name), hourAgo, hourAgo)
  }
  write('a.parquet', parquet)
  write('b.ndjson', lines.join('\n'))
}, 120_000)
afterAll(() => rmSync(directory, { recursive: true, force: true }))

interface State {
  files: { taking: number; waiting: number; taken: number }
  accepted: number
  rejected: number
}
const run = async (url: string) =>
  (
    await ask(`${url}/api/v1/sources/files/run`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })
  ).body as { running: boolean; state: State }

test(
  'a service that is killed in the middle of files goes on, and counts each row once',
  { timeout: 300_000 },
  async () => {
    let interrupted = 0
    for (const wait of KILLED_AFTER_MS) {
      const service = runService(environment)
      const running = run(await service.url).catch(() => undefined)
      await setTimeout(wait)
      service.process.kill('SIGKILL')
      await service.ended
      if ((await running) === undefined) interrupted++
    }
    expect(interrupted).toBeGreaterThan(0)
    const service = runService(environment)
    const url = await service.url
    // It goes on by itself.
    await expect
      .poll(async () => (await ask(`${url}/api/v1/sources/files`)).body.state, { timeout: 180_000 })
      .toMatchObject({ files: { taken: 2, waiting: 0, taking: 0 } })
    const { state } = await run(url)
    const rejected = LINES / 1000
    expect(state).toMatchObject({ accepted: ROWS + LINES - rejected, rejected, problem: null })
    service.process.kill('SIGTERM')
    expect((await service.ended).code).toBe(0)
    const [found] = await withStore(join(data, 'clickhouse'), (store) =>
      rows(
        store.read,
        `SELECT count() AS n, uniqExact(id) AS ids, (SELECT count() FROM dead_letters FINAL) AS letters,
         (SELECT count() FROM system.tables WHERE name LIKE 'staging%') AS left FROM predictions_m FINAL`,
      ),
    )
    const all = ROWS + LINES - rejected
    expect(found).toEqual({ n: all, ids: all, letters: rejected, left: 0 })
  },
)
