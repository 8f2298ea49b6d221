import { beforeAll, expect, test } from 'vitest'
import { testService, type TestService } from '../../support/service.ts'

type Json = any // eslint-disable-line @typescript-eslint/no-explicit-any

const START = Date.UTC(2026, 0, 5)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const iso = (time: number) => new Date(time).toISOString()
let service: TestService
let results: Json[]

async function must(method: string, path: string, body?: unknown, headers = {}): Promise<Json> {
  const { status, body: answer } = await service.call(method, path, body, headers)
  expect(status, JSON.stringify(answer)).toBeLessThan(300)
  return answer
}

/** A day as the baseline, and one on which amounts are higher in the region north only. */
beforeAll(async () => {
  service = await testService()
  await must('POST', '/models', {
    name: 'shop',
    task: 'binary',
    segments: ['region'],
    features: { amount: 'numeric', region: 'categorical' },
  })
  const lines = Array.from({ length: 48 * 120 }, (_, i) => {
    const region = ['north', 'south', 'east', 'west'][i % 4]
    const amount = (Math.floor(i / 4) % 30) + (i >= 24 * 120 && region === 'north' ? 40 : 0)
    return JSON.stringify({
      id: `o${i}`,
      ts: START + Math.floor(i / 120) * HOUR,
      version: '1',
      features: { amount, region },
      prediction: 'yes',
    })
  })
  await must('POST', '/models/shop/predictions', lines.join('\n'), { 'content-type': 'application/x-ndjson' })
  const window = { from: iso(START), to: iso(START + DAY) }
  await must('POST', '/models/shop/baselines', { name: 'first day', window })
  await must('POST', '/monitors', { name: 'daily', model: 'shop', window: '24h', checks: ['feature'], segments: ['region'], by_version: true }) // prettier-ignore
  await must('POST', '/monitors/daily/run', { asOf: iso(START + 2 * DAY + HOUR) })
  results = (await must('GET', '/models/shop/results?column=amount&from=2026-01-05&to=2026-01-08')).results
})

const resultOf = (segment: string, version = '') =>
  results.find((one) => one.segment === segment && one.version === version)

test('the segment that moved explains the drift of the whole model, and no other does', async () => {
  const whole = resultOf('')
  expect(whole).toMatchObject({ verdict: 'critical' })
  const found = await must('GET', `/results/${whole.id}/segments`)
  expect(found).toMatchObject({ effect: whole.effect, left_out: 0 })
  expect(found.segments).toHaveLength(4)
  const [first, ...others] = found.segments
  expect(first).toMatchObject({ segment: 'region=north', result: resultOf('region=north').id, rows: 720, share: 0.25 }) // prettier-ignore
  expect(first.explains).toBeGreaterThan(0.95)
  expect(first.effect_without).toBeLessThan(0.02)
  for (const { explains } of others) expect(explains).toBeLessThan(0)
})

test('a result of a part, or without an effect, is not split', async () => {
  for (const one of [resultOf('region=north'), resultOf('', '1')])
    expect((await service.call('GET', `/results/${one.id}/segments`)).status).toBe(409)
  expect((await service.call('GET', `/results/${'0'.repeat(32)}/segments`)).status).toBe(404)
})
