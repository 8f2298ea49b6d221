import { beforeAll, expect, test } from 'vitest'
import { testService, type TestService } from '../../support/service.ts'

const START = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000
const iso = (hour: number) => new Date(START + hour * HOUR).toISOString()
const CHANGED = 24 + 14

let service: TestService
async function must(method: string, path: string, body?: unknown, headers?: Record<string, string>) {
  const answer = await service.call(method, path, body, headers)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

/** Of an hour forty predictions with labels; from `CHANGED` on both x and the errors are others. */
function lines(hour: number) {
  return Array.from({ length: 40 }, (_, i) => {
    const hasChanged = hour >= CHANGED
    const wrong = hasChanged ? i % 2 === 0 : i % 8 === 0
    const prediction = i % 3 === 0 ? 'yes' : 'no'
    const other = prediction === 'yes' ? 'no' : 'yes'
    return {
      id: `${hour}-${i}`,
      ts: iso(hour + i / 100),
      features: { x: (i % 20) + (hasChanged ? 9 : 0), steady: i % 7 },
      prediction,
      score: prediction === 'yes' ? 0.8 : 0.2,
      label: wrong ? other : prediction,
    }
  })
}

beforeAll(async () => {
  service = await testService()
  await must('POST', '/models', {
    name: 'flights',
    task: 'binary',
    features: { x: 'numeric', steady: 'numeric' },
  })
  const rows = Array.from({ length: 48 }, (_, hour) => lines(hour)).flat()
  const ndjson = { 'content-type': 'application/x-ndjson' }
  const predictions = rows.map(({ label: _, ...row }) => JSON.stringify(row)).join('\n')
  await must('POST', '/models/flights/predictions', predictions, ndjson)
  const labels = rows.map(({ id, ts, label }) => JSON.stringify({ id, label, prediction_ts: ts })).join('\n')
  await must('POST', '/models/flights/labels', labels, ndjson)
  await must('POST', '/models/flights/baselines', { window: { from: iso(0), to: iso(24) } })
  const secret = 'a secret of twenty-four bytes or more'
  await must('POST', '/channels', { name: 'train', webhook: { url: 'https://ci.example.com/train', secret } })
  const retrain = { target: 'train', approval: ['feature', 'performance'], cooldown: '1h' }
  const one = { model: 'flights', every: '24h', label_delay: '1h', alert: { fire: '1 of 1' }, retrain }
  await must('POST', '/monitors', { ...one, name: 'features', checks: ['feature'] })
  await must('POST', '/monitors', { ...one, name: 'errors', checks: ['performance'] })
  await service.worker.run(new Date(START + 50 * HOUR))
})

test('a request for two alerts of one tick trains from the hour in the middle of the window at which it changed', async () => {
  const { retrains } = await must('GET', '/retrains')
  expect(retrains).toHaveLength(1)
  const [{ alerts, kind }] = retrains
  expect(alerts.map((one: { kind: string }) => one.kind).toSorted()).toEqual(['feature', 'performance'])
  expect(kind).toBe(alerts[0].kind)
  const { training } = await must('GET', `/retrains/${retrains[0].id}`)
  expect(training).toMatchObject({ basis: 'change_point', to: iso(48) })
  expect(Math.abs(Date.parse(training.from) - (START + CHANGED * HOUR))).toBeLessThanOrEqual(2 * HOUR)
})

test('each kind finds it by what it is told of, and a person gets the same period', async () => {
  const { alerts } = await must('GET', '/alerts')
  for (const alert of alerts) {
    const call = await must('POST', '/retrains', { alert: alert.id, dry_run: true })
    const { training } = JSON.parse(call.body).data
    expect([alert.kind, training.basis]).toEqual([alert.kind, 'change_point'])
    expect(Math.abs(Date.parse(training.from) - (START + CHANGED * HOUR))).toBeLessThanOrEqual(2 * HOUR)
  }
  expect(alerts).toHaveLength(2)
})
