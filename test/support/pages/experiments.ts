import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import pino from 'pino'
import { expect } from 'vitest'
import { lookAtExperiments } from '../../../service/schedule/experiments.ts'
import { seeded } from '../samples/columns.ts'
import type { TestService } from '../service.ts'

const HOUR = 3_600_000
const HOURS = 4 * 24
const PER_HOUR = 60
export const NASTY = '<img src=x onerror="document.title=\'owned\'">'

/** Looks at every experiment as the service does each hour. */
export async function look({ store, models }: TestService, now = new Date()): Promise<void> {
  await lookAtExperiments({ store, models, log: pino({ level: 'silent' }) }, now)
}

/**
 * Four days of a model whose version 1 serves and whose shadow, of a hostile name, scores the same requests better, but
 * where `origin` has that name: there it is worse. A part of the traffic goes to version 3, which is as good as 1.
 */
export async function fillExperiments(service: TestService, headers: Record<string, string>): Promise<void> {
  const must = async (path: string, body: unknown, type?: string) => {
    const given = type === undefined ? headers : { ...headers, 'content-type': type }
    const answer = await service.call('POST', path, body, given)
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  }
  const start = Math.floor(Date.now() / HOUR) * HOUR - (HOURS + 2) * HOUR
  const random = seeded(3)
  const rows = Array.from({ length: HOURS * PER_HOUR }, (_, i) => {
    const late = random() < 0.5
    const origin = [NASTY, 'JFK', 'ATL', null][i % 4]
    const ts = start + Math.floor(i / PER_HOUR) * HOUR + (i % PER_HOUR) * 1000
    const off = 0.3 + 0.1 * random()
    const better = origin === NASTY ? -0.08 : 0.1
    const row = (id: string, version: string, by: number, shadow = false) => ({
      ...{ id, ts, version, shadow, score: late ? 1 - by : by, features: { amount: random(), origin } },
      prediction: by < 0.5 === late ? 'late' : 'fine',
    })
    const sent = [row(`p${i}`, '1', off), row(`p${i}`, NASTY, off - better * random(), true)]
    if (i % 3 === 0) sent.push(row(`q${i}`, '3', 0.3 + 0.1 * random()))
    const label = late ? 'late' : 'fine'
    const labels = [...new Set(sent.map(({ id }) => id))].map((id) => ({ id, label, prediction_ts: ts }))
    return { sent, labels }
  })
  const lines = (of: readonly object[]) => of.map((one) => JSON.stringify(one)).join('\n')
  const features = { amount: 'numeric', origin: 'categorical' }
  await must('/models', { name: 'shop', task: 'binary', positive: 'late', features, segments: ['origin'] })
  await must('/models/shop/predictions', lines(rows.flatMap(({ sent }) => sent)), 'application/x-ndjson')
  await must('/models/shop/labels', lines(rows.flatMap(({ labels }) => labels)), 'application/x-ndjson')
  const at = (hours: number) => new Date(start + hours * HOUR).toISOString()
  await must('/models/shop/baselines', { name: 'first day', window: { from: at(0), to: at(24) } })
  const model = (await service.models.find('shop'))!
  await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
  const monitor = { name: 'daily', model: 'shop', checks: ['feature'], by_version: true }
  await must('/monitors', monitor)
  for (const hours of [72, 96]) await must('/monitors/daily/run', { asOf: at(hours + 0.25) })
  const shared = {
    min_hours: 24,
    model: 'shop',
    champion: '1',
    metric: 'brier',
    from: at(0),
    label_delay: '1h',
  }
  await must('/experiments', { ...shared, name: 'better-shadow', challenger: NASTY })
  const split = { ...shared, challenger: '3', design: 'split', margin: 0.05 }
  await must('/experiments', { ...split, name: 'needs-more', min_rows: 100_000 })
  await look(service)
}
