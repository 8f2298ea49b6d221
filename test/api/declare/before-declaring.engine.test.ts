import { beforeAll, describe, expect, test } from 'vitest'
import { apiFixture, DAY, START, type ApiFixture } from '../../support/api.ts'

let fixture: ApiFixture
beforeAll(async () => {
  fixture = await apiFixture()
})

const time = (ms: number) => new Date(ms).toISOString()

describe('a backtest before declaring', () => {
  const period = { from: time(START + 5.75 * DAY), to: time(START + 10.5 * DAY) }
  const monitor = { name: 'tried', model: 'shop', every: '6h', label_delay: '24h' }

  test('is that of the monitor once it is declared, and declares nothing', async () => {
    const tried = await fixture.call('POST', '/backtests', { ...period, monitor })
    expect(tried.status, JSON.stringify(tried.body)).toBe(200)
    expect((await fixture.call('GET', '/monitors/tried')).status).toBe(404)
    await fixture.call('POST', '/monitors', monitor)
    const declared = await fixture.call('POST', '/monitors/tried/backtest', period)
    expect(tried.body).toEqual(declared.body)
    expect(tried.body.fired).toBeGreaterThan(0)
  })

  test('has the largest effect of each kind and window, in order of time', async () => {
    const { body } = await fixture.call('POST', '/backtests', { ...period, monitor })
    const keys = body.worst.map(({ kind, end }: { kind: string; end: string }) => `${end} ${kind}`)
    expect(new Set(keys).size).toBe(keys.length)
    expect(body.worst.map(({ end }: { end: string }) => end)).toEqual(body.worst.map(({ end }: { end: string }) => end).toSorted()) // prettier-ignore
    const worst = body.worst.filter(({ kind }: { kind: string }) => kind === 'feature')
    expect(worst.length).toBeGreaterThan(5)
    const fired = body.alerts.find(({ kind }: { kind: string }) => kind === 'feature')
    const at = worst.find(({ end }: { end: string }) => end === fired.fired_at)
    expect(at.effect).toBeGreaterThanOrEqual(Math.max(...fired.members.map(({ effect }: { effect: number }) => effect)) - 1e-9) // prettier-ignore
    expect(at.verdict).toBe(fired.severity)
  })

  test.each([
    ['of a model that there is not', { model: 'nobody' }, 422],
    ['with a channel that there is not', { alert: { channels: ['nobody'] } }, 422],
    ['that is not valid', { window: '90m' }, 400],
  ])('refuses a monitor %s', async (_, more, status) => {
    const answer = await fixture.call('POST', '/backtests', { ...period, monitor: { ...monitor, ...more } })
    expect([answer.status, answer.body.errors.length]).toEqual([status, 1])
  })
})

describe('a model suggested from a file', () => {
  const suggest = (body: string, type = 'text/csv', name = 'new') =>
    fixture.call('POST', `/models/suggested?name=${name}`, body, { 'content-type': type })
  const rows = Array.from({ length: 200 }, (_, i) => [
    i + 1000,
    5 + (i % 40),
    ['a', 'b'][i % 2],
    ['yes', 'no'][i % 2],
  ])

  test('can be declared as it is, and says what it left out', async () => {
    const { status, body } = await suggest(['user_id,amount,origin,label', ...rows].join('\n'))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      model: { name: 'new', task: 'binary', features: { amount: 'numeric', origin: 'categorical' } },
      rows: 200,
      outcomes: ['label'],
      left_out: [{ column: 'user_id', reason: 'id' }],
    })
    expect((await fixture.call('GET', '/models/new')).status, 'nothing is stored').toBe(404)
    expect((await fixture.call('POST', '/models', body.model)).status).toBe(201)
  })

  test('may come as NDJSON, and leaves out what cannot be a feature', async () => {
    const lines = rows.map(([, amount], i) => JSON.stringify({ amount, tags: ['x'], prediction: i / 7 }))
    const { body } = await suggest(lines.join('\n'), 'application/x-ndjson')
    expect(body.model).toMatchObject({ task: 'regression', features: { amount: 'numeric' } })
    expect(body.left_out).toMatchObject([{ column: 'tags', reason: 'unsupported' }])
  })

  test.each([
    ['no rows', 'a,b\n', 'text/csv', 'new', 422],
    ['no Parquet', 'a,b\n1,2', 'application/vnd.apache.parquet', 'new', 422],
    ['another type', '{}', 'application/json', 'new', 415],
    ['no name for a model', 'a\n1', 'text/csv', 'a b', 400],
    ['a name that no feature can have', `${'x'.repeat(201)},b\n1,2`, 'text/csv', 'new', 422],
  ])('refuses %s with a reason', async (_, body, type, name, status) => {
    const answer = await suggest(body, type, encodeURIComponent(name))
    expect([answer.status, answer.body.detail.length > 10]).toEqual([status, true])
  })
})
