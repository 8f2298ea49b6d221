import { generationClock, rollup } from '../../detectors/rollup/rollup.ts'
import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import { insertAlertEvents } from '../../control/alerting/insert-alert-events.ts'
import { insertDeliveries } from '../../control/alerting/deliveries.ts'
import { uniform } from '../../bench/support.ts'
import type { Answer } from './ask.ts'
import { testService, type TestService } from './service.ts'

export const FULL_KEY = 'a-key-of-sixteen-characters-or-more'
export const SECRET = 'a secret of twenty-four bytes or more'
export const HOUR = 3_600_000
export const DAY = 24 * HOUR
export const START = Date.UTC(2026, 0, 1)

export interface Row {
  ts: number
  x: number | null
  c: string
  prediction: string
  score: number
}

/** Ten days of predictions, the eighth and ninth shifted, with a baseline of the first five and a monitor. */
export interface ApiFixture {
  service: TestService
  rows: Row[]
  /** With the key that may do everything. */
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
  /** Ids of the events of alerts. */
  alerts: string[]
}

export async function apiFixture(
  perHour = 20,
  environment: Record<string, string> = {},
): Promise<ApiFixture> {
  const service = await testService(undefined, { DRIFTGAUGE_API_KEYS: FULL_KEY, ...environment })
  const call: ApiFixture['call'] = (method, path, body, headers) =>
    service.call(method, path, body, { authorization: `Bearer ${FULL_KEY}`, ...headers })
  const must = async (...request: Parameters<typeof call>) => {
    const answer = await call(...request)
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
  }
  await must('POST', '/models', {
    name: 'shop',
    task: 'binary',
    positive: 'yes',
    features: { x: 'numeric', c: { kind: 'categorical', importance: 0.5 } },
    segments: ['c'],
  })
  const rows = makeRows(perHour)
  const lines = rows.map(({ ts, x, c, prediction, score }, i) =>
    JSON.stringify({ id: `p${i}`, ts, version: i % 3 ? '1' : '2', features: { x, c }, prediction, score }),
  )
  const ndjson = { 'content-type': 'application/x-ndjson' }
  await must('POST', '/models/shop/predictions', lines.join('\n'), ndjson)
  const labels = rows.map(({ ts }, i) =>
    JSON.stringify({ id: `p${i}`, label: i % 4 ? 'no' : 'yes', prediction_ts: ts }),
  )
  await must('POST', '/models/shop/labels', labels.join('\n'), ndjson)
  const window = { from: '2026-01-01T00:00:00Z', to: '2026-01-06T00:00:00Z' }
  await must('POST', '/models/shop/baselines', { name: 'first days', window })
  const model = (await service.models.find('shop'))!
  await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
  await must('POST', '/channels', {
    name: 'hook',
    webhook: { url: 'http://127.0.0.1:9/x?token=1', secret: SECRET },
  })
  await must('POST', '/routes', { name: 'critical', match: { severity: 'critical' }, channels: ['hook'] })
  await must('POST', '/monitors', {
    name: 'daily',
    model: 'shop',
    label_delay: '24h',
    alert: { channels: ['hook'] },
  })
  await must('POST', '/topics', {
    name: 'flat',
    records: 'predictions',
    fields: { model: 'of', id: 'id', ts: 'at', score: 'p', features: '*' },
  })
  for (let day = 6; day <= 10; day++)
    await must('POST', '/monitors/daily/run', { asOf: new Date(START + day * DAY + HOUR).toISOString() })
  return { service, rows, call, alerts: await addAlerts(service) }
}

function makeRows(perHour: number): Row[] {
  const random = uniform(3)
  return Array.from({ length: 240 * perHour }, (_, i) => {
    const ts = START + Math.floor((i / perHour) * HOUR)
    const shift = ts >= START + 7 * DAY && ts < START + 9 * DAY ? 0.5 : 0
    return {
      ts,
      x: random() < 0.05 ? null : random() + shift,
      c: ['a', 'b', 'missing'][Math.floor(random() * 3)] + (shift > 0 && random() < 0.1 ? '!' : ''),
      prediction: random() < 0.3 ? 'yes' : 'no',
      score: random(),
    }
  })
}

/** Three events of two alerts, and what became of the first. */
async function addAlerts({ store }: TestService): Promise<string[]> {
  const event = (n: number, extra: Partial<AlertEvent>): AlertEvent => ({
    id: String(n).repeat(32),
    scope: 'alert',
    monitor: 'daily',
    model: 'shop',
    kind: 'feature',
    column: '',
    segment: '',
    version: '',
    windowEnd: new Date(START + (8 + n / 24) * DAY),
    reason: 'first',
    status: 'firing',
    severity: 'warning',
    summary: 'Feature "x" of shop has drifted.',
    members: [
      {
        kind: 'feature',
        column: 'x',
        segment: '',
        version: '',
        severity: 'warning',
        since: '2026-01-09T00:00:00.000Z',
      },
    ],
    baseline: 'baseline 1 (first days)',
    createdAt: new Date(START + 9 * DAY + n),
    notify: true,
    channels: ['hook'],
    ...extra,
  })
  const events = [
    event(1, {}),
    event(2, { reason: 'all_resolved', status: 'resolved' }),
    event(3, { kind: 'label', severity: 'critical' }),
    event(4, { scope: 'member', column: 'x' }),
    event(5, { monitor: 'removed' }),
  ]
  await insertAlertEvents(store.control, events)
  await insertDeliveries(
    store.control,
    Array.from({ length: 7 }, (_, i) => ({
      eventId: events[0].id,
      channel: i < 5 ? 'hook' : 'other',
      attempt: i + 1,
      at: new Date(START + 9 * DAY + Math.floor(i / 2) * 1000),
      status: i === 4 ? ('delivered' as const) : ('failed' as const),
      error: i === 4 ? undefined : 'HTTP 500',
    })),
  )
  return events.map(({ id }) => id)
}
