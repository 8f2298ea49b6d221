/**
 * Files where the store is a ClickHouse server and the embedded engine is not installed: what the embedded store makes of
 * them, to the last count.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand, runService } from '../support/child.ts'
import {
  describeOnServer,
  startClickHouseServer,
  type ClickHouseServer,
} from '../support/stores/clickhouse-server.ts'
import { seeded } from '../support/samples/columns.ts'
import { ask } from '../support/ask.ts'
import { WITHOUT_ENGINE } from '../support/without-engine.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-files-'))
const random = seeded(11)
const training = [
  'amount,shop,score,label',
  ...Array.from({ length: 3000 }, (_, i) => `${i % 3 ? 0 : random()},${'abc'[i % 3]},${random()},${i % 2}`),
  '',
].join('\n')
const file = join(directory, 'training.csv')
const model = {
  name: 'shop',
  task: 'binary',
  positive: '1',
  features: { amount: 'numeric', shop: 'categorical' },
}

let server: ClickHouseServer
// A server belongs to one data directory.
const onServer = () => ({
  NODE_OPTIONS: `--import ${WITHOUT_ENGINE}`,
  CLICKHOUSE_URL: server.url,
  DRIFTGAUGE_DATA: join(directory, 'data'),
  LOG_LEVEL: 'error',
})

async function post(url: string, path: string, type: string, body: string) {
  return ask(`${url}/api/v1${path}`, { method: 'POST', headers: { 'content-type': type }, body })
}

/** The hash is over the bins and all counts. */
async function uploaded(environment: Record<string, string>, uploads: number): Promise<string[]> {
  const service = runService(environment)
  const url = await service.url
  await post(url, '/models', 'application/json', JSON.stringify(model))
  const made = await Promise.all(
    Array.from({ length: uploads }, () => post(url, '/models/shop/baselines', 'text/csv', training)),
  )
  service.process.kill('SIGTERM')
  expect((await service.ended).code).toBe(0)
  return made.map(({ status, body }) => {
    expect(status, JSON.stringify(body)).toBe(201)
    return (body as { hash: string }).hash
  })
}

describeOnServer('a store by URL', () => {
  beforeAll(async () => {
    writeFileSync(file, training)
    server = await startClickHouseServer(join(directory, 'store'))
  })
  afterAll(async () => {
    await server.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('takes files over the API, several at once', async () => {
    const [embedded] = await uploaded({ DRIFTGAUGE_DATA: join(directory, 'embedded'), LOG_LEVEL: 'error' }, 1)
    expect(await uploaded(onServer(), 3)).toEqual([embedded, embedded, embedded])
  })

  test('takes files from the command line, with and without a service', async () => {
    const alone = await runCommand(onServer(), 'baseline', 'add', 'inferred', file, '--json').ended
    expect(alone.stderr).toBe('')
    expect(alone.code).toBe(0)
    const service = runService(onServer())
    await service.url
    const beside = runCommand(onServer(), 'baseline', 'add', 'inferred', file)
    expect(await beside.ended).toMatchObject({ code: 0 })
    expect(beside.lines.join('\n')).toContain('3,000 rows')
    service.process.kill('SIGTERM')
    await service.ended
  })

  test('replays files from the command line, with and without a service', async () => {
    const events = join(directory, 'events.csv')
    const lines = Array.from(
      { length: 500 },
      (_, i) => `e${i},2026-01-05T10:00:00Z,${i / 4},${'abc'[i % 3]},0.5`,
    )
    writeFileSync(events, ['id,ts,amount,shop,score', ...lines, ''].join('\n'))
    const replay = () => runCommand(onServer(), 'replay', events, '--model', 'shop')
    const alone = replay()
    expect(await alone.ended).toMatchObject({ code: 0 })
    expect(alone.lines.join('\n')).toContain('500 predictions')
    const service = runService(onServer())
    await service.url
    const beside = replay()
    expect(await beside.ended).toMatchObject({ code: 0 })
    expect(beside.lines.join('\n')).toContain('500 predictions')
    service.process.kill('SIGTERM')
    await service.ended
  })

  test('drops at its start what a process left that was killed over a day ago, and nothing else', async () => {
    const client = createClient({ url: server.url })
    const table = (n: number) => `staging_00000000-0000-0000-0000-00000000000${n}`
    const now = Math.floor(Date.now() / 1000)
    for (const [i, mark] of [now - 90_000, now - 3600].entries())
      await client.command({ query: `CREATE TABLE \`${table(i)}\` (x UInt8) ENGINE = MergeTree ORDER BY x COMMENT '${mark}'` }) // prettier-ignore
    const service = runService(onServer())
    await service.url
    const left = await client.query({ query: `SELECT name FROM system.tables WHERE name LIKE 'staging%'`, format: 'JSONEachRow' }) // prettier-ignore
    expect(await left.json()).toEqual([{ name: table(1) }])
    await client.command({ query: `DROP TABLE \`${table(1)}\`` })
    await client.close()
    service.process.kill('SIGTERM')
    await service.ended
  })

  test('says what is wrong with a file as the embedded one does', async () => {
    const service = runService(onServer())
    const { status, body } = await post(
      await service.url,
      '/models/shop/baselines',
      'text/csv',
      'amount,shop\n1\n',
    )
    expect([status, (body as { title: string }).title]).toEqual([422, 'Unreadable file'])
    service.process.kill('SIGTERM')
    await service.ended
  })
})
