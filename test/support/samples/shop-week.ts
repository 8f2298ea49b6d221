import { expect } from 'vitest'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import type { TestService } from '../service.ts'

const START = Date.UTC(2026, 0, 5)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const PER_HOUR = 20
const DAYS = 7
const CITIES = ['=Oslo', 'a|b', '`c`', 'Bergen']
const iso = (time: number) => new Date(time).toISOString()

/** The week, and its days for baselines. */
export const SHOP = {
  model: 'shop',
  from: iso(START),
  to: iso(START + DAYS * DAY),
  day: (i: number) => ({ from: iso(START + i * DAY), to: iso(START + (i + 1) * DAY) }),
}
export const shopPath = `/models/${SHOP.model}`

/** A week of a model: prices rise on the fifth day, and names of cities would like to be formulas and markup. */
export async function fillShop(service: TestService): Promise<void> {
  const must = async (path: string, body: unknown, headers = {}) => {
    const answer = await service.call('POST', path, body, headers)
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  }
  await must('/models', {
    name: SHOP.model,
    task: 'binary',
    features: { price: 'numeric', items: 'numeric', city: 'categorical' },
  })
  await sendHours(service, 0, DAYS * 24)
  await must(`${shopPath}/baselines`, { name: 'first day', window: SHOP.day(0) })
  const model = (await service.models.find(SHOP.model))!
  await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
  await must('/monitors', { name: 'daily', model: SHOP.model, window: '24h', every: '12h' })
  for (let half = 2; half <= 2 * DAYS; half++)
    await must('/monitors/daily/run', { asOf: iso(START + (half / 2) * DAY + HOUR) })
}

/** One more day, evaluated. */
export async function fillNextDay(service: TestService): Promise<void> {
  await sendHours(service, DAYS * 24, 24)
  const model = (await service.models.find(SHOP.model))!
  await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
  const ran = await service.call('POST', '/monitors/daily/run', { asOf: iso(START + (DAYS + 1) * DAY + HOUR) }) // prettier-ignore
  expect(ran.status).toBeLessThan(300)
}

async function sendHours(service: TestService, from: number, hours: number): Promise<void> {
  const lines = Array.from({ length: hours * PER_HOUR }, (_, k) => {
    const i = from * PER_HOUR + k
    const ts = START + Math.floor(i / PER_HOUR) * HOUR
    const rise = ts >= START + 4 * DAY ? 40 : 0
    const price = ((i * 7919) % 1000) / 10 + rise
    const features = { price, items: (i * 31) % 7, city: CITIES[i % 3 === 0 ? 0 : i % CITIES.length] }
    return JSON.stringify({ id: `p${i}`, ts, features, prediction: i % 2 === 0 ? 'yes' : 'no' })
  })
  const sent = await service.call('POST', `${shopPath}/predictions`, lines.join('\n'), { 'content-type': 'application/x-ndjson' }) // prettier-ignore
  expect(sent.status, JSON.stringify(sent.body)).toBeLessThan(300)
}
