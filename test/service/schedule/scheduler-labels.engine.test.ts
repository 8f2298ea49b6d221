/** When windows of labels are evaluated: once it is known how long labels take, and again when late ones come. */
import pino from 'pino'
import { beforeAll, expect, test } from 'vitest'
import { buildMessage } from '../../../alerts/message/message.ts'
import { schedulerMemory, tick } from '../../../service/schedule/scheduler.ts'
import { createCounter } from '../../../detectors/rollup/counter.ts'
import { generationClock } from '../../../detectors/rollup/rollup.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { storeLabels, storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { listAlertEvents } from '../../../control/alerting/alert-events.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { openModels } from '../../../store/models.ts'
import { monitors, monitorSchema } from '../../../control/declared/monitor.ts'
import { rows } from '../../../store/engine/query.ts'
import type { Store } from '../../../store/engine/client.ts'
import { seeded } from '../../support/samples/columns.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 0, 1)
const PER_DAY = 4800
const model = modelSchema.parse({ name: 'm', task: 'binary', positive: 'yes', features: { x: 'numeric' } })
const declaration = { name: 'labels', model: 'm', every: '24h', checks: ['concept', 'performance'], alert: { fire: '1 of 1' } } as const // prettier-ignore

let store: Store
const nextGeneration = generationClock()
const random = seeded(3)
const broken = new Set<number>()
/** By day, the rows that were sent, with labels that follow their scores but on broken days. */
const days = new Map<number, { id: string; ts: number; score: number; label: string }[]>()

const context = () => ({ store, writer: createWriter(store), model, source: 'test', now: new Date() })

async function predict(day: number): Promise<void> {
  const sent = Array.from({ length: PER_DAY }, (_, i) => {
    const score = random()
    const rate = broken.has(day) ? 1 - score : score
    return {
      id: `${day}-${i}`,
      ts: START + day * DAY + Math.floor((i / PER_DAY) * DAY),
      score,
      label: random() < rate ? 'yes' : 'no',
    }
  })
  days.set(day, sent)
  const records = sent.map(({ id, ts, score }) => ({ value: { id, ts, score, features: { x: score } } }))
  await storePredictions(context(), records)
}

async function label(day: number, from = 0, to = PER_DAY): Promise<void> {
  const records = days.get(day)!.slice(from, to).map(({ id, ts, label }) => ({ value: { id, label, prediction_ts: ts, labelled_at: ts + 30 * HOUR } })) // prettier-ignore
  await storeLabels(context(), records)
}

async function evaluate(day: number): Promise<void> {
  const log = pino({ level: 'silent' })
  await tick(
    {
      store,
      models: openModels(store),
      log,
      counter: createCounter(store, nextGeneration),
      ...schedulerMemory(),
    },
    new Date(START + day * DAY + 11 * 60_000),
  )
}

const evaluations = async () =>
  (
    await rows<{ day: number; status: string }>(
      store.read,
      `SELECT (toUnixTimestamp(window_end) - ${START / 1000}) / 86400 AS day, status FROM evaluations FINAL
       WHERE monitor = 'labels' AND part = 'labels' ORDER BY day`,
    )
  ).map(({ day, status }) => `${day} ${status}`)

const newest = async (day: number) =>
  rows<{ kind: string; column: string; verdict: string; reason: string; rule: string }>(
    store.read,
    `SELECT kind, column, verdict, reason, rule FROM results WHERE window_end = toDateTime(${(START + day * DAY) / 1000}, 'UTC')
     ORDER BY kind, column, evaluated_at DESC LIMIT 1 BY kind, column`,
  )

beforeAll(async () => {
  store = await temporaryStore()
  await openModels(store).declare(model, new Date())
  await monitors.put(store.control, 'labels', monitorSchema.parse(declaration), new Date())
  for (const day of [0, 1, 2, 3]) await predict(day)
  await label(0, 0, 4000)
  const window = { from: new Date(START).toISOString(), to: new Date(START + DAY).toISOString() }
  await baselineFromWindow(store, { model, name: 'first', source: { window }, now: new Date() })
  // Fewer than 200 labels are of hours that are labelled in full.
  await store.rollup.command({
    query: "DELETE FROM labels_m WHERE toHour(hour) != 0 AND NOT endsWith(id, '1')",
  })
  await store.rollup.command({ query: "DELETE FROM labels_m WHERE toHour(hour) = 0 AND endsWith(id, '7')" })
  await activate(store, 'm', 1, new Date())
})

test('as long as it is not known how long labels take, windows say so', async () => {
  await evaluate(4)
  expect(await evaluations()).toEqual(['4 awaiting_labels'])
  expect(
    (await newest(4)).map(({ kind, column, verdict, reason }) => [kind, column, verdict, reason]),
  ).toEqual([
    ['concept', 'score', 'insufficient_data', 'label_delay_unknown'],
    ['performance', 'log_loss', 'insufficient_data', 'label_delay_unknown'],
  ])
  await evaluate(4)
  expect(await evaluations()).toEqual(['4 awaiting_labels'])
})

