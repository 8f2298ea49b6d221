import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openStore } from '../../../store/engine/client.ts'
import { rows } from '../../../store/engine/query.ts'
import { runCommand, runService, type Child } from '../../support/child.ts'

// Each starts half a dozen processes, which on a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000 })

const START = Date.UTC(2026, 0, 5)
const ROWS = 10_000
const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const file = join(directory, 'events.csv')
const declarations = join(directory, 'models.yaml')

beforeAll(() => {
  const lines = Array.from(
    { length: ROWS },
    (_, i) => `r${i},${START + i * 1000},late,${i % 2 ? 'late' : ''},${i}`,
  )
  writeFileSync(file, ['id,ts,prediction,label,a', ...lines].join('\n'))
  writeFileSync(declarations, 'models: [{ name: m, task: binary, features: { a: numeric } }]\n')
})

const environmentOf = (name: string) => ({ DRIFTGAUGE_DATA: join(directory, name), DRIFTGAUGE_CONFIG: declarations, LOG_LEVEL: 'warn' }) // prettier-ignore
const replay = (environment: Record<string, string>, ...line: string[]) =>
  runCommand(environment, 'replay', file, '--model', 'm', '--json', ...line)

/** Resolves once a replay has come beyond so many rows. */
async function reached({ DRIFTGAUGE_DATA }: Record<string, string>, row: number): Promise<void> {
  const position = () => {
    const states = join(DRIFTGAUGE_DATA, 'replays')
    const [name] = readdirSync(states).filter((one) => one.endsWith('.json'))
    return (JSON.parse(readFileSync(join(states, name), 'utf8')) as { position: number }).position
  }
  await expect.poll(() => position(), { timeout: 30_000, interval: 20 }).toBeGreaterThan(row)
}

interface Result {
  stderr: string
  resumed_after: number
  predictions: object
  labels: object
}

async function resultOf(child: Child): Promise<Result> {
  const { code, stderr } = await child.ended
  expect(code, stderr).toBe(0)
  return { stderr, ...(JSON.parse(child.lines.join('\n')) as Omit<Result, 'stderr'>) }
}

/** What a directory holds that nobody is using: events, and how many of them differ. */
async function stored({ DRIFTGAUGE_DATA }: Record<string, string>) {
  const store = await openStore({ path: join(DRIFTGAUGE_DATA, 'clickhouse') }, 'memory')
  const count = (table: string) =>
    rows<{ n: number; ids: number }>(
      store.read,
      `SELECT count() AS n, uniqExact(id) AS ids FROM ${table} FINAL`,
    )
  const found = [await count('predictions_m'), await count('labels_m')].flat()
  await store.close()
  return found
}
const EXACT = [{ n: ROWS, ids: ROWS }, { n: ROWS / 2, ids: ROWS / 2 }] // prettier-ignore

test('killed and interrupted in the middle, the same command goes on, and everything is stored once', async () => {
  const environment = environmentOf('killed')
  const service = runService(environment)
  await service.url
  const killed = replay(environment, '--rate', '4000')
  await reached(environment, 1_000)
  killed.process.kill('SIGKILL')
  expect((await killed.ended).signal).toBe('SIGKILL')

  const interrupted = replay(environment, '--rate', '4000')
  await reached(environment, 4_000)
  interrupted.process.kill('SIGINT')
  const { signal, stderr } = await interrupted.ended
  expect(signal, stderr).toBe('SIGINT')
  expect(stderr).toMatch(/^Continuing after row \d+ of .*\nStopped after row \d+; the same command continues from there\.\n$/) // prettier-ignore

  const last = await resultOf(replay(environment))
  expect(last.stderr).toMatch(/^Continuing after row \d+ of .*events\.csv, where it stopped at /)
  expect(last.resumed_after).toBeGreaterThan(4_000)
  expect(last).toMatchObject({ predictions: { accepted: ROWS, rejected: 0 }, labels: { accepted: ROWS / 2 } })
  expect(readdirSync(join(environment.DRIFTGAUGE_DATA, 'replays'))).toEqual([])
  service.process.kill('SIGTERM')
  await service.ended
  expect(await stored(environment)).toEqual(EXACT)
})

test('a service that is killed and started again in the middle is waited for', async () => {
  const environment = environmentOf('restarted')
  let service = runService(environment)
  const { port } = new URL(await service.url)
  const child = replay(environment, '--rate', '4000')
  for (const [row, how] of [
    [2_000, 'SIGKILL'],
    [6_000, 'SIGTERM'],
  ] as const) {
    await reached(environment, row)
    service.process.kill(how)
    await service.ended
    service = runService({ ...environment, PORT: port })
    await service.url
  }
  const { stderr, ...counts } = await resultOf(child)
  expect(stderr).toMatch(/^(Waiting: No answer from http:\/\/127\.0\.0\.1:\d+ \([^)]+\)\..*\n)+$/)
  expect(counts).toMatchObject({ resumed_after: 0, predictions: { accepted: ROWS, rejected: 0 }, labels: { accepted: ROWS / 2 } }) // prettier-ignore
  service.process.kill('SIGTERM')
  await service.ended
  expect(await stored(environment)).toEqual(EXACT)
})

test('without a service the command stores by itself, killed in the middle too', async () => {
  const environment = environmentOf('alone')
  const apply = runCommand(environment, 'apply', '-f', declarations)
  expect((await apply.ended).code).toBe(0)
  const killed = replay(environment, '--rate', '4000')
  await reached(environment, 4_000)
  killed.process.kill('SIGKILL')
  await killed.ended
  expect(await resultOf(replay(environment))).toMatchObject({ predictions: { accepted: ROWS, rejected: 0 } })
  expect(await stored(environment)).toEqual(EXACT)
})
