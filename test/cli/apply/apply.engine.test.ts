import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { announce, announcedService } from '../../../service/announcement.ts'
import { leftAlone, planChanges } from '../../../cli/apply/plan.ts'
import { renderPlan } from '../../../cli/apply/render.ts'
import { alertRouteSchema } from '../../../control/declared/alert-route.ts'
import {
  CHANNEL_KINDS,
  channelSchema,
  publicChannel,
  type ChannelKind,
} from '../../../control/declared/channel.ts'
import { declarationOf, modelSchema } from '../../../control/declared/model.ts'
import { EXPERIMENT_METRICS } from '../../../domain/experiment.ts'
import { experimentDeclarationOf, experimentSchema } from '../../../control/declared/experiment.ts'
import { monitorDeclarationOf } from '../../../control/declared/monitor-declaration.ts'
import { monitorSchema } from '../../../control/declared/monitor.ts'
import { sourceDeclarationOf, sourceSchema } from '../../../control/declared/sources/source.ts'
import { topicSchema } from '../../../store/topic.ts'
import { runService } from '../../support/child.ts'
import { command, type Outcome } from '../../support/command.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const path = (name: string) => join(directory, name)

const KEY = 'a-key-of-32-characters-0123456789'
const SECRET = 'whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IQ=='
const OTHER = 'whsec_b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3RoZXI='
const TOKEN = 'T0K3N-in-the-path'

const FILE = `models:
  - name: flights
    task: binary
    positive: late
    features: { hour: numeric, origin: categorical }
channels:
  - name: oncall
    webhook: { url: "https://hooks.example.com/\${TOKEN}", secret: "\${SECRET}" }
monitors:
  - { name: daily, model: flights, alert: { channels: [oncall] } }
topics:
  - { name: flights-out, records: predictions, model: flights, fields: { ts: at, score: p, features: '*' } }
sources:
  - { name: nightly, model: flights, folder: { path: /data/scores }, every: 6h, columns: { ts: at } }
`

function write(name: string, text: string): string {
  writeFileSync(path(name), text)
  return path(name)
}

const file = write('flights.yaml', FILE)
const secrets = { SECRET, TOKEN }
const seen: Outcome[] = []

/** Runs a command and keeps what it wrote, in which no secret may be. */
async function driftgauge(line: string[], environment: Record<string, string>): Promise<Outcome> {
  const outcome = await command(line, { LOG_LEVEL: 'silent', ...environment })
  seen.push(outcome)
  return outcome
}

const CREATED = `model "flights" created (binary, 2 features)
channel "oncall" created (webhook to https://hooks.example.com/…)
monitor "daily" created (model "flights", window 24h, every 1h)
topic "flights-out" created (predictions of "flights")
source "nightly" created (model "flights", /data/scores, every 6h)

5 created, 0 changed, 0 unchanged.
`
const UNCHANGED =
  'Nothing to change: 1 model, 1 channel, 1 monitor, 1 topic and 1 source are already as declared.\n'

