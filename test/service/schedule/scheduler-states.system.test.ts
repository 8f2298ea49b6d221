import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toOverview, type ModelFacts } from '../../../api/answers/overview.ts'
import { FAILURES_TO_TELL } from '../../../service/schedule/monitor-failures.ts'
import { listAlertEvents } from '../../../control/alerting/alert-events.ts'
import { insertEvaluation, lastEvaluations } from '../../../store/results/evaluations.ts'
import { monitors } from '../../../control/declared/monitor.ts'
import { HOUR, monitor, Simulation, START } from '../../suites/simulation.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
const simulation = new Simulation(join(directory, 'data'))
beforeAll(() => simulation.prepare())
afterAll(async () => {
  await simulation.end()
  rmSync(directory, { recursive: true, force: true })
})

/** What was sent since it was asked last. */
function sent(): string[] {
  return simulation.received
    .splice(0)
    .map(
      ({ data: { kind, reason, window_end } }) =>
        `${kind} ${reason} ${(Date.parse(window_end) - START) / HOUR}`,
    )
}
const command = (query: string) => simulation.store.rollup.command({ query })
const states = async () => (await lastEvaluations(simulation.store)).map(({ status }) => status)
const ticks = async (from: number, to: number, feed?: 'steady' | 'broken') => {
  for (let hour = from; hour < to; hour++) {
    if (feed !== undefined) await simulation.send(hour, hour + 1, feed === 'broken')
    await simulation.tick(hour + 1)
  }
}
const TEN_MINUTES = 600_000 / HOUR

test('a model that never had a prediction is not silent, one that had some is', async () => {
  // The baseline is there, what it was made from is not, as where it comes from a file.
  await command('CREATE TABLE away AS predictions_m')
  await command('INSERT INTO away SELECT * FROM predictions_m')
  await command('TRUNCATE TABLE predictions_m')
  await command('ALTER TABLE hours DELETE WHERE 1 SETTINGS mutations_sync = 2')
  await ticks(0, 3)
  expect(sent()).toEqual([])
  await command(
    `INSERT INTO predictions_m SELECT * FROM away WHERE ts < toDateTime(${START / 1000 - 86_400}, 'UTC')`,
  )
  await ticks(3, 4)
  expect(sent(), 'past data may still be loaded').toEqual([])
  const began = new Date(START - 48 * HOUR)
  await insertEvaluation(simulation.store, { monitor: 'hourly', stream: 'predictions', windowEnd: began, evaluatedAt: new Date(), status: 'evaluated', detail: '' }) // prettier-ignore
  await ticks(4, 5)
  expect(sent()).toEqual(['data first 5'])
  await ticks(5, 6, 'steady')
  expect(sent()).toEqual(['data all_resolved 6'])
})

test(`a monitor that fails is told of after ${FAILURES_TO_TELL} ticks, and once it works again has missed no window`, async () => {
  await ticks(6, 29, 'steady')
  sent()
  await command('RENAME TABLE results TO results_away')
  await ticks(29, 31, 'steady')
  expect(sent(), 'two failures are a blip').toEqual([])
  await ticks(31, 33, 'steady')
  expect(sent()).toEqual([`data first ${32 + TEN_MINUTES}`])
  expect(await states()).toEqual(['error'])
  const [event] = await listAlertEvents(simulation.store.control, { scope: 'alert', limit: 1 })
  expect(event.summary).toBe(
    'm has not been checked since 6 Jan 2026 08:10 UTC (warning): the last 3 runs of monitor hourly failed while checking ' +
      'its predictions; see the service log for the cause. It is retried every minute and does not skip any window.',
  )
  await command('RENAME TABLE results_away TO results')
  await ticks(33, 34, 'steady')
  expect(sent()).toEqual([`data all_resolved ${34 + TEN_MINUTES}`])
  expect(await states()).toEqual(['evaluated'])
  const found = await simulation.store.read.query({
    query:
      'SELECT uniqExact(window_end) AS n FROM results WHERE window_end > toDateTime(' +
      START / 1000 +
      ", 'UTC')",
    format: 'JSONEachRow',
  })
  expect(await found.json()).toEqual([{ n: 34 }])
})

test('a failure that a restart interrupts is told of once, and ends', async () => {
  await command('RENAME TABLE results TO results_away')
  await ticks(34, 37, 'steady')
  expect(sent()).toEqual([`data first ${37 + TEN_MINUTES}`])
  await simulation.close()
  await simulation.open()
  await ticks(37, 41, 'steady')
  expect(sent()).toEqual([])
  await simulation.close()
  await simulation.open()
  await command('RENAME TABLE results_away TO results')
  await ticks(41, 42, 'steady')
  expect(sent()).toEqual([`data all_resolved ${42 + TEN_MINUTES}`])
})

test('the alert of a monitor that is removed, or of a kind that it drops, ends as no longer watched', async () => {
  await ticks(42, 54, 'broken')
  expect(sent()).toEqual(['feature first 47', 'feature severity_raised 48'])
  await monitors.put(simulation.store.control, 'hourly', { ...monitor, checks: ['label'] }, new Date())
  await ticks(54, 56, 'broken')
  expect(sent()).toEqual([`feature unwatched ${55 + TEN_MINUTES}`])
  await monitors.put(simulation.store.control, 'hourly', monitor, new Date())
  await ticks(56, 59, 'broken')
  expect(sent()).toEqual(['feature first 58'])
  await monitors.remove(simulation.store.control, 'hourly')
  await ticks(59, 61, 'broken')
  expect(sent()).toEqual([`feature unwatched ${60 + TEN_MINUTES}`])
  const [last] = await listAlertEvents(simulation.store.control, { scope: 'alert', limit: 1 })
  expect([last.status, last.summary]).toEqual([
    'resolved',
    'The feature drift of m is no longer monitored, 3 hours after it began (7 Jan 2026 09:00 UTC); it is not known whether it continues.',
  ])
})

test('the overview tells a model that cannot be checked from one without data', () => {
  const end = new Date(START)
  const facts: ModelFacts = {
    model: 'm', task: 'binary', hasBaseline: true, monitors: ['hourly'], warningFrom: 0.1, firing: [], newest: undefined,
    ends: [], effects: [], traffic: { lastDay: 1, until: end, labelLag: undefined }, evaluations: [],
  } // prettier-ignore
  const status = (...given: ('error' | 'no_data' | 'evaluated')[]) =>
    toOverview({ ...facts, evaluations: given.map((one) => ({ status: one, end })) }).status
  expect([status('error'), status('no_data'), status('no_data', 'error'), status('evaluated')]).toEqual([
    'error',
    'no_data',
    'error',
    'insufficient_data',
  ])
})
