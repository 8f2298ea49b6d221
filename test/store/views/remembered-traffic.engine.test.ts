import { beforeAll, expect, test } from 'vitest'
import type { Store } from '../../../store/engine/client.ts'
import { rememberTraffic } from '../../../store/views/remembered-traffic.ts'
import { recentTraffic } from '../../../store/views/traffic.ts'
import { testService, type TestService } from '../../support/service.ts'

const HOUR = 3_600_000
const NOW = Math.floor(Date.now() / HOUR) * HOUR
let service: TestService
let asked: string[] = []
const trafficOf = rememberTraffic()

async function must(method: string, path: string, body?: unknown): Promise<void> {
  const { status, body: answer } = await service.call(method, path, body)
  expect(status, JSON.stringify(answer)).toBeLessThan(300)
}
const declare = (name: string) =>
  must('POST', '/models', { name, task: 'binary', features: { x: 'numeric' } })
const predict = (model: string, id: string, hoursAgo: number) =>
  must('POST', `/models/${model}/predictions`, [{ id, ts: NOW - hoursAgo * HOUR, features: { x: 1 }, prediction: 'yes' }]) // prettier-ignore

/** What is told, that it is what the tables say, and the models whose tables were read for it. */
async function look(...models: string[]): Promise<{ lastDay: (number | undefined)[]; read: string[] }> {
  const exec: Store['read']['exec'] = (params) => {
    asked.push(params.query)
    return service.store.read.exec(params)
  }
  const read = Object.assign(Object.create(service.store.read) as Store['read'], { exec })
  asked = []
  const found = await trafficOf({ ...service.store, read }, models)
  expect(found).toEqual(await recentTraffic(service.store, models))
  return {
    lastDay: models.map((model) => found.get(model)?.lastDay),
    read: models.filter((model) => asked.some((query) => query.includes(`predictions_${model}`))),
  }
}

beforeAll(async () => {
  service = await testService()
  await declare('a')
  await declare('b')
  await predict('a', 'one', 2)
})

test('only the tables of a model that has changed are read again', async () => {
  expect(await look('a', 'b')).toEqual({ lastDay: [1, undefined], read: ['a', 'b'] })
  expect(await look('a', 'b')).toEqual({ lastDay: [1, undefined], read: [] })
  await predict('b', 'one', 1)
  expect(await look('a', 'b')).toEqual({ lastDay: [1, 1], read: ['b'] })
  await must('POST', '/models/a/labels', { id: 'one', prediction_ts: new Date(NOW - 2 * HOUR).toISOString(), label: 'yes' }) // prettier-ignore
  expect(await look('a', 'b')).toEqual({ lastDay: [1, 1], read: ['a'] })
})

test('a model that is removed and declared anew has no traffic of before', async () => {
  await must('DELETE', '/models/a')
  expect(await look('b')).toEqual({ lastDay: [1], read: [] })
  await declare('a')
  expect(await look('a', 'b')).toEqual({ lastDay: [undefined, 1], read: ['a'] })
  await predict('a', 'one', 2)
  expect(await look('a')).toEqual({ lastDay: [1], read: ['a'] })
})
