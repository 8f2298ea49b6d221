import { beforeAll, expect, test } from 'vitest'
import { apiFixture, DAY, HOUR, START, type ApiFixture } from '../support/api.ts'

let fixture: ApiFixture
beforeAll(async () => {
  fixture = await apiFixture(10)
})

test('a monitor stays with its model: its windows and alerts are of that one', async () => {
  const { call } = fixture
  await call('POST', '/models', { name: 'other', task: 'binary', features: { x: 'numeric' } })
  for (const [method, path, body] of [
    ['POST', '/monitors', { name: 'daily', model: 'other' }],
    ['PATCH', '/monitors/daily', { model: 'other' }],
  ] as const) {
    const { status, body: problem } = await call(method, path, body)
    expect([status, problem.detail]).toEqual([
      409,
      expect.stringMatching(/belongs to the model "shop".*Declare another monitor/),
    ])
  }
})

test('what no result can have is refused, not answered with none', async () => {
  for (const [name, value] of [
    ['statistic', 'zz'],
    ['verdict', 'bad'],
  ]) {
    const { status, body } = await fixture.call('GET', `/models/shop/results?${name}=${value}`)
    expect([status, body.errors[0].path]).toEqual([400, name])
  }
})

test('a model that is declared anew is not judged by what was counted of the one that is gone', async () => {
  const { call, service } = fixture
  const declaration = (await call('GET', '/models/shop')).body
  expect((await call('DELETE', '/monitors/daily')).status).toBe(204)
  expect((await call('DELETE', '/models/shop')).status).toBe(200)
  expect((await call('POST', '/models', declaration)).status).toBe(201)
  const { body } = await call('GET', '/models/shop/baselines')
  expect([body.active, body.baselines.length]).toEqual([null, 1])
  expect((await call('POST', '/models/shop/baselines/1/activate')).status).toBe(200)
  await call('POST', '/monitors', { name: 'anew', model: 'shop' })
  await service.worker.run(new Date(START + 10 * DAY + HOUR))
  const { results } = (await call('GET', '/models/shop/results?monitor=anew&from=2026-01-01&to=2026-02-01'))
    .body as { results: { kind: string; verdict: string; evaluation: unknown }[] }
  const drift = results.filter(({ kind }) => kind !== 'data')
  expect(drift.length).toBeGreaterThan(0)
  expect(drift.every(({ verdict }) => verdict === 'insufficient_data')).toBe(true)
})