describe('apply', () => {
  let url = ''
  const services: ReturnType<typeof runService>[] = []
  beforeAll(async () => {
    const service = runService({ DRIFTGAUGE_DATA: path('used'), DRIFTGAUGE_API_KEYS: KEY, LOG_LEVEL: 'warn' })
    services.push(service)
    url = await service.url
  })
  afterAll(async () => {
    for (const service of services) {
      service.process.kill('SIGTERM')
      await service.ended
    }
  })

  /** Either way the same: with no service on a directory of its own, or through the one that has the directory. */
  const ways: [string, () => Record<string, string>][] = [
    ['without a service', () => ({ DRIFTGAUGE_DATA: path('own') })],
    [
      'while a service has the data directory',
      () => ({ DRIFTGAUGE_DATA: path('used'), PORT: new URL(url).port, DRIFTGAUGE_API_KEYS: `${KEY}, another-key-of-enough-letters` }),
    ],
  ] // prettier-ignore

  test.each(ways)('%s: creates, then changes nothing, then tells each change', async (_, access) => {
    const apply = (name: string, more: Record<string, string> = {}, ...flags: string[]) =>
      driftgauge(['apply', '-f', name, ...flags], { ...access(), ...secrets, ...more })

    const dry = await apply(file, {}, '--dry-run')
    expect(dry).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('model "flights" would be created'),
    })
    expect(await apply(file)).toMatchObject({ code: 0, stdout: CREATED })
    expect(await apply(file)).toMatchObject({ code: 0, stdout: UNCHANGED })

    expect((await apply(file, { SECRET: OTHER })).stdout).toBe(
      'channel "oncall" changed\n  secret: (changed)\n\n0 created, 1 changed, 4 unchanged.\n',
    )
    expect((await apply(file, { SECRET: OTHER })).stdout).toBe(UNCHANGED)
    expect((await apply(file, { SECRET: OTHER, TOKEN: 'new-token' })).stdout).toContain(
      'channel "oncall" changed\n  target: (changed)\n\n',
    )

    const edited = write(
      'edited.yaml',
      FILE.replace('origin: categorical', 'origin: { kind: categorical, importance: 0.5 }, day: numeric')
        .replace('model: flights,', 'model: flights, window: 7d, false_alarms: 2 per 30d,')
        .replace(', alert: { channels: [oncall] }', '')
        .replace("features: '*'", 'features: { hour: /h, origin: from.code }')
        .replace('every: 6h, columns: { ts: at }', 'settle: 10m, constants: { origin: JFK }'),
    )
    const change = await apply(edited, { SECRET: OTHER, TOKEN: 'new-token' })
    expect(change.stdout).toBe(`model "flights" changed
  features.origin: categorical → { kind: categorical, importance: 0.5 }
  features.day: (none) → numeric
monitor "daily" changed
  window: 24h → 7d
  false_alarms: 1 per 90d → 6 per 90d
  alert.channels: [oncall] → []
topic "flights-out" changed
  fields.features: * → (none)
  fields.features.hour: (none) → /h
  fields.features.origin: (none) → from.code
source "nightly" changed
  columns.ts: at → (none)
  every: 6h → 1h
  constants.origin: (none) → JFK
  settle: (none) → 10m

0 created, 4 changed, 1 unchanged.
`)
    const again = await apply(edited, { SECRET: OTHER, TOKEN: 'new-token' }, '--json')
    expect(JSON.parse(again.stdout)).toEqual({
      dry_run: false,
      changes: [
        'model flights',
        'channel oncall',
        'monitor daily',
        'topic flights-out',
        'source nightly',
      ].map((title) => {
        const [kind, name] = title.split(' ')
        return { kind, name, change: 'unchanged', fields: [] }
      }),
      warnings: [],
    })
  })

  test.each(ways)(
    '%s: refuses a file as a whole, and a conflict with what was done before',
    async (_, access) => {
      const environment = { ...access(), ...secrets }
      const text = `models: [{ name: other, task: binary, features: { a: numeric } }]
monitors: [{ name: m, model: othr }, { name: n, model: flights }, { name: o, model: none }]
topics: [{ name: t, records: labels, model: nobody }, { name: u, records: labels, model: flights }]`
      const broken = await driftgauge(['apply', '-f', write('broken.yaml', text)], environment)
      expect(broken).toMatchObject({ code: 2, stdout: '' })
      // The second monitor's model is there already.
      expect(broken.stderr).toContain(`driftgauge: ${path('broken.yaml')}:2:30: monitor "m", model: there is no model "othr"; did you mean "other"?
${path('broken.yaml')}:2:85: monitor "o", model: there is no model "none"
${path('broken.yaml')}:3:45: topic "t", model: there is no model "nobody"\n`) // prettier-ignore
      const listed = await driftgauge(
        ['apply', '-f', write('none.yaml', 'models:'), '--dry-run'],
        environment,
      )
      expect(listed.stdout).toBe(`Nothing to change: the file declares nothing.
Not in the file and left unchanged, because apply never deletes: model "flights", channel "oncall", monitor "daily", topic "flights-out", source "nightly".
`)
    },
  )

  const through = (more: Record<string, string>) =>
    driftgauge(['apply', '-f', file], { DRIFTGAUGE_DATA: path('used'), ...secrets, ...more })

  test('says what to set when the service asks for a key, or refuses it', async () => {
    expect((await through({})).stderr).toContain(
      `driftgauge: The service at ${url} requires a key. Set DRIFTGAUGE_API_KEY`,
    )
    const wrong = 'wrong-key-0123456789'
    const refused = await through({ DRIFTGAUGE_URL: url, DRIFTGAUGE_API_KEY: wrong })
    expect(refused).toMatchObject({
      code: 2,
      stderr: `driftgauge: The service at ${url} rejected the key. Set DRIFTGAUGE_API_KEY to a valid key: one that the service was started with, or one that "driftgauge key create" made.\n`,
    })
    expect(refused.stderr).not.toContain(wrong)
    expect((await through({ DRIFTGAUGE_URL: `${url}/`, DRIFTGAUGE_API_KEY: KEY })).code).toBe(0)
    expect((await through({ DRIFTGAUGE_URL: 'localhost:8080' })).stderr).toMatch(
      /DRIFTGAUGE_URL: write the address/,
    )
    expect((await through({ DRIFTGAUGE_URL: 'http://u:pass@localhost' })).stderr).toMatch(/give the key in DRIFTGAUGE_API_KEY/) // prettier-ignore
    const newline = await through({ DRIFTGAUGE_URL: url, DRIFTGAUGE_API_KEY: `${KEY}\nx` })
    expect(newline).toMatchObject({ code: 2, stderr: expect.not.stringContaining(KEY) })
  })

  test('says so when something else answers, follows no redirect with the key, and tells a failure as one', async () => {
    const requests: (string | undefined)[] = []
    const server = createServer((request, response) => {
      requests.push(request.url)
      if (request.url?.startsWith('/html')) response.end('<html>')
      else if (request.url?.startsWith('/moved'))
        response.writeHead(307, { location: '/elsewhere' }).end('{}')
      else
        response
          .writeHead(500)
          .end(JSON.stringify({ title: 'Internal error', detail: 'It broke.', request_id: 'r1' }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    expect((await through({ DRIFTGAUGE_URL: `${base}/html` })).stderr).toMatch(
      /is not Driftgauge \(status 200\)/,
    )
    expect((await through({ DRIFTGAUGE_URL: `${base}/moved` })).stderr).toMatch(
      /is not Driftgauge \(status 307\)/,
    )
    expect(requests).not.toContain('/elsewhere')
    expect(await through({ DRIFTGAUGE_URL: base })).toEqual({
      code: 3,
      stdout: '',
      stderr:
        'driftgauge: The service failed: It broke. See the service log for the cause, under request r1.\n',
    })
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  test('finds the service by what it left in the data directory', async () => {
    const config = { spool: join(path('used'), 'spool') }
    expect(await announcedService(config)).toBe(url)
    expect(await through({ DRIFTGAUGE_API_KEY: KEY, PORT: '1' })).toMatchObject({ code: 0, stderr: '' })

    // As when the data directory is mounted from elsewhere.
    rmSync(join(path('used'), 'service.json'))
    expect(await announcedService(config)).toBeUndefined()
    expect(await through({ PORT: '1' })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/No answer from http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\)\. .* is in use .* Set DRIFTGAUGE_URL/),
    }) // prettier-ignore
    expect(await through({ DRIFTGAUGE_API_KEY: KEY, PORT: new URL(url).port })).toMatchObject({ code: 0 })
    const stale = await announce(config, 'http://127.0.0.1:1')
    expect(await announcedService(config)).toBeUndefined()
    stale()
  })

  test('puts a bad file before everything: no service is asked', async () => {
    const bad = write('bad.yaml', 'models: [{ name: m }]')
    const outcome = await driftgauge(['apply', '-f', bad], { DRIFTGAUGE_URL: 'http://127.0.0.1:1' })
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('bad.yaml:1:10: model "m", task: is missing') })
  }) // prettier-ignore

  test('prints no secret, whatever happens', () => {
    expect(seen.length).toBeGreaterThan(20)
    for (const { stdout, stderr } of seen)
      for (const secret of [SECRET, OTHER, TOKEN, KEY, SECRET.slice(6), 'new-token'])
        expect(stdout + stderr).not.toContain(secret)
  })
})

