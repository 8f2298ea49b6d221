import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { RouteContract } from '../../api/contract/route.ts'
import { ROUTES } from '../../api/contract/routes.ts'
import { openStore } from '../../store/engine/client.ts'
import { rows } from '../../store/engine/query.ts'
import { runService, type Child } from '../support/child.ts'
import {
  describeOnServer,
  startClickHouseServer,
  type ClickHouseServer,
} from '../support/stores/clickhouse-server.ts'
import { cuttingProxy } from '../support/stores/cutting-proxy.ts'
import { ask } from '../support/ask.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
const declarations = join(directory, 'models.yaml')
writeFileSync(
  declarations,
  `models:\n  - { name: m, task: binary, features: { a: numeric } }\nmonitors:\n  - { name: daily, model: m }\n`,
)
const START = Date.UTC(2026, 0, 5)

const children = new Set<Child>()
/** Starts a service. A server belongs to one data directory, so services that come up share theirs. */
function start(url: string, data = join(directory, 'data')) {
  const child = runService({ CLICKHOUSE_URL: url, DRIFTGAUGE_DATA: data, DRIFTGAUGE_CONFIG: declarations })
  children.add(child)
  return child
}

/** Its lines so far; the last one may not have come whole. */
const logOf = (stderr: string) =>
  stderr
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { level: number; msg: string; reason?: string; retryInMs?: number })

