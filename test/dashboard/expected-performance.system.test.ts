/** Expected performance from events without labels to a message, and to the pages and answers that show it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generationClock, rollup } from '../../detectors/rollup/rollup.ts'
import { startReceiver } from '../support/channels.ts'
import { describeBrowser, expectAccessible, expectFits, settled, startBrowser, type Browser } from '../support/pages/browser.ts' // prettier-ignore
import { seeded, normals } from '../support/samples/columns.ts'
import { testService, type TestService } from '../support/service.ts'

const START = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Labelled days of the baseline, then days as they were, then days of uncertain scores. */
const [LABELLED, STEADY, DAYS] = [3, 6, 8]
const at = (day: number) => new Date(START + day * DAY).toISOString()

let service: TestService
let receiver: Awaited<ReturnType<typeof startReceiver>>

const must = async (method: string, path: string, body?: unknown) => {
  const answer = await service.call(
    method,
    path,
    body,
    typeof body === 'string' ? { 'content-type': 'application/x-ndjson' } : undefined,
  )
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

async function sendEvents(): Promise<void> {
  const random = seeded(21)
  const normal = normals(random)
  const predictions: string[] = []
  const labels: string[] = []
  for (let day = 0; day < DAYS; day++)
    for (let i = 0; i < 24 * 60; i++) {
      const x = normal() + (day < STEADY ? 0 : 2)
      const score = 1 / (1 + Math.exp(3 - 1.5 * x))
      const event = { id: `${day}-${i}`, ts: START + day * DAY + i * 60_000 }
      predictions.push(
        JSON.stringify({ ...event, features: { x }, score, prediction: score > 0.5 ? 'late' : 'fine' }),
      )
      if (day < LABELLED)
        labels.push(
          JSON.stringify({
            id: event.id,
            prediction_ts: event.ts,
            labelled_at: event.ts + HOUR,
            label: random() < score ? 'late' : 'fine',
          }),
        )
    }
  await must('POST', '/models/flights/predictions', predictions.join('\n'))
  await must('POST', '/models/flights/labels', labels.join('\n'))
}

const MONITOR = {
  name: 'early',
  model: 'flights',
  checks: ['expected_performance', 'performance'],
  every: '24h',
  alert: { fire: '1 of 1' },
}

beforeAll(async () => {
  receiver = await startReceiver()
  service = await testService(undefined, { DRIFTGAUGE_WEBHOOK_ALLOW: new URL(receiver.url).host })
  await must('POST', '/channels', {
    name: 'hook',
    webhook: { url: receiver.url, secret: 'a-secret-of-the-test-alone-0123456789' },
  })
  await must('POST', '/models', {
    name: 'flights',
    task: 'binary',
    positive: 'late',
    features: { x: 'numeric' },
    owners: { expected_performance: 'team-scores' },
  })
  await sendEvents()
  await must('POST', '/models/flights/baselines', {
    name: 'labelled days',
    window: { from: at(0), to: at(LABELLED) },
  })
  const model = (await service.models.find('flights'))!
  await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
  await must('POST', '/routes', {
    name: 'early',
    match: { kinds: ['expected_performance'] },
    channels: ['hook'],
  })
  await must('POST', '/monitors', MONITOR)
  await service.worker.run(new Date(START + STEADY * DAY + HOUR))
  await service.worker.run(new Date(START + (STEADY + 1) * DAY + HOUR))
}, 120_000)
afterAll(() => receiver.stop())

const alertOf = async () =>
  (await must('GET', '/alerts?model=flights')).alerts.find(
    ({ kind }: { kind: string }) => kind === 'expected_performance',
  )

test('the message says that the loss is expected, and that no labels are needed to know', async () => {
  const messages = receiver.received.map(({ body }) => JSON.parse(body) as Record<string, string>)
  expect(messages).toHaveLength(1)
  const text = JSON.stringify(messages[0])
  expect(text).toContain('flights is expected to perform worse than baseline 1 (labelled days) since')
  expect(text).toMatch(/log loss is expected to rise from 0\.\d+ to 0\.\d+, a loss of [\d.]+% \(critical threshold 10%\), estimated from 1,440 predictions/)
  expect(text).toContain('The loss is estimated from what the model predicts, before labels arrive')
}) // prettier-ignore

test('the alert has its owner, its kind and its result, which is reproduced', async () => {
  const alert = await alertOf()
  expect(alert).toMatchObject({ status: 'firing', severity: 'critical', owner: 'team-scores' })
  expect(alert.members).toMatchObject([{ kind: 'expected_performance', column: 'log_loss' }])
  const window = `from=${at(STEADY)}&to=${at(DAYS)}&kind=expected_performance`
  const { results } = await must('GET', `/models/flights/results?${window}`)
  expect(results).toHaveLength(1)
  expect(await must('POST', `/results/${results[0].id}/reproduce`)).toMatchObject({ agrees: true })
})

describe('past windows', () => {
  test('a backtest covers them with the same step', async () => {
    const body = { from: at(LABELLED), to: at(DAYS) }
    const { alerts, windows } = await must('POST', '/monitors/early/backtest', body)
    expect(windows).toBeGreaterThan(0)
    const expected = alerts.filter(({ kind }: { kind: string }) => kind === 'expected_performance')
    expect(expected).toMatchObject([
      { severity: 'critical', fired_at: new Date(at(STEADY + 1)).toISOString() },
    ])
  })

  test('a backfill stores their results', async () => {
    await must('POST', '/monitors', { ...MONITOR, name: 'past', alert: {}, checks: ['expected_performance'] })
    await must('POST', '/monitors/past/backfill', { from: at(LABELLED), to: at(DAYS) })
    const { results } = await must(
      'GET',
      `/models/flights/results?monitor=past&from=${at(0)}&to=${at(DAYS + 1)}`,
    )
    expect(new Set(results.map(({ kind }: { kind: string }) => kind))).toEqual(
      new Set(['expected_performance']),
    )
    const verdicts = results.map(({ verdict }: { verdict: string }) => verdict)
    expect(verdicts.filter((verdict: string) => verdict === 'critical').length).toBe(2)
    await must('DELETE', '/monitors/past')
  })
})

test('a metric or baseline that gives no estimate is warned of when the monitor is declared', async () => {
  const features = { x: 'numeric' }
  await must('POST', '/models', { name: 'kinds', task: 'multiclass', features })
  const rows = Array.from({ length: 300 }, (_, i) => ({
    id: `${i}`,
    ts: START + i * 60_000,
    features: { x: i },
    prediction: 'abc'[i % 3],
  }))
  await must('POST', '/models/kinds/predictions', rows.map((row) => JSON.stringify(row)).join('\n'))
  await must(
    'POST',
    '/models/kinds/labels',
    rows
      .map(({ id, ts, prediction }) => JSON.stringify({ id, prediction_ts: ts, label: prediction }))
      .join('\n'),
  )
  await must('POST', '/models/kinds/baselines', { name: 'bare', window: { from: at(0), to: at(1) } })
  const { warnings } = await must('POST', '/monitors', {
    name: 'kinds',
    model: 'kinds',
    checks: ['expected_performance'],
    performance: { metric: 'log_loss' },
  })
  expect(warnings.map(({ code }: { code: string }) => code).sort()).toEqual([
    'expected_by_other_metric',
    'expected_performance_unavailable',
  ])
  expect(JSON.stringify(warnings)).toContain('The baseline has no scores')
})

describeBrowser('the pages', () => {
  let browser: Browser
  beforeAll(async () => void (browser = await startBrowser()))
  afterAll(async () => {
    expect(browser.faults).toEqual([])
    await browser.close()
  })

  test('the alert, its window and the list call it by its name', async () => {
    const { id } = await alertOf()
    const page = await browser.open(`${service.url}/alerts/${id}`)
    await page.getByRole('heading', { level: 1, name: 'Expected performance loss in flights' }).waitFor()
    await settled(page)
    const text = await page.locator('main').innerText()
    expect(text).toContain('Expected before labels: baseline and window')
    expect(text).toMatch(/effect\s+[\d.]+%/)
    expect(text).not.toContain('expected_performance')
    await expectAccessible(page, 'alert')
    await expectFits(page, 'alert')
    await page.close()
  })

  test.each([
    '/',
    '/models/flights',
    `/models/flights/columns/log_loss?monitor=early&kind=expected_performance&at=${at(7)}&from=${at(0)}&to=${at(8)}`,
  ])('%s', async (path) => {
    const page = await browser.open(service.url + path)
    await settled(page)
    const text = await page.locator('main').innerText()
    expect(text).toMatch(/expected (performance|to rise)/i)
    expect(text.replace(/^.*curl[^]*?Copy/m, '')).not.toContain('expected_performance')
    if (path.includes('columns')) expect(text).toContain('Log loss, expected')
    await expectAccessible(page, path)
    await page.close()
  })
})