describe('config check', () => {
  const check = (environment: Record<string, string>, ...line: string[]) =>
    command(['config', 'check', ...line], environment)

  test('prints what would be used, without secrets, and touches nothing', async () => {
    const environment = {
      DRIFTGAUGE_API_KEYS: KEY,
      CLICKHOUSE_URL: 'http://user:pass-word@db.example:8123/?a=b-token',
      HEARTBEAT_URL: 'https://beat.example/beat-token',
      DRIFTGAUGE_DATA: path('never'),
      ...secrets,
    }
    const outcome = await check(environment, '-f', file)
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    for (const hidden of [KEY, 'pass-word', 'b-token', 'beat-token', SECRET, TOKEN])
      expect(outcome.stdout).not.toContain(hidden)
    expect(outcome.stdout).toMatch(/^PORT +8080 \(default\)$/m)
    expect(outcome.stdout).toMatch(/^CLICKHOUSE_URL +http:\/\/…@db\.example:8123/m)
    expect(outcome.stdout).toMatch(/channel "oncall" \(webhook to https:\/\/hooks\.example\.com\/…\)/)
    expect(outcome.stdout).toMatch(/\nNo errors\.\n$/)
    const json = JSON.parse((await check({ ...environment, DRIFTGAUGE_CONFIG: file }, '--json')).stdout)
    expect(json).toMatchObject({ file, declares: { models: ['flights'] }, faults: [] })
  })

  test.each<[string, Record<string, string>, string]>([
    ['a port', { PORT: 'x' }, 'PORT: '],
    ['an address that others reach, without a key', { HOST: '0.0.0.0' }, 'HOST is 0.0.0.0, which other machines can reach'],
    ['a variable misspelt', { DRIFTGAUGE_API_KEYZ: 'x' }, 'DRIFTGAUGE_API_KEYZ: unknown variable; did you mean "DRIFTGAUGE_API_KEYS"?'],
    ['an exception for webhooks', { DRIFTGAUGE_WEBHOOK_ALLOW: 'a b' }, 'DRIFTGAUGE_WEBHOOK_ALLOW: '],
    ['a file that is not there', { DRIFTGAUGE_CONFIG: path('none') }, 'none: the file does not exist.'],
    ['an address of the service', { DRIFTGAUGE_URL: 'x' }, 'DRIFTGAUGE_URL: write'],
  ])('tells a fault in %s', async (_, environment, expected) => {
    const outcome = await check(environment)
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining(expected) })
    expect(outcome.stdout).toMatch(/1 error\.\n$/)
  }) // prettier-ignore

  test('lists faults of both, and what must exist already', async () => {
    const both = await check({ PORT: '-1', DRIFTGAUGE_CONFIG: write('two.yaml', 'models: 5\nx: 1') })
    expect(both.code).toBe(2)
    expect(both.stderr.trim().split('\n')).toHaveLength(3)
    const partial = write(
      'partial.yaml',
      `monitors: [{ name: x, model: m, alert: { channels: [c] } }]
topics: [{ name: t, records: predictions, kserve: { s: { model: n, output: class } } }]`,
    )
    const outcome = await check({}, '-f', partial)
    expect(outcome.code).toBe(0)
    expect(outcome.stdout).toContain('and requires, already declared: model "m", channel "c", model "n"')
    expect(outcome.stdout).toContain('topic "t" (predictions of "n" that KServe logs)')
  })
})

