/** Processes whose clocks are wrong, over one ClickHouse server and one control database. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { HOUR_MS } from '../../domain/time.ts'
import { openStore } from '../../store/engine/client.ts'
import { rows } from '../../store/engine/query.ts'
import { runService, type Child } from '../support/child.ts'
import { describeWithFakeClock, fakeClock } from '../support/fake-clock.ts'
import { atEnd } from '../support/runner/at-end.ts'
import { ask } from '../support/ask.ts'
import { describeOnServer, startClickHouseServer } from '../support/stores/clickhouse-server.ts'

const HOURS = 30
const OFFSETS = ['+3d', '-3d', undefined] as const
const json = { 'content-type': 'application/json' }

describeOnServer('a clock', () => {
  describeWithFakeClock('that is wrong', wrongClocks)
})

function wrongClocks(): void {
  let server: { url: string }
  /** Where the processes with each clock listen. */
  const urls: string[] = []

  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'driftgauge-clocks-'))
    atEnd(() => rmSync(directory, { recursive: true, force: true }))
    const started = await startClickHouseServer(join(directory, 'store'))
    atEnd(() => started.close())
    server = started
    const environment = { CLICKHOUSE_URL: server.url, DRIFTGAUGE_DATA: join(directory, 'data') }
    const processes: Child[] = []
    atEnd(async () => {
      for (const { process } of processes) process.kill('SIGKILL')
      await Promise.all(processes.map(({ ended }) => ended))
    })
    // The first is the one that evaluates.
    for (const offset of OFFSETS) {
      const child = runService({ ...environment, ...(offset && fakeClock(offset)) })
      processes.push(child)
      urls.push(await child.url)
    }
  }, 120_000)

  const call = (process: number, method: string, path: string, body: unknown, headers = {}) =>
    ask(`${urls[process]}/api/v1/${path}`, {
      method,
      headers: { ...json, ...headers },
      body: JSON.stringify(body),
    })
  const warnings = async (process: number) => (await ask(`${urls[process]}/readyz`)).body.warnings as string[]

  test('is told by readiness', async () => {
    const [ahead, behind, right] = await Promise.all([0, 1, 2].map(warnings))
    expect(ahead).toEqual([expect.stringContaining("3d ahead of ClickHouse's")])
    expect(behind).toEqual([expect.stringContaining("3d behind ClickHouse's")])
    expect(right).toEqual([])
  })

  test('loses no change, whoever makes it', async () => {
    const model = { name: 'm', task: 'regression', features: { x: 'numeric' } }
    expect((await call(0, 'POST', 'models', model)).status).toBe(201)
    expect((await call(2, 'POST', 'monitors', { name: 'hourly', model: 'm' })).status).toBe(201)
    for (const [process, feature] of [0, 1, 2, 1, 0, 2].map((one, i) => [one, `f${i}`] as const))
      expect((await call(process, 'PATCH', 'models/m', { features: { [feature]: 'numeric' } })).status).toBe(
        200,
      )
    const { body } = await ask(`${urls[1]}/api/v1/models/m`)
    expect(Object.keys(body.features).toSorted()).toEqual(['f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'x'])
  })

  test('evaluates no window of the future', async () => {
    const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
    const events = Array.from({ length: HOURS * 60 }, (_, i) => ({
      id: String(i),
      ts: hour - HOURS * HOUR_MS + i * 60_000,
      prediction: 1,
      features: { x: i % 7 },
    }))
    expect((await call(2, 'POST', 'models/m/predictions', events)).status).toBe(200)
    const window = {
      from: new Date(hour - HOURS * HOUR_MS).toISOString(),
      to: new Date(hour - 3 * HOUR_MS).toISOString(),
    }
    const baseline = await call(2, 'POST', 'models/m/baselines', { window, name: 'first' })
    expect([baseline.status, baseline.body.detail]).toEqual([201, undefined])
    const store = await openStore({ url: server.url }, 'memory')
    atEnd(() => store.close())
    const evaluated = async () =>
      (
        await rows<{ end: number }>(
          store.read,
          'SELECT DISTINCT toFloat64(toUnixTimestamp(window_end)) * 1000 AS end FROM evaluations ORDER BY end',
        )
      ).map(({ end }) => end)
    await expect.poll(evaluated, { timeout: 90_000, interval: 1_000 }).not.toEqual([])
    expect(Math.max(...(await evaluated()))).toBeLessThanOrEqual(Date.now())
  }, 120_000)
}
