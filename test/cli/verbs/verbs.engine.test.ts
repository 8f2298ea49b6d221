/** What the dashboard's pages do, from the command line, against a running service. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { apiFixture, FULL_KEY, SECRET, type ApiFixture } from '../../support/api.ts'
import { command, type Outcome } from '../../support/command.ts'
import { Listener } from '../../support/retraining.ts'
import { atEnd } from '../../support/runner/at-end.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-verbs-'))
atEnd(() => rmSync(directory, { recursive: true, force: true }))
const write = (name: string, text: string) => {
  writeFileSync(join(directory, name), text)
  return join(directory, name)
}

const FIRING = '3'.repeat(32)
const RESOLVED = '2'.repeat(32)
const receiver = new Listener()
let fixture: ApiFixture
let readKey = ''

beforeAll(async () => {
  await receiver.start()
  fixture = await apiFixture(20, { DRIFTGAUGE_WEBHOOK_ALLOW: '127.0.0.1' })
  const { body } = await fixture.call('POST', '/keys', { name: 'reader', scopes: ['read'] })
  readKey = body.key
  const channels = [
    { name: 'hook', webhook: { url: `${receiver.url}/`, secret: SECRET } },
    { name: 'spare', webhook: { url: `${receiver.url}/spare`, secret: SECRET } },
  ]
  for (const one of channels) expect((await fixture.call('POST', '/channels', one)).status).toBeLessThan(300)
  return () => receiver.stop()
})

const at = (url: string, key: string, line: string[]) =>
  command(line, { DRIFTGAUGE_URL: url, DRIFTGAUGE_API_KEY: key })
const driftgauge = (...line: string[]) => at(fixture.service.url, FULL_KEY, line)
const words = (line: string) => driftgauge(...line.split(' '))
const printed = ({ code, stdout, stderr }: Outcome) => {
  expect([code, stderr]).toEqual([0, ''])
  return stdout
}

describe('what is declared', () => {
  test.each([
    ['model list', /^name +task +features +segments\nshop +binary +2 +c\n$/],
    ['monitor list', /^name +model +window +every +checks +channels\ndaily +shop +24h +1h +feature, .* +hook\n$/],
    ['channel list', /^name +type +target\nhook +webhook +http:\/\/127\.0\.0\.1:\d+\/\nspare +webhook .*\/spare\n$/],
    ['route list', /^name +models +kinds +owners +from +channels\ncritical +any +any +any +critical +hook\n$/],
    ['topic list', /^name +records +models +payload\nflat +predictions +named in the records +fields of its own\n$/],
    ['monitor list --model other', /^No monitors of "other"\. "driftgauge apply -f FILE" declares them\.\n$/],
  ])('%s prints a table', async (line, expected) => {
    expect(printed(await words(line))).toMatch(expected)
  }) // prettier-ignore

  test.each([
    ['model', 'models', 'shop'],
    ['monitor', 'monitors', 'daily'],
    ['channel', 'channels', 'hook'],
    ['route', 'routes', 'critical'],
    ['topic', 'topics', 'flat'],
  ])('%s list --json and show --json are the answers of the API', async (noun, section, name) => {
    const { body: all } = await fixture.call('GET', `/${section}`)
    const { body: one } = await fixture.call('GET', `/${section}/${name}`)
    expect(JSON.parse(printed(await words(`${noun} list --json`)))).toEqual(all[section])
    expect(JSON.parse(printed(await words(`${noun} show ${name} --json`)))).toEqual(one)
  })

  test.each([
    ['model', 'shop'],
    ['monitor', 'daily'],
    ['route', 'critical'],
    ['topic', 'flat'],
  ])('what %s show prints can be applied, and changes nothing', async (noun, name) => {
    const yaml = printed(await words(`${noun} show ${name}`))
    const file = write(`${noun}.yaml`, yaml)
    expect(printed(await words(`apply -f ${file}`))).toMatch(/^Nothing to change: 1 /)
  })

  test('a channel is shown without its secret, and says so', async () => {
    const yaml = printed(await words('channel show hook'))
    expect(yaml).toMatch(/^# It sends to http:\/\/127.*\/\. Its secret is not shown: add it before you apply this\.\n/) // prettier-ignore
    expect(yaml).not.toContain(SECRET)
    expect(parse(yaml)).toEqual({ channels: [{ name: 'hook', webhook: { url: `${receiver.url}/` } }] })
    const { stdout } = await at(fixture.service.url, readKey, ['channel', 'show', 'hook'])
    expect(stdout).toContain('Only a key with the scope write is shown its settings.')
    expect(parse(stdout)).toEqual({ channels: [{ name: 'hook', webhook: {} }] })
  })

  test('names of features that other readers would take for something else are quoted', async () => {
    const features = { yes: 'numeric', '1e3': 'numeric', 'line\u0085\u202e\u{e0041}\nend': 'categorical' }
    await fixture.call('POST', '/models', { name: 'odd', task: 'binary', features })
    const yaml = printed(await words('model show odd'))
    expect(yaml).not.toMatch(/[\u0080-\u009f\u202e\u{e0041}]/u)
    expect(parse(yaml, { version: '1.1' })).toMatchObject({ models: [{ features }] })
    expect(printed(await words(`apply -f ${write('odd.yaml', yaml)}`))).toMatch(/^Nothing to change/)
    expect(printed(await words('model remove odd --yes'))).toBe('Removed the model "odd".\n')
  })

  test('removing needs --yes where there is no terminal to ask on', async () => {
    const { code, stderr } = await words('channel remove spare')
    expect([code, stderr]).toEqual([2, 'driftgauge: This removes the channel "spare" with its secrets, which cannot be shown again. Nothing was changed: give --yes to do it.\n']) // prettier-ignore
    expect(printed(await words('channel show spare'))).toContain('spare')
    expect(printed(await words('channel remove spare --yes'))).toBe('Removed the channel "spare".\n')
    const gone = await words('channel show spare')
    expect([gone.code, gone.stderr]).toEqual([2, 'driftgauge: There is no channel "spare". "driftgauge channel list" lists the channels.\n']) // prettier-ignore
  })

  test('what is in use is not removed', async () => {
    for (const [line, user] of [
      ['model remove shop --yes', 'daily'],
      ['channel remove hook --yes', 'critical'],
    ]) {
      const { code, stderr } = await words(line)
      expect([code, stderr]).toEqual([2, expect.stringContaining(user)])
    }
  })
})

describe('a model that is suggested', () => {
  const CSV = ['Unnamed: 0,distance,origin,seen,prediction,label', ...Array.from({ length: 300 }, (_, i) => `${i},${i % 37},${'AB'[i % 2]},2026-01-05T00:00:00Z,yes,no`), ''].join('\n') // prettier-ignore

  test('is YAML that can be applied, and names what is left out', async () => {
    const yaml = printed(await driftgauge('model', 'suggest', write('trips.csv', CSV)))
    expect(yaml).toContain('# Suggested from the 300 rows of "trips.csv", which have prediction, label.\n')
    expect(yaml).toContain('#   "Unnamed: 0": looks like an index')
    expect(yaml).toContain('#   "seen": looks like a time')
    expect(parse(yaml)).toMatchObject({ models: [{ name: 'trips', features: { distance: 'numeric', origin: 'categorical' } }] }) // prettier-ignore
    expect((await words('model show trips')).code).toBe(2)
    expect(printed(await words(`apply -f ${write('trips.yaml', yaml)}`))).toContain('model "trips" created')
    expect(printed(await words('model remove trips --yes'))).toBe('Removed the model "trips".\n')
  })

  test('has the name that is given, where the file has none that will do', async () => {
    const file = write('my trips.csv', CSV)
    const { code, stderr } = await driftgauge('model', 'suggest', file)
    expect([code, stderr]).toEqual([2, 'driftgauge: "my trips" cannot be the name of a model. Give another one with --name.\n']) // prettier-ignore
    const { stdout } = await driftgauge('model', 'suggest', file, '--name', 'other', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ model: { name: 'other' }, rows: 300 })
  })

  test.each([
    ['none.csv', undefined, /none\.csv: no such file/],
    ['empty.csv', 'a,b\n', /empty\.csv: .*no rows/],
  ])('of %s is refused', async (name, text, expected) => {
    const file = text === undefined ? join(directory, name) : write(name, text)
    const { code, stdout, stderr } = await driftgauge('model', 'suggest', file)
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(expected)])
  })
})

describe('a monitor that is run now', () => {
  test('tells what drifted, with exit code 1', async () => {
    const { code, stdout } = await words('monitor run daily --as-of 2026-01-09T01:00:00Z')
    expect(code).toBe(1)
    expect(stdout).toContain('Evaluated the window of predictions that ended 2026-01-09 00:00 UTC.\n')
    expect(stdout).toMatch(/\n✖ critical {2}feature {2}x +3\.\d+\n +The distribution shifted: effect 3/)
    expect(stdout).toMatch(/\d results, \d of them ok\. No alert was raised\.\n/)
  })

  test('tells that nothing did, with exit code 0', async () => {
    const { code, stdout } = await words('monitor run daily --as-of 2026-01-11T01:00:00Z --json')
    expect(code).toBe(0)
    const { results } = JSON.parse(stdout) as { results: { verdict: string }[] }
    expect(results.length).toBeGreaterThan(0)
    expect(results.map(({ verdict }) => verdict)).not.toContain('critical')
  })

  test('says what is wrong with its time', async () => {
    const { code, stderr } = await words('monitor run daily --as-of yesterday')
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^driftgauge: --as-of: write a time as /)])
  })
})

describe('a channel that is tested', () => {
  test('has been sent a message, or says why not', async () => {
    receiver.heard.length = 0
    const sent = await words('channel test hook')
    expect([sent.code, sent.stdout]).toEqual([0, expect.stringMatching(/^Delivered/)])
    expect(receiver.heard).toHaveLength(1)
    receiver.answer((response) => response.writeHead(500).end())
    const failed = await words('channel test hook --json')
    expect([failed.code, JSON.parse(failed.stdout)]).toEqual([3, expect.objectContaining({ delivered: false, http_status: 500 })]) // prettier-ignore
  })
})

describe('alerts', () => {
  test('are listed, newest first, by status and up to a limit', async () => {
    const all = printed(await words('alert list'))
    expect(all).toMatch(new RegExp(`^alert .*\n✖ critical +shop +daily .* ${FIRING}\n✓ resolved .* ${RESOLVED}\n$`)) // prettier-ignore
    expect(printed(await words('alert list --status resolved'))).not.toContain(FIRING)
    expect(printed(await words('alert list --limit 1'))).toMatch(/Showing the newest 1\. Use --limit to list more\.\n$/) // prettier-ignore
    expect(printed(await words('alert list --model other'))).toBe('No alerts of the model "other".\n')
    const json = JSON.parse(printed(await words('alert list --status firing --json'))) as object[]
    expect(json).toMatchObject([{ id: FIRING, status: 'firing' }])
  })

  test('are shown with history and deliveries', async () => {
    const text = printed(await words(`alert show ${'1'.repeat(32)}`))
    expect(text).toMatch(/^▲ warning {2}feature of shop, monitor daily/)
    expect(text).toContain(`This is an earlier event of the alert. The newest is ${RESOLVED}.`)
    expect(text).toMatch(/\nHistory, newest first:\n(?: {2}.*\n){3}/)
    expect(text).toMatch(/\nDeliveries, newest first:\n {2}.* other failed: HTTP 500\n/)
    expect(JSON.parse(printed(await words(`alert show ${FIRING} --json`)))).toMatchObject({ id: FIRING, current: FIRING }) // prettier-ignore
  })

  test('are acknowledged, and no longer', async () => {
    const acked = await driftgauge('alert', 'ack', FIRING, '--by', 'Ann \u001b[31m', '--comment', 'on it')
    expect(printed(acked)).toBe(`Alert ${FIRING} is acknowledged by Ann \\u{1b}[31m.\n`)
    expect(printed(await words(`alert show ${FIRING}`))).toMatch(/\nacknowledged by Ann .* at .*: on it\n/)
    expect(printed(await words(`alert unack ${FIRING}`))).toBe(`Alert ${FIRING} is not acknowledged any more.\n`) // prettier-ignore
    expect(printed(await words(`alert show ${FIRING}`))).not.toContain('acknowledged by')
  })
})

describe('keys', () => {
  test('are created alone on standard output, listed and revoked', async () => {
    const made = await words('key create prod --scope ingest --scope read')
    expect(made.code).toBe(0)
    expect(made.stdout).toMatch(/^dg_[\w-]+\n$/)
    const [, id] = /^Created the key "prod" with the scopes ingest, read, id ([0-9a-f]{16})\. It is shown only this once:\n$/.exec(made.stderr)! // prettier-ignore
    const listed = await at(fixture.service.url, made.stdout.trim(), ['model', 'list'])
    expect(listed.code).toBe(0)
    expect(printed(await words('key list'))).toMatch(new RegExp(`\n${id} .* ingest, read +prod\n`))
    expect((await words(`key revoke ${id}`)).stderr).toContain(`This revokes the key "prod" (${id})`)
    expect(printed(await words(`key revoke ${id} --yes`))).toBe(`Revoked the key "prod" (${id}).\n`)
    const refused = await at(fixture.service.url, made.stdout.trim(), ['model', 'list'])
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('rejected the key. Set DRIFTGAUGE_API_KEY')]) // prettier-ignore
  })

  test('are rotated: the old one still works for as long as is said', async () => {
    const made = JSON.parse(printed(await words('key create turned --scope read --json'))) as {
      id: string
      key: string
    }
    const rotated = await words(`key rotate ${made.id} --grace 2`)
    expect(rotated.stdout).toMatch(/^dg_[\w-]+\n$/)
    expect(rotated.stderr).toMatch(/^Rotated the key "turned": the old one works for 2 hours more\. /)
    for (const key of [made.key, rotated.stdout.trim()])
      expect((await at(fixture.service.url, key, ['model', 'list'])).code).toBe(0)
    const listed = printed(await words('key list'))
    expect(listed).toMatch(/last used \(UTC\) +refused from \(UTC\)/)
    expect(listed).toMatch(new RegExp(`${made.id} .* 20\\d\\d-\\d\\d-.* 20.* read +turned`))
    const [, fresh] = /the id ([0-9a-f]{16}) /.exec(rotated.stderr)!
    const gone = JSON.parse(printed(await words(`key rotate ${fresh} --grace 0 --json`))) as { key: string }
    expect((await at(fixture.service.url, rotated.stdout.trim(), ['model', 'list'])).code).toBe(2)
    expect((await at(fixture.service.url, gone.key, ['model', 'list'])).code).toBe(0)
  })

  test('are described as JSON', async () => {
    const made = JSON.parse(printed(await words('key create other --scope write --json'))) as { id: string }
    const all = JSON.parse(printed(await words('key list --json'))) as { id: string }[]
    expect(all.map(({ id }) => id)).toContain(made.id)
    expect(JSON.stringify(all)).not.toContain('dg_')
  })
})

describe('baselines of stored predictions', () => {
  test('are made of a period', async () => {
    const line = 'baseline add shop --from 2026-01-06 --to 2026-01-08 --name two-days'
    expect(printed(await words(line))).toBe('Baseline 2 of shop: 960 rows.\n')
    expect(printed(await words('baseline list shop'))).toMatch(/^\* 1 .*\n {2}2 .* 960 rows {2}two-days\n$/)
    const again = printed(
      await words('baseline add shop --from 2026-01-06 --to 2026-01-07 --activate --json'),
    )
    expect(JSON.parse(again)).toMatchObject({ version: 3, rows: 480, active: true, notices: [] })
  })

  test.each([
    ['baseline add shop', 'Give a file, or both --from and --to'],
    ['baseline add shop --from 2026-01-06', 'Give a file, or both --from and --to'],
    ['baseline add shop x.csv --from 2026-01-06', 'not both'],
    ['baseline add shop --from 2026-01-06 --to 2026-01-07 --task binary', 'omit --kind, --task and --positive'],
    ['baseline add shop --from 2026-01-06 --to 2026-01-07T00:30:00Z', 'driftgauge: --to: must be a whole hour'],
    ['baseline add shop --from 2020-01-01 --to 2020-01-02', 'The baseline would be empty'],
    ['baseline add nobody --from 2026-01-06 --to 2026-01-07', '"driftgauge model list" lists the models.'],
  ])('%s is refused', async (line, message) => {
    const { code, stderr } = await words(line)
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  }) // prettier-ignore
})

const ID = '0'.repeat(32)
const READING = ['status', 'model list', 'model show shop', 'monitor list', 'monitor show daily', 'channel list', 'channel show hook', 'route list', 'route show critical', 'topic list', 'topic show flat', 'alert list', `alert show ${FIRING}`] // prettier-ignore
const WRITING = ['model remove shop --yes', 'monitor remove daily --yes', 'monitor run daily', 'channel remove hook --yes', 'channel test hook', 'route remove critical --yes', 'topic remove flat --yes', 'key list', 'key create x --scope read', 'key revoke 0123456789abcdef --yes', 'key rotate 0123456789abcdef', `alert ack ${FIRING}`, `alert unack ${FIRING}`, 'baseline add shop --from 2026-01-06 --to 2026-01-07'] // prettier-ignore

test.each(READING)('a key that may read is enough for %s', async (line) => {
  const { code, stderr } = await at(fixture.service.url, readKey, line.split(' '))
  expect([code, stderr]).toEqual([line === 'status' ? 1 : 0, ''])
})

test.each(WRITING)('a key that may only read is refused %s, with what to do', async (line) => {
  const { code, stdout, stderr } = await at(fixture.service.url, readKey, line.split(' '))
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toBe('driftgauge: This key does not have the scope "write", which this route requires. Set DRIFTGAUGE_API_KEY to a key that may do this.\n') // prettier-ignore
})

test.each([...READING, ...WRITING])('without a service, %s says that nothing answers', async (line) => {
  const { code, stdout, stderr } = await at('http://127.0.0.1:9', FULL_KEY, line.split(' '))
  expect([code, stdout]).toEqual([line === 'status' ? 3 : 2, ''])
  expect(stderr).toBe('driftgauge: No answer from http://127.0.0.1:9 (ECONNREFUSED). Check DRIFTGAUGE_URL.\n')
})

test.each([
  ...['model', 'monitor', 'channel', 'route', 'topic'].flatMap((noun) => [
    [`${noun} show nobody`, `"driftgauge ${noun} list" lists the ${noun}s.`],
    [`${noun} remove nobody --yes`, `"driftgauge ${noun} list" lists the ${noun}s.`],
    [`${noun} show ../x`, 'invalid for argument'],
  ]),
  ['monitor run nobody', '"driftgauge monitor list" lists the monitors.'],
  ['channel test nobody', '"driftgauge channel list" lists the channels.'],
  [`alert show ${ID}`, '"driftgauge alert list" lists the alerts.'],
  [`alert ack ${ID}`, '"driftgauge alert list" lists the alerts.'],
  [`alert unack ${ID}`, '"driftgauge alert list" lists the alerts.'],
  ['alert show 12', '32 hexadecimal digits'],
  ['alert list --status lost', 'Allowed choices are firing, resolved'],
  ['alert list --limit 0', 'a whole number from 1'],
  ['key revoke 0123456789abcdef --yes', '"driftgauge key list" lists the keys.'],
  ['key revoke 12', '16 hexadecimal digits'],
  ['key rotate 0123456789abcdef', '"driftgauge key list" lists the keys.'],
  ['key rotate 0123456789abcdef --grace 721', 'from 0 to 720'],
  ['key create x', "'--scope <scope>' not specified"],
  ['key create x --scope admin', 'use read, ingest, write, one per --scope'],
])('%s is refused, and says what to do', async (line, message) => {
  const { code, stdout, stderr } = await words(line)
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)])
})