describe('a plan', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9._-]{0,8}$/)
  const feature = fc.oneof(
    fc.constantFrom('numeric', 'categorical'),
    fc.record({ kind: fc.constantFrom('numeric', 'categorical'), importance: fc.double({ min: 0, max: 10, noNaN: true }) }),
  ) // prettier-ignore
  const model = fc.record({
    name,
    task: fc.constantFrom('binary', 'multiclass', 'regression'),
    features: fc.dictionary(fc.string({ minLength: 1, maxLength: 10 }).filter((key) => key !== '__proto__'), feature),
  }) // prettier-ignore
  const duration = fc.constantFrom('1h', '24h', '7d', '2w', '120m', '36h')
  const monitor = fc.record(
    {
      name,
      model: name,
      checks: fc.subarray(['feature', 'prediction', 'label'] as const, { minLength: 1 }),
      window: duration,
      every: duration,
      grace: fc.constantFrom('1m', '90m', '3h'),
      false_alarms: fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 400 })).map(([n, d]) => `${n} per ${d}d`),
      alert: fc.record({ fire: fc.constantFrom('1 of 1', '2 of 3'), channels: fc.array(name) }, { requiredKeys: [] }),
    },
    { requiredKeys: ['name', 'model'] },
  ) // prettier-ignore
  const url = fc.tuple(name, name).map(([path, query]) => `https://h.example/${path}?${query}`)
  const secret = fc.stringMatching(/^[a-z]{24,30}$/)
  const address = fc.stringMatching(/^[a-z]{1,9}$/).map((local) => `${local}@mail.example`)
  const settings: Record<ChannelKind, fc.Arbitrary<unknown>> = {
    webhook: fc.record({ url, secret }),
    slack: fc.record({ webhook_url: url }),
    email: fc.record({ to: fc.array(address, { minLength: 1 }), from: address }),
    pagerduty: fc.record({ routing_key: fc.stringMatching(/^[a-z0-9]{32}$/) }),
    github: fc.record({ repository: fc.constant('a/b'), token: secret }),
  }
  const channel = fc.oneof(
    ...CHANNEL_KINDS.map((kind) =>
      fc.tuple(name, settings[kind]).map(([name, declared]) => ({ name, [kind]: declared })),
    ),
  )
  const path = fc.constantFrom('a', 'a.b', '/a/b')
  const fields = fc.record(
    {
      ts: path,
      score: path,
      id: path,
      features: fc.oneof(fc.constant('*'), path, fc.dictionary(name, path)),
    },
    { requiredKeys: ['ts', 'score'] },
  )
  const output = fc.oneof(
    fc.constantFrom('class', 'number', 'score'),
    fc.uniqueArray(name, { minLength: 2, maxLength: 2 }).map(([a, b]) => ({ [a]: 'class', [b]: 'score' })),
  )
  const kserve = fc.dictionary(name, fc.record({ model: name, output }), { minKeys: 1, maxKeys: 3 })
  const topic = fc.oneof(
    fc.record({ name, records: fc.constantFrom('predictions', 'labels') }),
    fc.record({ name, records: fc.constant('predictions'), model: name, fields }),
    fc.record({ name, records: fc.constant('predictions'), kserve }),
  )
  const route = fc.record({
    name,
    match: fc.record({ models: fc.array(name, { minLength: 1 }), severity: fc.constantFrom('warning', 'critical') }, { requiredKeys: [] }),
    channels: fc.array(name, { minLength: 1 }),
  }) // prettier-ignore
  const experiment = fc.record(
    {
      name,
      model: name,
      champion: fc.constantFrom('1', '2'),
      challenger: fc.constantFrom('3', 'shadow'),
      metric: fc.constantFrom(...EXPERIMENT_METRICS),
      margin: fc.constantFrom(0.01, 2),
      duration: fc.constantFrom('28d', '72h'),
      label_delay: fc.constantFrom('24h', '7d'),
      from: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00'),
      channels: fc.array(name),
    },
    { requiredKeys: ['name', 'model', 'champion', 'challenger', 'metric'] },
  )
  const location = fc.oneof(
    fc.record({ folder: fc.record({ path: name.map((one) => `/${one}`) }), table: fc.constantFrom('delta', undefined) }),
    fc.record({ s3: fc.record({ bucket: fc.constantFrom('abc', 'b-c'), prefix: name }, { requiredKeys: ['bucket'] }) }),
    fc.record({ postgres: fc.record({ connection: fc.constant('shop'), query: name, cursor: name }) }),
  ) // prettier-ignore
  const source = fc
    .tuple(
      location,
      fc.record(
        {
          name,
          model: name,
          every: fc.constantFrom('1h', '60m', '1d'),
          settle: fc.constantFrom('1m', '5m'),
          columns: fc.record({ ts: name, score: name }, { requiredKeys: [] }),
          constants: fc.dictionary(name, name),
          ignore: fc.array(name),
          undated: fc.constantFrom('reject', 'modified'),
          label_delay: duration,
        },
        { requiredKeys: ['name', 'model'] },
      ),
    )
    .map(([where, rest]) => ({ ...rest, ...where }))
  const distinct = <T extends { name: string }>(one: fc.Arbitrary<T>) =>
    fc.uniqueArray(one, { selector: ({ name }) => name, maxLength: 4 })
  const declared = fc
    .record({
      models: distinct(model),
      monitors: distinct(monitor),
      channels: distinct(channel),
      topics: distinct(topic),
      routes: distinct(route),
      experiments: distinct(experiment),
      sources: distinct(source),
    })
    .map(({ models, monitors, channels, topics, routes, experiments, sources }) => ({
      models: models.map((one) => modelSchema.parse(one)),
      monitors: monitors.map((one) => monitorSchema.parse(one)),
      channels: channels.map((one) => channelSchema.parse(one)),
      topics: topics.map((one) => topicSchema.parse(one)),
      routes: routes.map((one) => alertRouteSchema.parse(one)),
      experiments: experiments.map((one) => experimentSchema.parse(one)),
      sources: sources.map((one) => sourceSchema.parse(one)),
    }))
  type Declared = typeof declared extends fc.Arbitrary<infer T> ? T : never
  /** What the API's lists would give, after a journey as JSON. */
  const asListed = ({ models, monitors, channels, topics, routes, experiments, sources }: Declared) =>
    JSON.parse(
      JSON.stringify({
        models: models.map(declarationOf),
        monitors: monitors.map(monitorDeclarationOf),
        channels: channels.map(publicChannel),
        topics,
        routes,
        experiments: experiments.map(experimentDeclarationOf),
        sources: sources.map(sourceDeclarationOf),
      }),
    )

  test('of what is declared already changes nothing, and of anything else what differs', () => {
    fc.assert(
      fc.property(declared, declared, (now, next) => {
        expect(planChanges(now, asListed(now)).filter(({ change }) => change !== 'unchanged')).toEqual([])
        expect(leftAlone(now, asListed(now))).toEqual([])
        for (const { section, name: of, change } of planChanges(next, asListed(now))) {
          const one = (all: Declared) =>
            (all[section] as { name: string }[]).find((entry) => entry.name === of)
          const expected =
            one(now) === undefined ? 'created' : isSame(one(now), one(next)) ? 'unchanged' : 'changed'
          expect(change).toBe(expected)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('prints nothing that a terminal obeys, and no part of an address but its host', () => {
    fc.assert(
      fc.property(declared, declared, (now, next) => {
        const changes = planChanges(next, asListed(now))
        const text = renderPlan({ declared: next, changes, leftAlone: leftAlone(next, asListed(now)), dryRun: false }).join('\n') // prettier-ignore
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
        for (const channel of next.channels) {
          if ('webhook' in channel) expect(text).not.toContain(channel.webhook.secret)
          if ('pagerduty' in channel) expect(text).not.toContain(channel.pagerduty.routing_key)
          if ('github' in channel) expect(text).not.toContain(channel.github.token)
        }
        expect(text).not.toMatch(/h\.example\/[^…]/)
      }),
    )
  })
})

/** Equal but for the order of a model's features, which are listed by name. */
function isSame(a: unknown, b: unknown): boolean {
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      const isFeatures = value.some((one) => one instanceof Object && 'kind' in one)
      const entries = value.map(plain)
      return isFeatures ? entries.sort((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1)) : entries
    }
    if (!(value instanceof Object)) return value
    return Object.fromEntries(Object.entries(value).sort().map(([key, one]) => [key, plain(one)])) // prettier-ignore
  }
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b))
}
