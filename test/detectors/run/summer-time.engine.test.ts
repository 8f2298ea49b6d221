import { beforeAll, describe, expect, test } from 'vitest'
import { toWall } from '../../../domain/calendar/local-time.ts'
import { testService, type TestService } from '../../support/service.ts'

const HOUR = 3_600_000
const PER_HOUR = 50
const iso = (time: number) => new Date(time).toISOString()

/** Clocks go forward in Berlin on 31 March 2024, and in Sydney on 6 October. */
const PLACES = [
  { model: 'berlin', timezone: 'Europe/Berlin', change: Date.UTC(2024, 2, 31, 1) },
  { model: 'berlin-back', timezone: 'Europe/Berlin', change: Date.UTC(2024, 9, 27, 1) },
  { model: 'sydney', timezone: 'Australia/Sydney', change: Date.UTC(2024, 9, 5, 16) },
] as const

let service: TestService

beforeAll(async () => {
  service = await testService()
  for (const { model, timezone, change } of PLACES) {
    const must = async (path: string, body: object | string) => {
      const type: Record<string, string> =
        typeof body === 'string' ? { 'content-type': 'application/x-ndjson' } : {}
      const answer = await service.call('POST', path, body, type)
      if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
    }
    await must('/models', { name: model, task: 'regression', features: { shift: 'categorical' } })
    const lines: string[] = []
    for (let hour = change - 35 * 24 * HOUR; hour < change + 6 * 24 * HOUR; hour += HOUR)
      for (let i = 0; i < PER_HOUR; i++) {
        // Who works when follows the clocks on the wall.
        const shift = `hour ${new Date(toWall(hour, timezone)).getUTCHours()}`
        lines.push(JSON.stringify({ id: `${hour} ${i}`, ts: hour + i * 60_000, features: { shift } }))
      }
    await must(`/models/${model}/predictions`, lines.join('\n'))
    const window = { from: iso(change - 35 * 24 * HOUR), to: iso(change - 7 * 24 * HOUR) }
    await must(`/models/${model}/baselines`, { name: 'before', window })
    const shared = { model, checks: ['feature'], baseline: { seasonal: '4w' } }
    for (const [name, zone] of [['local', timezone], ['utc', 'UTC']]) // prettier-ignore
      await must('/monitors', { name: `${model}-${name}`, ...shared, window: '6h', every: '3h', timezone: zone }) // prettier-ignore
    await must('/monitors', { name: `${model}-days`, ...shared, window: '1d', every: '1d', timezone })
  }
}, 300_000)

const backtest = async (monitor: string, from: number, to: number) => {
  const { status, body } = await service.call('POST', `/monitors/${monitor}/backtest`, { from: iso(from), to: iso(to) }) // prettier-ignore
  expect([status, body.skipped]).toEqual([200, []])
  return body as { windows: number; breaches: number; fired: number }
}

describe.each(PLACES)(
  'a column that follows the clocks of $timezone, when they change ($model)',
  ({ model, change }) => {
    const [from, to] = [change - 24 * HOUR, change + 5 * 24 * HOUR]

    test('does not drift by the hours of the zone, and would by those of UTC', async () => {
      expect(await backtest(`${model}-local`, from, to)).toMatchObject({ windows: 48, breaches: 0, fired: 0 })
      const { breaches, fired } = await backtest(`${model}-utc`, from, to)
      expect(breaches).toBeGreaterThan(5)
      expect(fired).toBe(1)
    })

    test('nor does the day of 23 or 25 hours, which begins and ends at midnight', async () => {
      expect(await backtest(`${model}-days`, from, to)).toMatchObject({ windows: 6, breaches: 0 })
      const asOf = iso(change + 24 * HOUR)
      const { status, body } = await service.call('POST', `/monitors/${model}-days/run`, { asOf })
      expect(status).toBe(200)
      const [{ window_start, window_end, verdict }] = body.results
      const hours = (Date.parse(window_end) - Date.parse(window_start)) / HOUR
      expect([hours, verdict]).toEqual([model === 'berlin-back' ? 25 : 23, 'ok'])
    })
  },
)
