import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROLES } from '../../service/roles.ts'
import { startService, type Service } from '../../service/service.ts'
import { readConfig } from '../../config.ts'
import { generationClock, rollup } from '../../detectors/rollup/rollup.ts'
import { CHANNEL_KINDS, type ChannelKind } from '../../control/declared/channel.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  settled,
  startBrowser,
  type Browser,
} from '../support/pages/browser.ts'
import { answer, startMailServer, startReceiver } from '../support/channels.ts'
import { ask } from '../support/ask.ts'

const START = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000
const CANARY = 'canary0123456789canary0123456789'
/** One of each kind, by the name of its channel. */
const NAMES: Record<ChannelKind, string> = { webhook: 'hook', slack: 'slack', email: 'mail', pagerduty: 'pager', github: 'train' } // prettier-ignore
const SECRETS: Record<ChannelKind | 'query', string> = {
  webhook: `webhook-${CANARY}`,
  query: `query-${CANARY}`,
  slack: `slack-${CANARY}`,
  email: `mail-${CANARY}`,
  // A routing key has exactly 32 letters and digits.
  pagerduty: CANARY,
  github: `github-${CANARY}`,
}

let service: Service
let receiver: Awaited<ReturnType<typeof startReceiver>>
let mail: Awaited<ReturnType<typeof startMailServer>>
const logged: string[] = []
/** Everything that the service answered. */
const answered: string[] = []
const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))

const call = async (method: string, path: string, body?: unknown) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'application/x-ndjson' : 'application/json'
  const init = body === undefined ? {} : { body: text, headers: { 'content-type': type } }
  const found = await ask(`${service.url}/api/v1${path}`, { method, ...init })
  answered.push(JSON.stringify(found.body))
  return found
}
const must = async (method: string, path: string, body?: unknown) => {
  const found = await call(method, path, body)
  expect(found.status, JSON.stringify(found.body)).toBeLessThan(300)
  return found.body as Record<string, unknown>
}

beforeAll(async () => {
  receiver = await startReceiver()
  mail = await startMailServer({
    authOptional: true,
    allowInsecureAuth: true,
    onAuth: (_auth, _session, callback) => callback(null, { user: 'driftgauge' }),
  })
  const config = readConfig({
    PORT: '0',
    DRIFTGAUGE_DATA: directory,
    DRIFTGAUGE_WEBHOOK_ALLOW: new URL(receiver.url).host,
    SMTP_URL: `smtp://drift:${SECRETS.email}@127.0.0.1:${mail.port}`,
    SMTP_FROM: 'drift@example.com',
  })
  service = await startService({
    config,
    log: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
    declarations: { models: [], monitors: [] },
    clock: () => new Date(),
    roles: new Set(ROLES),
    scheduled: false,
  })
  const settings: Record<ChannelKind, object> = {
    webhook: { url: `${receiver.url}/hook?token=${SECRETS.query}`, secret: SECRETS.webhook },
    slack: { webhook_url: `${receiver.url}/services/${SECRETS.slack}` },
    email: { to: ['ml@example.com'] },
    pagerduty: { routing_key: SECRETS.pagerduty, url: receiver.url },
    github: { repository: 'a/b', token: SECRETS.github, api_url: receiver.url },
  }
  for (const kind of CHANNEL_KINDS)
    await must('POST', '/channels', { name: NAMES[kind], [kind]: settings[kind] })
  await must('POST', '/routes', {
    name: 'on-call',
    match: { models: ['sh*'], severity: 'critical' },
    channels: ['pager'],
  })
})
afterAll(async () => {
  await service.stop()
  await receiver.stop()
  await mail.stop()
  rmSync(directory, { recursive: true, force: true })
})

describe('a test of a channel', () => {
  type Case = [name: string, code: number, delivered: boolean, message: RegExp]
  const cases: Record<ChannelKind, Case> = {
    webhook: ['hook', 200, true, /^The receiver responded with HTTP 200/],
    slack: ['slack', 200, true, /^Slack accepted the message/],
    email: ['mail', 200, true, /^The mail server accepted the mail to ml@example.com/],
    pagerduty: ['pager', 202, true, /^PagerDuty accepted the event/],
    github: ['train', 200, false, /retraining target; alerts cannot be sent to GitHub/],
  }
  test.each<Case>([
    ...Object.values(cases),
    ['hook', 401, false, /^Not delivered: HTTP 401\. The receiver rejected the signature/],
    ['hook', 410, false, /^Not delivered: HTTP 410\. Nothing exists at this address/],
    ['hook', 302, false, /redirects are not followed/],
    ['slack', 503, false, /^Not delivered: HTTP 503\. The receiver failed/],
    ['pager', 429, false, /rate-limiting/],
  ])('%s, answered %i', async (name, code, delivered, message) => {
    receiver.answer(answer(code, `echo ${Object.values(SECRETS).join(' ')}`, { location: '/' }))
    expect(await must('POST', `/channels/${name}/test`)).toMatchObject({ delivered, message: expect.stringMatching(message) as string })
  }) // prettier-ignore

  test('by mail arrives', () => {
    expect(mail.mails.map(({ subject }) => subject)).toEqual(['Test of channel mail'])
  })
})

