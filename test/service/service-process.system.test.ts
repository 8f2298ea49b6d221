import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runScript, runService } from '../support/child.ts'
import { listen } from '../support/samples/events.ts'
import { ask } from '../support/ask.ts'
import { ROOT } from '../support/root.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
const declarations = join(directory, 'models.yaml')
const START = Date.UTC(2026, 0, 5)

beforeAll(() =>
  writeFileSync(
    declarations,
    'models:\n  - { name: m, task: binary, features: { a: numeric, c: categorical } }\n',
  ),
)
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const data = (name: string) => ({ DRIFTGAUGE_DATA: join(directory, name), DRIFTGAUGE_CONFIG: declarations })
const event = (id: string, i: number) => ({
  id, ts: START + (i % 5) * 3_600_000, features: { a: i % 50, c: `c${i % 7}` }, prediction: i % 2, score: (i % 100) / 100,
}) // prettier-ignore
const batch = (name: string, size: number) => Array.from({ length: size }, (_, i) => event(`${name} ${i}`, i))

function post(url: string, body: unknown): RequestInit & { url: string } {
  return {
    url: `${url}/api/v1/models/m/predictions`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
}

/** Rolls a directory up and tells its predictions, by batch, and its profiles beside a plain count. */
async function inspect(
  name: string,
): Promise<{ batches: Record<string, number>; counted: number[]; profiled: number[] }> {
  const child = runScript(
    `const { openStore } = await import('./store/engine/client.ts')
     const { rows } = await import('./store/engine/query.ts')
     const { openModels } = await import('./store/models.ts')
     const { activeBaseline } = await import('./control/declared/baselines.ts')
     const { baselineColumns } = await import('./store/profiles/baselines.ts')
     const { readProfiles } = await import('./store/profiles/profiles.ts')
     const { predictionsBetween } = await import('./store/events/predictions.ts')
     const { profileColumns } = await import('./ingest/baseline/profile.ts')
     const { generationClock, rollup } = await import('./detectors/rollup/rollup.ts')
     const { ABANDONED_AFTER_MS } = await import('./store/events/dirty-hours.ts')
     const store = await openStore({ path: process.env.DATA + '/clickhouse' }, { path: process.env.DATA + '/control.db' })
     const model = await openModels(store).find('m')
     // What a crash left announced is counted once it is taken for abandoned.
     await rollup({ store, model, now: new Date(Date.now() + ABANDONED_AFTER_MS + 1000), nextGeneration: generationClock() })
     const [from, to] = [new Date(${START}), new Date(${START} + 86400000)]
     const all = predictionsBetween('m', from, to)
     const found = await rows(store.read, \`SELECT splitByChar(' ', id)[1] AS batch, count() AS n FROM \${all} GROUP BY batch ORDER BY batch\`)
     const baseline = await activeBaseline(store.control, 'm')
     const columns = (await baselineColumns(store, model, baseline)).filter(({ role }) => role !== 'label')
     const profiles = await readProfiles(store, 'm', baseline.binning, from, to)
     console.log(JSON.stringify({
       batches: Object.fromEntries(found.map(({ batch, n }) => [batch, n])),
       counted: (await profileColumns(store.rollup, all, columns)).flatMap(({ counts }) => counts),
       profiled: columns.flatMap(({ role, name }) => profiles.find((profile) => profile.role === role && profile.column === name).counts),
     }))
     await store.close()`,
    { environment: { DATA: join(directory, name) } },
  )
  const found = JSON.parse(await child.line(/^{/)) as Awaited<ReturnType<typeof inspect>>
  expect((await child.ended).code).toBe(0)
  return found
}

async function makeBaseline(url: string): Promise<void> {
  const body =
    'a,c,prediction,score\n' +
    Array.from({ length: 100 }, (_, i) => `${i % 50},c${i % 5},${i % 2},${i / 100}`).join('\n')
  const init = { method: 'POST', headers: { 'content-type': 'text/csv' }, body }
  expect((await ask(`${url}/api/v1/models/m/baselines`, init)).status).toBe(201)
}

describe('the service', () => {
  test('stops cleanly: the request under way is answered, the next start shows the same data', async () => {
    const service = runService(data('clean'))
    const url = await service.url
    await makeBaseline(url)
    const { url: address, ...init } = post(url, batch('first', 500))
    const { body: taken, headers: sent } = await ask(address, init)
    expect(taken).toMatchObject({ accepted: 500 })
    expect(sent.get('keep-alive'), 'longer than proxies keep an idle connection').toBe('timeout=75')

    // A request whose body is still on its way when the signal comes.
    let finish = () => {}
    const signalled = new Promise<void>((resolve) => (finish = resolve))
    async function* slow() {
      yield Buffer.from(JSON.stringify(event('slow 1', 1)) + '\n')
      await signalled
      yield Buffer.from(JSON.stringify(event('slow 2', 2)) + '\n')
    }
    const headers = { 'content-type': 'application/x-ndjson' }
    const underWay = ask(address, {
      method: 'POST',
      headers,
      body: slow(),
      duplex: 'half',
    } as unknown as RequestInit)
    const live = await listen(url)
    await wait(200)
    service.process.kill('SIGTERM')
    await expect(live.ended, 'streams without an end are ended').resolves.toBeUndefined()
    const isTaken = () => fetch(`${url}/healthz`).then(() => true, () => false) // prettier-ignore
    await expect.poll(isTaken, { message: 'no new connection is taken' }).toBe(false)
    finish()
    expect((await underWay).body).toEqual({ accepted: 2, rejected: 0, rejections: [], warnings: [] })
    const answered = performance.now()
    const { code, stderr } = await service.ended
    expect(code, stderr).toBe(0)
    expect(
      performance.now() - answered,
      'no waiting for idle connections, which are cut after ten seconds',
    ).toBeLessThan(5000)
    const said = stderr.trim().split('\n').map((line) => (JSON.parse(line) as { msg: string }).msg) // prettier-ignore
    // The work of each minute begins while the test runs, or after it.
    expect(said.filter((message) => message !== 'this process evaluates and delivers')).toEqual(['ready', 'stopping', 'stopped']) // prettier-ignore
    expect(service.lines).toEqual([expect.stringMatching(/^ready: http:\/\/127\.0\.0\.1:\d+$/)])

    const again = runService(data('clean'))
    const { body } = await ask(`${await again.url}/api/v1/models/m/baselines`)
    expect(body).toMatchObject({ active: 1, baselines: [{ model: 'm', version: 1, rows: 100 }] })
    again.process.kill('SIGINT')
    expect((await again.ended).code).toBe(0)
    const { batches, counted, profiled } = await inspect('clean')
    expect(batches).toEqual({ first: 500, slow: 2 })
    expect(profiled).toEqual(counted)
  })

  test('ends with its reason where it cannot start after it listens already', async () => {
    const broken = data('broken')
    mkdirSync(join(broken.DRIFTGAUGE_DATA, 'service.json'), { recursive: true })
    const { code, stderr } = await runService(broken).ended
    expect(code).toBe(2)
    expect(stderr.trim()).toMatch(
      /^driftgauge: .*service\.json cannot be written \(EISDIR\)\. Remove it, or make/,
    )
  })

  test('killed while it takes predictions has all of what it acknowledged, and equal profiles after the roll-up', async () => {
    const acknowledged: string[] = []
    for (const round of ['x', 'y']) {
      const service = runService({ ...data('killed'), LOG_LEVEL: 'warn' })
      const url = await service.url
      if (round === 'x') await makeBaseline(url)
      const send = async (lane: number) => {
        for (let i = 0; ; i++) {
          const name = `${round}${lane}-${i}`
          const { url: address, ...init } = post(url, batch(name, 200))
          const { status } = await ask(address, init)
          if (status === 200) acknowledged.push(name)
        }
      }
      const lanes = Array.from({ length: 4 }, (_, lane) => send(lane).catch(() => undefined))
      const before = acknowledged.length
      while (acknowledged.length < before + 15) await wait(10)
      service.process.kill('SIGKILL')
      expect((await service.ended).signal).toBe('SIGKILL')
      await Promise.all(lanes)
    }
    const { batches, counted, profiled } = await inspect('killed')
    expect(acknowledged.length).toBeGreaterThanOrEqual(30)
    expect(acknowledged.filter((name) => batches[name] !== 200)).toEqual([])
    expect(
      Object.values(batches).filter((n) => n !== 200),
      'no batch is there in part',
    ).toEqual([])
    expect(profiled).toEqual(counted)
    expect(counted.reduce((sum, n) => sum + n)).toBe(4 * 200 * Object.keys(batches).length)
  })

  test.each<[string, Record<string, string>, RegExp]>([
    [
      'others could reach it and no key is set',
      { HOST: '0.0.0.0' },
      /^driftgauge: HOST is 0\.0\.0\.0, which other machines can reach/,
    ],
    [
      'a declared model contradicts what is stored',
      { DRIFTGAUGE_CONFIG: join(directory, 'other.yaml') },
      /^driftgauge: Model "m" has stored data.*"a"/,
    ],
  ])('does not start when %s: one line with the reason, exit code 2', async (_, environment, expected) => {
    writeFileSync(
      join(directory, 'other.yaml'),
      'models: [{ name: m, task: binary, features: { a: categorical } }]',
    )
    const service = runService({ ...data('clean'), ...environment })
    service.url.catch(() => {})
    const { code, stderr } = await service.ended
    expect([code, service.lines]).toEqual([2, []])
    expect(stderr.trim()).toMatch(expected)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})

test('a reader that has gone is no failure: `driftgauge --help | true`', () => {
  const entry = join(ROOT, 'dist/main.js')
  const line = `for i in 1 2 3 4 5; do "${process.execPath}" "${entry}" compare --help | true; done`
  expect(spawnSync('bash', ['-c', line], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
})
