import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parseDeclarations, readDeclarations } from '../../declare/declarations.ts'
import { createLog } from '../../service/log.ts'
import { ROLES } from '../../service/roles.ts'
import { startService } from '../../service/service.ts'
import { ConfigError, readConfig, type Environment } from '../../config.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function file(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

/** The message of the ConfigError that the work ends with. */
function fault(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  throw new Error('no error')
}

const KEY = '0123456789abcdef'

describe('the configuration', () => {
  test('has defaults for everything; what is empty counts as not set', () => {
    const defaults = {
      port: 8080, host: '127.0.0.1', store: { path: 'data/clickhouse' }, spool: 'data/spool', durable: true, apiKeys: [], declarations: undefined,
      logLevel: 'info',
    } // prettier-ignore
    expect(readConfig({})).toMatchObject(defaults)
    const empty = {
      PORT: '',
      HOST: '',
      DRIFTGAUGE_DATA: '',
      CLICKHOUSE_URL: '',
      DRIFTGAUGE_API_KEYS: '',
      DRIFTGAUGE_CONFIG: '',
    }
    expect(readConfig(empty)).toEqual(readConfig({}))
  })

  test('is read', () => {
    const config = readConfig({
      PORT: '0', HOST: '0.0.0.0', DRIFTGAUGE_DATA: '/var/lib/d', CLICKHOUSE_URL: 'http://ch:8123', LOG_LEVEL: 'warn', DRIFTGAUGE_FSYNC: 'false',
      DRIFTGAUGE_API_KEYS: ` ${KEY} , ${KEY}2,`, DRIFTGAUGE_CONFIG: 'x.yaml',
    }) // prettier-ignore
    expect(config).toMatchObject({
      port: 0, host: '0.0.0.0', store: { url: 'http://ch:8123' }, spool: '/var/lib/d/spool', apiKeys: [KEY, `${KEY}2`],
      declarations: 'x.yaml', logLevel: 'warn', durable: false,
    }) // prettier-ignore
  })

  test('of a cluster', () => {
    const { store } = readConfig({ CLICKHOUSE_URL: 'http://ch:8123', CLICKHOUSE_CLUSTER: 'events' })
    expect(store).toEqual({ url: 'http://ch:8123', cluster: 'events' })
  })

  test('of mail: the sender is the user where nothing else is said', () => {
    const smtp = (SMTP_URL: string, more = {}) => readConfig({ SMTP_URL, ...more }).smtp
    expect(readConfig({}).smtp).toBeUndefined()
    expect(smtp('smtp://mailpit:1025')).toEqual({ url: 'smtp://mailpit:1025', from: 'driftgauge@localhost' })
    expect(smtp('smtps://me%40example.com:p%2Fw@h')?.from).toBe('me@example.com')
    expect(smtp('smtp://u:p@h', { SMTP_FROM: 'drift@example.com' })?.from).toBe('drift@example.com')
    for (const wrong of ['http://h', 'mailpit:1025', 'smtp://a:%zz-hunter2@h', '%'])
      expect(fault(() => smtp(wrong))).toMatch(/^SMTP_URL: write it as smtp:(?!.*hunter2)/)
    expect(fault(() => smtp('smtp://h', { SMTP_FROM: 'me' }))).toMatch(/^SMTP_FROM: write an address/)
  })

  test.each(['0.0.0.0', '::', '192.168.1.5', 'example.com', '127.evil.com', '0', '127.0.0.1.nip.io'])(
    'does not let others in without a key: HOST=%s',
    (HOST) => {
      expect(fault(() => readConfig({ HOST }))).toMatch(
        new RegExp(
          `HOST is ${HOST.replaceAll('.', '\\.')}, which other machines can reach.*DRIFTGAUGE_API_KEYS`,
        ),
      )
      expect(fault(() => readConfig({ HOST, DRIFTGAUGE_API_KEYS: ' , ' }))).toMatch(/DRIFTGAUGE_API_KEYS/)
      expect(readConfig({ HOST, DRIFTGAUGE_API_KEYS: KEY }).host).toBe(HOST)
    },
  )

  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('needs no key on %s', (HOST) => {
    expect(readConfig({ HOST }).apiKeys).toEqual([])
  })

  test.each<[string, Environment, RegExp]>([
    ['a port that is no number', { PORT: 'http' }, /^PORT: /],
    ['a port out of range', { PORT: '65536' }, /^PORT: /],
    ['a negative port', { PORT: '-1' }, /^PORT: /],
    ['half a port', { PORT: '80.5' }, /^PORT: /],
    ['an address that is none', { CLICKHOUSE_URL: 'clickhouse:8123' }, /^CLICKHOUSE_URL: /],
    ['a cluster without the address of a node', { CLICKHOUSE_CLUSTER: 'events' }, /^CLICKHOUSE_CLUSTER: set CLICKHOUSE_URL/],
    ['an address of another protocol', { CLICKHOUSE_URL: 'tcp://clickhouse:9000' }, /^CLICKHOUSE_URL: /],
    ['an unknown log level', { LOG_LEVEL: 'loud' }, /^LOG_LEVEL: /],
    ['a short key', { DRIFTGAUGE_API_KEYS: `${KEY},short` }, /16 characters/],
    ['two faults at once', { PORT: 'x', LOG_LEVEL: 'y' }, /^PORT: .*\nLOG_LEVEL: /],
    ['a secret in two places', { DRIFTGAUGE_API_KEYS: KEY, DRIFTGAUGE_API_KEYS_FILE: '/x' }, /either DRIFTGAUGE_API_KEYS or DRIFTGAUGE_API_KEYS_FILE/],
    ['a secret in a file that is not there', { CLICKHOUSE_URL_FILE: '/no/such/file' }, /^CLICKHOUSE_URL_FILE: .*no such file/],
    ['a secret in a directory', { CLICKHOUSE_URL_FILE: '/' }, /^CLICKHOUSE_URL_FILE: /],
  ])('refuses %s', (_, environment, reason) => expect(fault(() => readConfig(environment))).toMatch(reason)) // prettier-ignore

  test('never shows a key', () => {
    const secret = 'hunter2hunter2'
    expect(fault(() => readConfig({ DRIFTGAUGE_API_KEYS: secret }))).not.toContain(secret)
    const path = file('short', secret)
    expect(fault(() => readConfig({ DRIFTGAUGE_API_KEYS_FILE: path }))).not.toContain(secret)
  })

  test('takes secrets from files, the newline at their end apart', () => {
    const keys = file('keys', `${KEY},${KEY}2\n`)
    const url = file('url', 'http://user:password@ch:8123\r\n')
    expect(
      readConfig({ HOST: '0.0.0.0', DRIFTGAUGE_API_KEYS_FILE: keys, CLICKHOUSE_URL_FILE: url }),
    ).toMatchObject({
      apiKeys: [KEY, `${KEY}2`],
      store: { url: 'http://user:password@ch:8123' },
    })
  })

  test('does not take an empty file of keys for no keys', () => {
    expect(fault(() => readConfig({ DRIFTGAUGE_API_KEYS_FILE: file('empty', '\n') }))).toMatch(
      /DRIFTGAUGE_API_KEYS/,
    )
  })
})

