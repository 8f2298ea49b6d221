import { beforeAll, describe, expect, test } from 'vitest'
import { listAlertEvents } from '../../../control/alerting/alert-events.ts'
import { testService, type TestService } from '../../support/service.ts'
import { command } from '../../support/command.ts'
import { seeded } from '../../support/samples/columns.ts'

const random = seeded(401)
const ROWS = 600
const month = (number: number) => Date.UTC(2024, number - 1, 1, 2)
const ndjson = { 'content-type': 'application/x-ndjson' }

let service: TestService

async function must(method: string, path: string, body?: unknown, headers?: Record<string, string>) {
  const answer = await service.call(method, path, body, headers)
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
  return answer.body
}

/** Rows that share one time, the number of the row as their id; drifted from July on. */
function batch(number: number): string {
  return Array.from({ length: ROWS }, (_, i) =>
    JSON.stringify({
      id: String(i),
      ts: new Date(month(number)).toISOString(),
      features: { income: random() + (number >= 7 ? 0.4 : 0), region: 'NSEW'[Math.floor(random() * 4)] },
    }),
  ).join('\n')
}

/** Ten minutes after midnight of every day is when a live service evaluates; it catches up with those it missed. */
const live = async (...months: number[]) => {
  for (const number of months) await service.worker.run(new Date(Date.UTC(2024, number - 1, 2, 0, 10)))
}

const told = async (monitor: string) =>
  (await listAlertEvents(service.store.control, { monitor, scope: 'alert', limit: 1000 }))
    .reverse()
    .map(({ kind, reason, windowEnd }) => `${windowEnd.toISOString().slice(0, 10)} ${kind} ${reason}`)

beforeAll(async () => {
  service = await testService()
  const features = { income: 'numeric', region: 'categorical' }
  await must('POST', '/models', { name: 'batch', task: 'regression', features })
  for (const number of [1, 2, 3, 4, 5]) await must('POST', '/models/batch/predictions', batch(number), ndjson)
  const window = { from: '2024-01-01T00:00:00Z', to: '2024-05-02T00:00:00Z' }
  await must('POST', '/models/batch/baselines', { name: 'steady', window })
  const checked = { model: 'batch', checks: ['feature'] }
  const fire = { alert: { fire: '2 of 3', repeat: '365d' } }
  await must('POST', '/monitors', { name: 'known', window: '24h', every: '24h', ...checked, ...fire })
  await must('POST', '/monitors', { name: 'stated', window: '1d', every: '1d', cadence: 'monthly', ...checked, ...fire }) // prettier-ignore
  await must('POST', '/monitors', { name: 'calendar', window: 'month', every: 'monthly', ...checked, ...fire }) // prettier-ignore
  await live(5)
  for (const number of [6, 7, 8, 9, 10]) {
    await must('POST', '/models/batch/predictions', batch(number), ndjson)
    await live(number)
  }
}, 300_000)

describe('monthly batches whose rows share one time', () => {
  test('fire at the second that has drifted, and no data is missed between them', async () => {
    expect(await told('known')).toEqual(['2024-08-02 feature first'])
    expect(await told('stated')).toEqual(['2024-08-02 feature first'])
  })

  test('are windows of their own by the calendar', async () => {
    const { results } = await must(
      'GET',
      '/models/batch/results?monitor=calendar&column=income&from=2024-01-01&to=2024-11-01&limit=100',
    )
    expect(
      results.map((one: { window_start: string; window_end: string; verdict: string }) => [
        one.window_start.slice(0, 10),
        one.window_end.slice(0, 10),
        one.verdict,
      ]),
    ).toEqual([
      ['2024-04-01', '2024-05-01', 'ok'],
      ['2024-05-01', '2024-06-01', 'ok'],
      ['2024-06-01', '2024-07-01', 'ok'],
      ['2024-07-01', '2024-08-01', 'critical'],
      ['2024-08-01', '2024-09-01', 'critical'],
      ['2024-09-01', '2024-10-01', 'critical'],
    ])
    expect(await told('calendar')).toEqual(['2024-09-01 feature first'])
  })

  test('that stay away for a whole month are missed', async () => {
    await live(11)
    expect(await told('stated')).toHaveLength(1)
    await live(12)
    // A window of a month is empty once November is over.
    for (const monitor of ['known', 'stated', 'calendar'])
      expect((await told(monitor)).slice(1)).toEqual(['2024-12-01 data first'])
    const [event] = await listAlertEvents(service.store.control, {
      monitor: 'known',
      scope: 'alert',
      limit: 1,
    })
    expect(event.members[0].explanation).toMatch(/so far they have arrived every month, and the newest is from 2024-10-01T02:00/) // prettier-ignore
  })
})

describe('a backtest of them', () => {
  test('would have fired, and says of the days between them that they hold no rows', async () => {
    const body = { from: '2024-05-01', to: '2024-10-05' }
    const found = await must('POST', '/monitors/known/backtest', body)
    expect(found).toMatchObject({ windows: 6, columns: 2, fired: 1 })
    expect(found.alerts[0].fired_at).toBe('2024-08-02T00:00:00.000Z')
    expect(found.skipped).toEqual([
      {
        kind: 'feature',
        reason: 'no_data',
        windows: 157 - 6,
        columns: ['income', 'region'],
        hint: expect.stringMatching(/have no rows/),
      },
    ])
    const line = ['backtest', 'known', '--from', body.from, '--to', body.to]
    const { stdout } = await command(line, { DRIFTGAUGE_URL: service.url })
    expect(stdout).toMatch(/6 windows evaluated/)
    expect(stdout).toMatch(/feature: 151 windows skipped \(no_data, 2 columns\)\. The windows have no rows/)
  })
})

describe('what is declared', () => {
  const declared = async (extra: object) => {
    const answer = await service.call('POST', '/monitors', { name: 'x', model: 'batch', ...extra })
    return answer.status < 300 ? answer.body : answer.body.detail
  }

  test('says lengths and zones by their names, and reads them back', async () => {
    const weekly = { every: 'weekly', window: 'week', timezone: 'Europe/Berlin', cadence: 'weekly' }
    expect(await declared(weekly)).toMatchObject({ ...weekly, every: '7d', window: '7d' })
    const monthly = { every: 'monthly', window: 'month', timezone: 'America/New_York' }
    const body = await declared(monthly)
    expect(body).toMatchObject(monthly)
    expect(body).not.toHaveProperty('cadence')
    const { warnings: _, ...again } = body
    expect((await service.call('POST', '/monitors', again)).status).toBe(200)
    expect((await service.call('PATCH', '/monitors/x', { timezone: 'UTC' })).body.timezone).toBe('UTC')
  })

  test('is refused where it is none, with the way out', async () => {
    expect(await declared({ timezone: 'Berlin' })).toMatch(/IANA time zone, such as Europe\/Berlin/)
    expect(await declared({ window: '1m' })).toMatch(/for a calendar month, write "month"/)
    expect(await declared({ every: '30m' })).toMatch(/for every calendar month, write "monthly"/)
    expect(await declared({ every: 'fortnightly' })).toMatch(/hourly, daily, weekly, monthly/)
    expect(await declared({ window: '40d' })).toMatch(/at most 30 days, or "month"/)
    expect(await declared({ cadence: 'yearly' })).toMatch(/monthly/)
  })
})
