import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startReceiver, type ReceivedMessage, type Receiver } from '../../cli/demo/receiver.ts'
import {
  beginOf,
  DAY,
  HOUR,
  INCIDENTS,
  MONTH,
  MONTH_DAYS,
  type Incident,
  RIDES,
  rideTraffic,
  START,
} from '../support/samples/incident-month.ts'
import { MODEL_FINDINGS } from '../../domain/data-finding.ts'
import { describeBrowser, startBrowser, type Browser } from '../support/pages/browser.ts'
import { byDay } from '../support/runner/by-day.ts'
import { testService, type TestService } from '../support/service.ts'

const PER_HOUR = 80
/** Each check counts and judges the hours since the last one; what is told, and after how many checks, is the same. */
const EVERY_HOURS = byDay(6, 3)
/** By day, the first of the twelve. */
const LIVED = byDay(INCIDENTS.slice(0, 3), INCIDENTS)
const UNTIL = LIVED === INCIDENTS ? MONTH + MONTH_DAYS * DAY : beginOf(LIVED.at(-1)!) + 2 * DAY
const time = (ms: number) => new Date(ms).toISOString()

let service: TestService
let receiver: Receiver

async function must(method: string, path: string, body: unknown, headers?: Record<string, string>) {
  const answer = await service.call(method, path, body, headers)
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
}

async function send(path: string, records: readonly unknown[]): Promise<void> {
  if (records.length === 0) return
  const lines = records.map((record) => JSON.stringify(record)).join('\n')
  await must('POST', path, lines, { 'content-type': 'application/x-ndjson' })
}

async function watch(): Promise<void> {
  const window = { from: time(START), to: time(START + 14 * DAY) }
  await must('POST', '/models/rides/baselines', { name: 'two weeks', window })
  await must('POST', '/channels', { name: 'team', webhook: { url: receiver.url, secret: 'a secret of twenty-four bytes' } }) // prettier-ignore
  await must('POST', '/monitors', {
    name: 'rides',
    model: 'rides',
    every: `${EVERY_HOURS}h`,
    label_delay: '24h',
    alert: { channels: ['team'] },
  })
}

beforeAll(async () => {
  receiver = await startReceiver()
  service = await testService(undefined, { DRIFTGAUGE_WEBHOOK_ALLOW: '127.0.0.1' })
  await must('POST', '/models', RIDES)
  let [events, labels] = [[] as unknown[], [] as unknown[]]
  for (const { hour, ...arrivals } of rideTraffic(PER_HOUR)) {
    const end = hour + HOUR
    if (end > UNTIL) break
    events.push(...arrivals.events)
    labels.push(...arrivals.labels)
    if (end <= MONTH ? end < MONTH && end % DAY !== 0 : end % (EVERY_HOURS * HOUR) !== 0) continue
    await send('/models/rides/predictions', events)
    await send('/models/rides/labels', labels)
    ;[events, labels] = [[], []]
    if (end === MONTH) await watch()
    if (end > MONTH) await service.worker.run(new Date(end + 10 * 60_000))
  }
}, 600_000)
afterAll(() => receiver.close())

/** A message as the table below has it: what it is about, and why it was sent. */
const wordsOf = ({ data: { kind, reason, members } }: ReceivedMessage) => ({
  kind,
  reason,
  members: (members as { column: string; finding?: string }[]).map(
    ({ column, finding }) => `${column}: ${finding ?? 'drift'}`,
  ),
})

/** Messages on windows that hold any of an incident. */
function messagesOf(incident: Incident): ReceivedMessage[] {
  const from = beginOf(incident)
  const to = from + (incident.hours + 36) * HOUR
  return receiver.messages.filter(
    ({ data }) => Date.parse(data.window_end) > from && Date.parse(data.window_end) <= to,
  )
}

describe('in a month of incidents, a person is alerted to', () => {
  test.each(LIVED)('$name, once, as what is wrong with the data', (incident) => {
    const [first, ...others] = messagesOf(incident)
    expect(wordsOf(first)).toEqual({ kind: 'data', reason: 'first', members: incident.expected })
    const hours = (Date.parse(first.data.window_end) - beginOf(incident)) / HOUR
    expect(hours).toBeLessThanOrEqual(incident.within ?? 2 * EVERY_HOURS)
    const reasons = others.map(({ data }) => data.reason)
    expect(reasons.filter((reason) => reason !== 'repeat' && reason !== 'severity_raised')).toEqual([
      'all_resolved',
    ])
    expect(others.filter(({ data }) => data.kind !== 'data')).toEqual([])
  })

  test('nothing else', () => {
    const explained = LIVED.flatMap(messagesOf)
    expect(receiver.messages.filter((message) => !explained.includes(message)).map(wordsOf)).toEqual([])
    expect(receiver.messages.length).toBe(explained.length)
  })
})

describeBrowser('in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser.close())

  const ofColumns = LIVED.filter(
    ({ expected }) => !MODEL_FINDINGS.some((name) => expected[0] === `${name}: ${name}`),
  )
  test.each(ofColumns)('the message about $name leads to its rows', async (incident) => {
    const [{ data }] = messagesOf(incident)
    const [member] = data.members as { column: string; chart: string }[]
    const { pathname, search, hash } = new URL(member.chart)
    const page = await browser.open(`${service.url}${pathname}${search}${hash}`)
    await page.getByRole('heading', { level: 1, name: member.column }).waitFor()
    const panel = page.getByRole('region', { name: 'Data quality', exact: true })
    const rows = panel.getByRole('region', { name: 'Newest affected rows' })
    await rows.getByRole('button').first().waitFor()
    expect(await rows.getByRole('button').count()).toBe(5)
    await page.close()
  })
})
