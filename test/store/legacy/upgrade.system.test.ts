import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mustRun } from '../../support/backup/run.ts'
import { runService } from '../../support/child.ts'
import { AT, E1, HOSTILE, OLD_KEY } from '../../support/legacy/rows.ts'
import { runBeside } from '../../support/legacy/run.ts'
import { byDay } from '../../support/runner/by-day.ts'
import { ask } from '../../support/ask.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-upgrade-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const previous = join(directory, 'previous')
beforeAll(async () => {
  await runBeside('fill-child.ts', join(previous, 'clickhouse'))
}, 120_000)

let copies = 0
/** A data directory that the previous release left behind. */
function installation(): string {
  const copy = join(directory, String(++copies))
  cpSync(previous, copy, { recursive: true })
  return copy
}

const backups = (data: string) => readdirSync(data).filter((name) => name.startsWith('control-import-'))

interface Prepared {
  /** Counted statements. */
  statements: number
  content: Record<string, string[]>
}

async function prepare(data: string, counted: 'clickhouse' | 'control'): Promise<Prepared> {
  const { stdout } = await runBeside('import-child.ts', data, counted)
  const [statements, text] = stdout.trimEnd().split('\n')
  const content = JSON.parse(text) as Prepared['content']
  // When the tables were made is another time each time.
  const isFromNow = (row: string) => row.includes('"key uses recorded from"')
  expect(content.counters.filter(isFromNow)).toHaveLength(1)
  content.counters = content.counters.filter((row) => !isFromNow(row))
  return { statements: Number(statements), content }
}

test('a start that is killed leaves everything to the next one', { timeout: 600_000 }, async () => {
  for (const counted of ['clickhouse', 'control'] as const) {
    const data = installation()
    const whole = await prepare(data, counted)
    expect(whole.content.alert_events.length).toBeGreaterThan(5)
    expect(await prepare(data, counted)).toEqual({ ...whole, statements: expect.any(Number) as number })
    expect(backups(data)).toHaveLength(1)
    const { statements } = whole
    const shares = byDay([0.4], [0.1, 0.4, 0.7, 0.95, 1])
    const steps = shares.map((share) => Math.max(1, Math.round(share * statements)))
    for (const step of steps) {
      const killed = installation()
      await expect(runBeside('import-child.ts', killed, counted, String(step))).rejects.toMatchObject({
        signal: 'SIGKILL',
      })
      expect((await prepare(killed, counted)).content).toEqual(whole.content)
      rmSync(killed, { recursive: true })
    }
  }
})

test('the service on the data of the previous release answers as before', { timeout: 120_000 }, async () => {
  const data = installation()
  const environment = { DRIFTGAUGE_DATA: data, DRIFTGAUGE_API_KEYS: 'a-key-of-the-environment' }
  const child = runService(environment)
  const url = await child.url
  const get = async (path: string) => {
    const { status, body } = await ask(`${url}/api/v1${path}`, {
      headers: { authorization: `Bearer ${OLD_KEY}` },
    })
    expect([path, status]).toEqual([path, 200])
    return body as Record<string, Record<string, unknown>[]>
  }
  const fields = (list: Record<string, unknown>[], field: string) => list.map((one) => one[field])
  const revoked = { headers: { authorization: 'Bearer dg_revoked' } }
  expect((await ask(`${url}/api/v1/models`, revoked)).status).toBe(401)

  for (const [path, list, names] of [
    ['/models', 'models', ['flights', 'tie']],
    ['/monitors', 'monitors', ['daily']],
    ['/channels', 'channels', ['ops', 'pager']],
    ['/routes', 'routes', ['all']],
    ['/topics', 'topics', ['scores']],
    ['/keys', 'keys', [HOSTILE]],
  ] as const)
    expect(fields((await get(path))[list], 'name')).toEqual(names)
  const { baselines, active } = await get('/models/flights/baselines')
  expect(fields(baselines, 'version')).toEqual([1, 2])
  expect(active).toBe(2)
  expect(fields((await get('/alerts')).alerts, 'id')).toEqual(expect.arrayContaining(['e2', 'quiet']))
  expect(await get(`/alerts/${E1}`)).toMatchObject({
    id: E1,
    acknowledged: { by: 'ada', comment: HOSTILE },
  })
  expect((await get('/deliveries?limit=100')).deliveries).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ channel: 'ops', status: 'delivered', at: new Date(AT + 2000).toISOString() }),
    ]),
  )
  expect(fields((await get('/silences')).silences, 'id').sort()).toEqual(['s1', 's2'])
  expect(fields((await get('/retrains')).retrains, 'id')).toEqual(['r2', 'r1'])
  expect((await get('/audit')).entries).toEqual(
    expect.arrayContaining([expect.objectContaining({ at: new Date(AT).toISOString(), actor: HOSTILE })]),
  )

  child.process.kill('SIGTERM')
  const { code, stderr } = await child.ended
  expect(code).toBe(0)
  expect(stderr).toContain(join(data, backups(data)[0]))
  expect(stderr).toMatch(
    /"table":"monitors","reason":"its model \\"gone\\" does not exist","rows":1,"names":\["orphan"\]/,
  )

  const again = runService(environment)
  await again.url
  again.process.kill('SIGTERM')
  expect((await again.ended).stderr).not.toContain('control-import')
  expect(backups(data)).toHaveLength(1)

  // What is backed up then needs nothing of the previous release.
  const [backup, restored] = [join(directory, 'backup'), join(directory, 'restored')]
  await mustRun(environment, 'backup', backup)
  const copy = { ...environment, DRIFTGAUGE_DATA: restored }
  await mustRun(copy, 'restore', backup)
  const third = runService(copy)
  const { body } = await ask(`${await third.url}/api/v1/alerts/${E1}`, {
    headers: { authorization: `Bearer ${OLD_KEY}` },
  })
  expect(body).toMatchObject({ id: E1, acknowledged: { by: 'ada', comment: HOSTILE } })
  third.process.kill('SIGTERM')
  expect((await third.ended).code).toBe(0)
  expect(backups(restored)).toEqual([])
})
