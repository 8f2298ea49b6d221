import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { rows } from '../../store/engine/query.ts'
import { openStore } from '../../store/engine/client.ts'
import { runScript, runService, type Child } from '../support/child.ts'
import { describeOnServer, startClickHouseServer } from '../support/stores/clickhouse-server.ts'
import { describeOnDisk, smallDisk, type Disk } from '../support/disk.ts'
import { ask } from '../support/ask.ts'

const START = Date.UTC(2026, 0, 5)
/** Numbers that do not compress, so that a disk fills up. */
const WIDTH = 40
const features = Array.from({ length: WIDTH }, (_, i) => `f${i}: numeric`).join(', ')
const DECLARATIONS = `models:\n  - { name: m, task: binary, features: { ${features} } }\n`
const BATCH = 500

let child: Child | undefined
afterEach(async () => {
  child?.process.kill('SIGKILL')
  await child?.ended
})

/** A batch of predictions whose ids begin with its name. */
const batch = (name: string) =>
  Array.from({ length: BATCH }, (_, i) => ({
    id: `${name} ${i}`,
    ts: START + i,
    features: Object.fromEntries(Array.from({ length: WIDTH }, (_, f) => [`f${f}`, Math.random()])),
  }))

const send = (url: string, path: string, body: unknown) =>
  ask(`${url}/api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const readyz = (url: string) => ask(`${url}/readyz`)

/** Fills the disk by sending until that is refused; gives the batches that were acknowledged. */
async function sendUntilRefused(url: string, disk: Disk, status: number): Promise<string[]> {
  const acknowledged: string[] = []
  for (let i = 0; i < 200; i++) {
    if (i === 5) disk.fill(4_000_000)
    const answer = await send(url, 'models/m/predictions', batch(`b${i}`))
    if (answer.status === 200) acknowledged.push(`b${i}`)
    else {
      expect([answer.status, answer.headers.get('retry-after')], JSON.stringify(answer.body)).toEqual([
        status,
        '5',
      ])
      expect(answer.body.detail).toMatch(/The disk of .* is full/)
      return acknowledged
    }
  }
  throw new Error('the disk does not fill up')
}

function declarationsOn(disk: Disk): string {
  const path = join(disk.path, 'models.yaml')
  writeFileSync(path, DECLARATIONS)
  return path
}

describeOnDisk('a disk that is full', () => {
  test(
    'under the embedded store is said, and nothing acknowledged is lost',
    { timeout: 240_000 },
    async () => {
      const disk = smallDisk(120)
      const environment = {
        DRIFTGAUGE_DATA: join(disk.path, 'data'),
        DRIFTGAUGE_CONFIG: declarationsOn(disk),
      }
      const service = runService(environment)
      child = service
      const url = await service.url
      const acknowledged = await sendUntilRefused(url, disk, 507)
      expect(acknowledged.length).toBeGreaterThan(4)
      disk.fill()
      for (const [path, body] of [
        ['models', { name: 'other', task: 'binary', features: {} }],
        ['models/m/labels', [{ id: 'b0 0', label: 'yes' }]],
        ['channels', { name: 'mail', email: { to: ['a@example.com'] } }],
      ] as const) {
        const { status, headers, body: problem } = await send(url, path, body)
        expect([status, headers.get('retry-after')], `${path} ${JSON.stringify(problem)}`).toEqual([507, '5'])
      }
      const full = await readyz(url)
      expect(full.status).toBe(503)
      expect(full.body.reasons.join(' ')).toMatch(/The disk of the data directory is full/)
      expect((await ask(`${url}/healthz`)).status).toBe(200)
      expect((await ask(`${url}/api/v1/models`)).status).toBe(200)

      disk.free()
      await expect.poll(async () => (await readyz(url)).status, { timeout: 30_000 }).toBe(200)
      expect((await send(url, 'models/m/predictions', batch('after'))).status).toBe(200)
      acknowledged.push('after')
      service.process.kill('SIGKILL')
      await service.ended
      const counted = runScript(
        `const { openStore } = await import('./store/engine/client.ts')
       const { rows } = await import('./store/engine/query.ts')
       const store = await openStore({ path: process.env.DATA }, 'memory')
       console.log(JSON.stringify(await rows(store.read, \`${COUNT}\`)))
       await store.close()`,
        { environment: { DATA: join(disk.path, 'data/clickhouse') } },
      )
      expectWhole(JSON.parse(await counted.line(/^\[/)) as Counted[], acknowledged)
    },
  )
})

const COUNT = `SELECT splitByChar(' ', id)[1] AS batch, count() AS n FROM predictions_m FINAL GROUP BY batch`
interface Counted {
  batch: string
  n: number
}

/** Each batch that was acknowledged is there as a whole. */
function expectWhole(stored: Counted[], acknowledged: string[]): void {
  const whole = stored.filter(({ n }) => n === BATCH).map((one) => one.batch)
  expect(whole).toEqual(expect.arrayContaining(acknowledged))
}

describeOnServer('a ClickHouse server', () => {
  describeOnDisk('whose disk is full', () => {
    test('is said with 503, and nothing acknowledged is lost', { timeout: 240_000 }, async () => {
      const disk = smallDisk(200)
      const data = smallDisk(40)
      const server = await startClickHouseServer(join(disk.path, 'store'))
      const service = runService({
        CLICKHOUSE_URL: server.url,
        DRIFTGAUGE_DATA: join(data.path, 'data'),
        DRIFTGAUGE_CONFIG: declarationsOn(data),
        DRIFTGAUGE_MIN_FREE_MB: '0',
      })
      child = service
      const url = await service.url
      const acknowledged = await sendUntilRefused(url, disk, 503)
      disk.fill()
      const refused = await send(url, 'models', { name: 'other', task: 'binary', features: {} })
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
      const full = await readyz(url)
      expect(full.status).toBe(503)
      expect(full.body.reasons.join(' ')).toMatch(/The disk of the ClickHouse server is full/)
      disk.free()
      await expect.poll(async () => (await readyz(url)).status, { timeout: 30_000 }).toBe(200)
      expect((await send(url, 'models/m/predictions', batch('after'))).status).toBe(200)
      const store = await openStore({ url: server.url }, 'memory')
      expectWhole(await rows<Counted>(store.read, COUNT), [...acknowledged, 'after'])
      await store.close()

      // The disk of this machine, which takes the files that are sent.
      data.fill()
      const file = await ask(`${url}/api/v1/models/m/baselines?name=file`, {
        method: 'POST',
        headers: { 'content-type': 'text/csv' },
        body: `f0\n${'1\n'.repeat(500_000)}`,
      })
      expect([file.status, file.headers.get('retry-after')], JSON.stringify(file.body)).toEqual([507, '5'])
      expect((await readyz(url)).body.reasons.join()).toMatch(/The disk of the data directory is full/)
      data.free()
      await expect.poll(async () => (await readyz(url)).status, { timeout: 30_000 }).toBe(200)

      await server.kill()
      await server.restart()
      await expect.poll(async () => (await readyz(url)).status, { timeout: 30_000 }).toBe(200)
      await server.close()
    })
  })
})