/** Sends predictions with these ids, and tells the answer. */
const send = (url: string, ids: string[]) =>
  ask(`${url}/api/v1/models/m/predictions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ids.map((id) => ({ id, ts: START, features: { a: 1 } }))),
  })

/** Values that exist, or could, for what routes take. */
const VALUES: Record<string, string> = {
  model: 'm',
  monitor: 'daily',
  channel: 'hook',
  route: 'all',
  topic: 'some',
  experiment: 'v2',
  version: '1',
  letter: 'http:predictions:0:1',
  silence: '0123456789ab',
  key: '0123456789abcdef',
  delivery: `${'a'.repeat(32)}:hook:1`,
  from: '2026-01-01',
  to: '2026-01-08',
  column: 'a',
  bin: '0',
  metric: 'accuracy',
  finding: 'unknown_features',
  window_end: '2026-01-08T00:00:00Z',
}
const ID = 'a'.repeat(32)

/** Routes that read and write nothing but the control database, at least for a model without a baseline. */
const WITHOUT_STORE = new Set([
  ...['listModels', 'getModel', 'deleteModel', 'listMonitors', 'getMonitor', 'deleteMonitor'],
  ...[
    'getDistribution',
    'getPerformance',
    'getPerformanceExplained',
    'suggestConstraints',
    'listTopics',
    'getTopic',
    'deleteTopic',
  ],
  ...['listAlerts', 'getAlert', 'unacknowledgeAlert', 'listSilences', 'getSilence', 'previewSilence'],
  ...['listAnnotations', 'deleteAnnotation', 'listIncidents', 'getIncident', 'deleteIncident'],
  ...['getIncidentSummary', 'removeIncidentAlert'],
  ...['listDeliveries', 'replayDelivery', 'listChannels', 'getChannel', 'deleteChannel', 'testChannel'],
  ...['listRoutes', 'getRoute', 'deleteRoute', 'listRetrains', 'getRetrain'],
  ...['listExperiments', 'getExperiment', 'deleteExperiment', 'getExperimentSequence'],
  // Before its first look, which it needs the store for.
  'getExperimentSegments',
  ...['promoteChallenger', 'keepChampion', 'getAlertBundle'],
  ...['listAudit', 'listKeys', 'getOwnKey', 'deleteKey', 'listMissedWindows', 'listMlflow'],
  ...['listViews', 'deleteView', 'listBaselineColumns', 'compareBaselines'],
  ...['listSources', 'getSource', 'deleteSource', 'listSourceFiles'],
  // What it needs the store for says that it is away.
  'getSystem',
])

/** Sends a route's request with every required part. Nothing that exists is deleted. */
function requestOf({ method, path, query }: RouteContract, url: string) {
  const deletes = method === 'delete'
  const filled = path.replace(/:(\w+)/g, (_, name: string) => (deletes ? 'missing' : (VALUES[name] ?? ID)))
  const needed = Object.entries(query?.shape ?? {}).filter(
    ([, schema]) =>
      !(schema as { safeParse(value: unknown): { success: boolean } }).safeParse(undefined).success,
  )
  const search = new URLSearchParams(needed.map(([name]): [string, string] => [name, VALUES[name] ?? ID]))
  return ask(`${url}/api/v1${filled}?${search.toString()}`, { method: method.toUpperCase() })
}

afterEach(async () => {
  for (const child of children) {
    child.process.kill('SIGKILL')
    await child.ended
  }
  children.clear()
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describeOnServer('while the ClickHouse server is away', () => {
  let server: ClickHouseServer
  beforeAll(async () => {
    server = await startClickHouseServer(join(directory, 'store'))
  })
  afterAll(() => server.close())
  // Whatever became of the test before.
  beforeEach(() => server.restart())

  test('a start waits for it, a line a try, and ends when it is told to', { timeout: 180_000 }, async () => {
    await server.kill()
    const stopped = start(server.url, mkdtempSync(join(directory, 'other-')))
    const waiting = start(server.url)
    const triesOf = (stderr: string) => logOf(stderr).filter(({ msg }) => msg === 'waiting for ClickHouse')
    for (const child of [stopped, waiting])
      await expect.poll(() => triesOf(child.stderr()).length, { timeout: 60_000 }).toBeGreaterThan(1)
    const before = triesOf(stopped.stderr()).length
    stopped.process.kill('SIGTERM')
    const { code, stderr } = await stopped.ended
    expect(code).toBe(0)
    const tries = triesOf(stderr)
    expect(tries, 'it does not try once more before it ends').toHaveLength(before)
    const pauses = [1_000, 2_000, 4_000, 8_000, ...Array.from({ length: before }, () => 15_000)]
    expect(tries.map(({ retryInMs }) => retryInMs)).toEqual(pauses.slice(0, before))
    expect(tries[0].reason).toMatch(/ECONNREFUSED/)
    expect(logOf(stderr)).toHaveLength(tries.length + 2)

    await server.restart()
    const url = await waiting.url
    expect((await send(url, ['first'])).status).toBe(200)
    waiting.process.kill('SIGTERM')
    expect((await waiting.ended).code).toBe(0)
  })

  test.each([
    [
      'a wrong password',
      (url: string) => url.replace('//', '//default:wrong@'),
      /REQUIRED_PASSWORD|AUTHENTICATION/,
    ],
    ['an unknown database', (url: string) => `${url}/nowhere`, /UNKNOWN_DATABASE/],
  ])('%s is an error at once', async (_, changed, reason) => {
    const { code, stderr } = await start(changed(server.url)).ended
    expect(code).toBe(2)
    expect(stderr).toMatch(reason)
    expect(stderr).toContain('CLICKHOUSE_URL')
    expect(stderr).not.toContain('wrong')
  })

  test('every route that needs it answers 503, and works again by itself', { timeout: 180_000 }, async () => {
    const child = start(server.url)
    const url = await child.url
    await expect.poll(async () => (await ask(`${url}/readyz`)).status, { timeout: 30_000 }).toBe(200)
    await server.kill()
    const wrong: string[] = []
    for (const [id, route] of Object.entries<RouteContract>(ROUTES)) {
      if (route.body !== undefined || route.rawBodies !== undefined || route.streamed !== undefined) continue
      const { status, headers, body } = await requestOf(route, url)
      const refused =
        status === 503 && headers.get('retry-after') === '5' && body.title === 'Store not available'
      if (WITHOUT_STORE.has(id) ? status >= 500 : !refused) wrong.push(`${id}: ${status} ${body?.detail}`)
    }
    expect(wrong).toEqual([])
    const writes: [number, string, string, unknown][] = [
      [503, 'POST', 'models', { name: 'other', task: 'binary', features: {} }],
      [503, 'PATCH', 'models/m', { features: { b: 'numeric' } }],
      [503, 'POST', 'monitors/daily/backtest', { from: '2026-01-01', to: '2026-01-08' }],
      [503, 'POST', 'models/m/predictions', [{ id: 'refused', ts: START }]],
      [503, 'POST', 'models/m/labels', [{ id: 'refused', label: 'yes' }]],
      [503, 'POST', 'models/m/reference-features', [{ id: 'refused', features: {} }]],
      [201, 'POST', 'monitors', { name: 'other', model: 'm' }],
      [201, 'POST', 'channels', { name: 'mail', email: { to: ['a@example.com'] } }],
    ]
    for (const [status, method, path, body] of writes) {
      const headers = { 'content-type': 'application/json' }
      const answer = await ask(`${url}/api/v1/${path}`, { method, headers, body: JSON.stringify(body) })
      const retryAfter = status === 503 ? '5' : null
      expect([answer.status, answer.headers.get('retry-after')], path).toEqual([status, retryAfter])
    }
    expect((await ask(`${url}/healthz`)).status).toBe(200)
    expect((await ask(`${url}/metrics`)).status).toBe(200)
    const ready = await ask(`${url}/readyz`)
    expect([ready.status, ready.body.reasons]).toEqual([503, ['ClickHouse is not available (ECONNREFUSED).']])
    await server.restart()
    await expect.poll(async () => (await ask(`${url}/readyz`)).status, { timeout: 30_000 }).toBe(200)
    const again = await ask(`${url}/api/v1/models`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'other', task: 'binary', features: {} }),
    })
    expect(again.status).toBe(201)
    expect((await send(url, ['second'])).status).toBe(200)
    await end(child)
  })

  test('or hangs, readiness says so in time', async () => {
    const child = start(server.url)
    const url = await child.url
    server.signal('SIGSTOP')
    try {
      const { status, body } = await ask(`${url}/readyz`, { signal: AbortSignal.timeout(30_000) })
      expect([status, body.reasons]).toEqual([503, ['ClickHouse does not respond']])
    } finally {
      server.signal('SIGCONT')
    }
    await end(child)
  })

  test('or its connections are cut, what is acknowledged is stored, once', { timeout: 180_000 }, async () => {
    const proxy = await cuttingProxy(server.url)
    const child = start(proxy.url)
    const url = await child.url
    const acknowledged: string[] = []
    for (const bytes of [0, 50, 300, 500, 700, undefined]) {
      proxy.cutAfter(bytes)
      for (let i = 0; i < 4; i++) {
        const ids = [`cut ${bytes} ${i} a`, `cut ${bytes} ${i} b`]
        const { status, headers } = await send(url, ids)
        if (status === 200) acknowledged.push(...ids)
        else expect([status, headers.get('retry-after')]).toEqual([503, '5'])
      }
      const read = await ask(`${url}/api/v1/models/m`)
      expect([200, 503]).toContain(read.status)
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(8)
    const store = await openStore({ url: server.url }, 'memory')
    const stored = await rows<{ id: string }>(
      store.read,
      `SELECT id FROM predictions_m FINAL WHERE startsWith(id, 'cut')`,
    )
    await store.close()
    const ids = stored.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining(acknowledged))
    await end(child)
    await proxy.close()
  })
})

async function end(child: Child): Promise<void> {
  child.process.kill('SIGTERM')
  expect((await child.ended).code).toBe(0)
}