test('alerts and routes cannot lead to GitHub, nor to nobody', async () => {
  await must('POST', '/models', { name: 'shop', task: 'binary', features: { x: 'numeric' } })
  const monitor = await call('POST', '/monitors', {
    name: 'm',
    model: 'shop',
    alert: { channels: ['train'] },
  })
  expect([monitor.status, monitor.body.detail]).toEqual([
    422,
    'alert.channels.0: the channel "train" is a retraining target; alerts cannot be sent to GitHub',
  ])
  const route = await call('POST', '/routes', { name: 'r', channels: ['hook', 'nobody', 'train'] })
  expect(route.body.errors.map(({ path }: { path: string }) => path)).toEqual(['channels.1', 'channels.2'])
  const used = await call('DELETE', '/channels/pager')
  expect([used.status, used.body.detail]).toEqual([409, expect.stringContaining('route "on-call"')])
})

test('a real alert reaches every channel, by mail with its chart, and the page of each link has it', async () => {
  receiver.answer(answer(200, 'ok'))
  receiver.received.length = 0
  mail.mails.length = 0
  const lines = Array.from({ length: 48 * 20 }, (_, i) =>
    JSON.stringify({ id: `p${i}`, ts: START + Math.floor(i / 20) * HOUR, features: { x: (i % 20) + (i < 480 ? 0 : 8) }, prediction: 'yes' }),
  ) // prettier-ignore
  await must('POST', '/models/shop/predictions', lines.join('\n'))
  const window = { from: new Date(START).toISOString(), to: new Date(START + 24 * HOUR).toISOString() }
  await must('POST', '/models/shop/baselines', { name: 'first day', window })
  const model = (await service.models.find('shop'))!
  await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
  await must('POST', '/monitors', {
    name: 'daily',
    model: 'shop',
    checks: ['feature'],
    alert: { fire: '1 of 1', channels: ['hook', 'slack', 'mail'] },
  })
  await service.worker.run(new Date(START + 48.5 * HOUR))
  expect(receiver.received.map(({ path }) => path.split('?')[0]).sort()).toEqual(['/hook', `/services/${SECRETS.slack}`, '/v2/enqueue'])
  const [sent] = mail.mails
  expect(sent.subject).toBe('[critical] Feature drift in shop: x')
  expect(sent.text).toMatch(/since \d Jan 2026/)
  expect(sent.attachments[0].content.readUInt32BE(16)).toBe(1260)
  const chart = new URL(/https?:\S*\/columns\/x\?\S*/.exec(sent.text!)![0])
  const { from, to, at } = Object.fromEntries(chart.searchParams)
  const { results } = await must('GET', `/models/shop/results?from=${from}&to=${to}&column=x&monitor=daily`)
  expect((results as { window_end: string }[]).some(({ window_end }) => Date.parse(window_end) === Date.parse(at))).toBe(true)
}, 60_000) // prettier-ignore

describeBrowser('the page of settings', () => {
  let browser: Browser
  beforeAll(async () => void (browser = await startBrowser()))
  afterAll(() => browser.close())

  test('lists channels and routes, and shows what a test was answered', async () => {
    const page = await browser.open(service.url)
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
    await settled(page)
    const row = (name: string) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) })
    expect(await row('hook').innerText()).toContain('/hook?…')
    expect(await row('mail').innerText()).toContain('Email · ml@example.com')
    await row('slack').getByText(/^Last message: delivered/).waitFor()
    expect(await row('train').getByRole('button').count()).toBe(0)
    await row('mail').getByRole('button', { name: 'Send test to mail' }).click()
    await row('mail').getByText(/The mail server accepted the mail/).waitFor()
    receiver.answer(answer(404, 'no_service'))
    await row('slack').getByRole('button', { name: 'Send test to slack' }).click()
    await row('slack').getByText(/the incoming webhook was removed/).waitFor()
    expect(await page.getByRole('region', { name: 'Table of routes' }).innerText()).toContain('on-call')
    await expectAccessible(page, 'settings')
    await expectFits(page, 'settings')
    answered.push(await page.content())
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/settings.png`, fullPage: true })
    await page.setViewportSize({ width: 390, height: 844 })
    await expectFits(page, 'settings on a phone')
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/settings-phone.png`, fullPage: true })
    expect(browser.faults).toEqual([])
  }) // prettier-ignore
})

test('secrets are in no answer, no log line, no page, no event and no delivery', async () => {
  receiver.answer(answer(500, CANARY))
  await mail.stop()
  for (const path of ['/channels', '/deliveries', '/alerts', '/routes']) await must('GET', path)
  for (const name of Object.values(NAMES)) await must('POST', `/channels/${name}/test`)
  await call('POST', '/channels', { name: 'wrong', pagerduty: { routing_key: `${CANARY}!` }, slack: { webhook_url: `x${CANARY}` } })
  await call('POST', '/channels', { name: 'wrong', github: { repository: 'x', token: `bad token ${CANARY}` } })
  const kept = await Promise.all((['alert_events', 'deliveries'] as const).map((table) => service.store.control.selectFrom(table).selectAll().execute()))
  expect(logged.length).toBeGreaterThan(3)
  expect(answered.length).toBeGreaterThan(20)
  expect([logged.join(''), answered.join(''), JSON.stringify(kept)].filter((text) => text.includes(CANARY))).toEqual([])
}) // prettier-ignore