test('once it is, the newest window whose labels have come is evaluated, with the delay beside its results', async () => {
  for (const day of [0, 1, 2]) await label(day)
  await evaluate(4)
  // 30 hours of delay are counted as up to 34; the window that ends with day 2 is the newest that waited for them.
  expect(await evaluations()).toEqual(['2 evaluated', '4 awaiting_labels'])
  const results = await newest(2)
  expect(results.map(({ kind, column, verdict }) => [kind, column, verdict])).toEqual([
    ['concept', 'score', 'ok'],
    ['concept', 'x', 'ok'],
    ['performance', 'log_loss', 'ok'],
  ])
  for (const { rule } of results)
    expect(JSON.parse(rule)).toMatchObject({ labelDelay: { delay: 34 * HOUR, source: 'observed' } })
})

test('a change of the concept fires, with what it cost, and what to do about it', async () => {
  broken.add(4)
  await predict(4)
  await label(3)
  await evaluate(5)
  await predict(5)
  await label(4)
  await evaluate(6)
  await predict(6)
  await evaluate(7)
  expect(await evaluations()).toEqual(['2 evaluated', '3 evaluated', '4 evaluated', '5 evaluated'])
  const events = await listAlertEvents(store.control, { scope: 'alert', limit: 10 })
  expect(events.map(({ kind, severity, reason }) => [kind, severity, reason]).sort()).toEqual([
    ['concept', 'critical', 'first'],
    ['performance', 'critical', 'first'],
  ])
  const concept = events.find(({ kind }) => kind === 'concept')!
  expect(concept.members.map(({ column }) => column)).toEqual(expect.arrayContaining(['score', 'x']))
  expect(concept.summary).toMatch(
    /^In m, how the label relates to 2 columns has changed from baseline 1 \(first\) since 6 Jan 2026 00:00 UTC \(critical\), most of all/,
  )
  const performance = events.find(({ kind }) => kind === 'performance')!
  // Labels turned round: wrong at both ends of x, which is the score, and right in the middle.
  expect(buildMessage([performance], (path) => path).text).toMatch(
    /over [\d,]+ labelled rows\. (The rise|Of the rise) of the log loss by .* comes from how the label relates to "x" \(mostly /,
  )
  expect(performance.summary).toMatch(
    /^m has performed worse than baseline 1 \(first\) since 6 Jan 2026 00:00 UTC \(critical\): log loss rose from 0\.5\d* to 1\.\d+, a loss of \d+/,
  )
})

test('labels that come after their window was evaluated have it computed again, and the earlier result is kept', async () => {
  const before = await newest(3)
  const corrected = days.get(2)!.map(({ id, ts, label }) => ({
    value: { id, label: label === 'yes' ? 'no' : 'yes', prediction_ts: ts, labelled_at: ts + 31 * HOUR },
  }))
  await storeLabels(context(), corrected)
  await evaluate(7)
  const after = await newest(3)
  expect(before.map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok'])
  expect(after.map(({ verdict }) => verdict)).toEqual(['critical', 'critical', 'critical'])
  const [{ n }] = await rows<{ n: number }>(
    store.read,
    `SELECT uniqExact(id) AS n FROM results FINAL WHERE kind = 'concept' AND column = 'score' AND window_end = toDateTime(${(START + 3 * DAY) / 1000}, 'UTC')`,
  )
  expect(n).toBe(2)
})

test('with another metric to decide, the alert on the one before ends', async () => {
  const changed = { ...declaration, performance: { metric: 'brier' } }
  await monitors.put(store.control, 'labels', monitorSchema.parse(changed), new Date())
  await label(5)
  await evaluate(8)
  const performance = (await newest(6)).filter(({ kind }) => kind === 'performance')
  expect(performance.map(({ column, verdict }) => [column, verdict])).toEqual([['brier', 'ok']])
  const [newestEvent] = (await listAlertEvents(store.control, { scope: 'alert', limit: 10 })).filter(
    ({ kind }) => kind === 'performance',
  )
  expect(newestEvent).toMatchObject({ reason: 'all_resolved', status: 'resolved' })
  expect(newestEvent.members).toMatchObject([
    { column: 'log_loss', explanation: 'The monitor no longer checks it.' },
  ])
})

test('a monitor that only needs labels tells as well that predictions no longer come', async () => {
  await evaluate(9)
  const events = await listAlertEvents(store.control, { scope: 'alert', limit: 10 })
  expect(events.filter(({ kind }) => kind === 'data')).toMatchObject([
    { reason: 'repeat', windowEnd: new Date(START + 9 * DAY), members: [{ column: 'no_data' }] },
    { reason: 'first', windowEnd: new Date(START + 8 * DAY), members: [{ column: 'no_data' }] },
  ])
})