describe('declarations', () => {
  const faults = (text: string) => fault(() => parseDeclarations(text, 'models.yaml')).split('\n')

  test('are read', () => {
    const { models, monitors } = parseDeclarations(
      `models:
  - name: flights
    task: binary
    positive: late
    features:
      hour: numeric
      distance: { kind: numeric, importance: 0.2 }
      origin: categorical
    segments: [origin]
monitors:
  - { name: daily, model: flights, window: 24h, false_alarms: 1 per 30d }
`,
      'models.yaml',
    )
    expect(models).toEqual([
      {
        name: 'flights', task: 'binary', positive: 'late', segments: ['origin'],
        features: [{ name: 'hour', kind: 'numeric' }, { name: 'distance', kind: 'numeric', importance: 0.2 }, { name: 'origin', kind: 'categorical' }],
      },
    ]) // prettier-ignore
    expect(monitors).toMatchObject([{ name: 'daily', model: 'flights', window: 86_400_000, false_alarms: 3 }])
    for (const nothing of ['', '# only a comment\n', 'models: []', '---\n']) {
      expect(parseDeclarations(nothing, 'x')).toEqual(parseDeclarations('models: []\nmonitors: []', 'x'))
    }
  })

  const HEAD = 'models:\n  - name: m\n    task: binary\n    features: { a: numeric }\n'
  test.each<[string, string, RegExp[]]>([
    ['an unknown key', `${HEAD}    colour: red\n`, [/^models\.yaml:5:\d+: .*"?colour/]],
    ['an unknown key at the top', `${HEAD}modells: []\n`, [/^models\.yaml:5:\d+: .*modells/]],
    ['an unknown key of a feature', `${HEAD}      # more\n    segments: []\n`.replace('{ a: numeric }', '\n      a:\n        kind: numeric\n        weight: 1'), [/^models\.yaml:[67]:\d+: .*/]],
    ['a bad value', HEAD.replace('binary', 'ranking'), [/^models\.yaml:3:\d+: model "m", task: "ranking"/]],
    ['a bad kind', HEAD.replace('numeric', 'text'), [/^models\.yaml:4:\d+: model "m", features\.a: .*numeric/]],
    ['a bad name', HEAD.replace('name: m', 'name: ../m'), [/^models\.yaml:2:\d+: .*name: .*letters/]],
    ['what is absent', 'models:\n  - name: m\n    task: binary\n', [/^models\.yaml:2:\d+: model "m", features: .*missing/]],
    ['a number for a name', HEAD.replace('name: m', 'name: 5'), [/^models\.yaml:2:\d+: .*name: .*text/]],
    ['a list where a map belongs', 'models:\n  - [a]\n', [/^models\.yaml:2:\d+: .*mapping/]],
    ['text', 'hello\n', [/^models\.yaml:1:\d+: /]],
    ['a bad duration', `monitors:\n  - name: d\n    model: m\n    window: 1 day\n`, [/^models\.yaml:4:\d+: monitor "d", window: .*24h/]],
    ['a window of half an hour', `monitors:\n  - name: d\n    model: m\n    window: 30m\n`, [/^models\.yaml:4:\d+: .*whole number of hours/]],
    ['a duplicate key', `${HEAD}    task: regression\n`, [/^models\.yaml:5:\d+: .*"task" is given twice/]],
    ['broken indentation', 'models:\n  - name: m\n task: binary\n', [/^models\.yaml:[23]:\d+: /]],
    ['an open bracket', 'models: [\n', [/^models\.yaml:\d:\d+: /]],
    ['a tab', 'models:\n\t- name: m\n', [/^models\.yaml:2:\d+: .*[Tt]ab/]],
    ['two documents', `${HEAD}---\n${HEAD}`, [/^models\.yaml:\d:\d+: .*document/]],
    ['several faults, each with its line', HEAD.replace('binary', 'x').replace('numeric', 'y'), [/^models\.yaml:3:\d+: /, /^models\.yaml:4:\d+: /]],
    ['a feature that cannot be', `models:\n  - name: m\n    task: binary\n    features:\n      __proto__: numeric\n`, [/^models\.yaml:5:\d+: .*__proto__/]],
    ['an alias of nothing', 'models: *none\n', [/^models\.yaml:1:\d+: .*&none/]],
  ])('with %s are refused with file and line', (_, text, expected) => {
    const found = faults(text)
    expect(found).toEqual(expected.map((line) => expect.stringMatching(line)))
  }) // prettier-ignore

  test('that explode when aliases are followed are refused', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...[...'bcdefghi'].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`),
    ]
    expect(faults(bomb.join('\n'))).toEqual([expect.stringMatching(/^models\.yaml:\d+:\d+: /)])
  })

  test('in a file that is not there name it', () => {
    expect(fault(() => readDeclarations(join(directory, 'none.yaml')))).toMatch(
      /none\.yaml: .*does not exist/,
    )
  })
})

test('a port that is taken is named, and the data directory is free again', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  const config = readConfig({ PORT: String(port), DRIFTGAUGE_DATA: join(directory, 'data') })
  const options = {
    log: createLog('silent'),
    declarations: parseDeclarations('', 'x'),
    clock: () => new Date(),
    roles: new Set(ROLES),
    scheduled: false,
  }
  await expect(startService({ ...options, config })).rejects.toThrow(
    new RegExp(`Port ${port} .*in use.*PORT`),
  )
  await expect(startService({ ...options, config })).rejects.toBeInstanceOf(ConfigError)
  other.close()
  const service = await startService({ ...options, config: { ...config, port: 0 } })
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200)
  await service.stop()
})
