import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { listAlertEvents } from '../../../control/alerting/alert-events.ts'
import { dropSilver } from '../../../store/events/silver.ts'
import {
  findSettling,
  insertPendingLabels,
  pendingLabelLine,
  type PendingLabel,
} from '../../../store/events/labels.ts'
import { openModels } from '../../../store/models.ts'
import { monitors, monitorSchema } from '../../../control/declared/monitor.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { newestGeneration } from '../../../store/profiles/profiles.ts'
import { rows } from '../../../store/engine/query.ts'
import type { Store } from '../../../store/engine/client.ts'
import { HOUR, model, Simulation, START } from '../../suites/simulation.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
const simulation = new Simulation(join(directory, 'data'))
beforeAll(() => simulation.prepare())
afterAll(async () => {
  await simulation.end()
  rmSync(directory, { recursive: true, force: true })
})

async function insertPending(
  store: Store,
  name: string,
  label: PendingLabel,
  receivedAt: Date,
): Promise<void> {
  await insertPendingLabels(store, { ...model, name }, [pendingLabelLine(name, label, receivedAt)])
}

/** Hour by hour, one tick after each. */
async function hours(from: number, to: number, broken = false): Promise<void> {
  for (let hour = from; hour < to; hour++) {
    await simulation.send(hour, hour + 1, broken)
    await simulation.tick(hour + 1)
  }
}

const told = async () =>
  (await listAlertEvents(simulation.store.control, { scope: 'alert', limit: 100 }))
    .map(({ kind, reason, windowEnd }) => `${kind} ${reason} ${(windowEnd.getTime() - START) / HOUR}`)
    .reverse()

test('generations go on from the newest that is published, whatever the clock says', async () => {
  const newest = await newestGeneration(simulation.store)
  expect(newest).toBeGreaterThan(0)
  const next = generationClock(newest, () => 0)
  expect(next()).toBeGreaterThan(newest)
  expect(next()).toBeGreaterThan(newest + 1)
})

test('when data stops, windows without a row of their own have no verdict, and clear nothing', async () => {
  await hours(0, 24)
  await hours(24, 36, true)
  // The window that ends with hour 60 is the first one without any row.
  for (let hour = 37; hour <= 66; hour++) await simulation.tick(hour)
  const verdicts = await rows<{ hour: number; verdict: string }>(
    simulation.store.read,
    `SELECT intDiv(toUnixTimestamp(window_end) - ${START / 1000}, 3600) AS hour, verdict FROM results
     WHERE window_end >= toDateTime(${START / 1000 + 60 * 3600}, 'UTC') ORDER BY hour`,
  )
  expect(verdicts.map(({ hour }) => hour)).toEqual([60, 61, 62, 63, 64, 65, 66])
  expect(verdicts.every(({ verdict }) => verdict === 'insufficient_data')).toBe(true)
  expect(
    (await told()).filter((event) => event.startsWith('feature') && Number(event.split(' ')[2]) >= 60),
  ).toEqual([])
  expect(await told()).toContain('data first 60')
})

test('a model that cannot be counted does not keep the others from it', async () => {
  const models = openModels(simulation.store)
  const now = new Date()
  await models.declare(
    modelSchema.parse({ name: 'a-broken', task: 'binary', features: { x: 'numeric' } }),
    now,
  )
  await monitors.put(
    simulation.store.control,
    'a-broken',
    monitorSchema.parse({ name: 'a-broken', model: 'a-broken' }),
    now,
  )
  await dropSilver(simulation.store, 'a-broken')
  await insertPending(simulation.store, 'a-broken', { id: '1', label: 'yes', labelledAt: now }, now)
  await simulation.tick(67)
  const evaluated = await rows<{ monitor: string }>(
    simulation.store.read,
    `SELECT DISTINCT monitor FROM evaluations WHERE window_end = toDateTime(${START / 1000 + 67 * 3600}, 'UTC')`,
  )
  expect(evaluated).toContainEqual({ monitor: 'hourly' })
})

test('a correction that comes while labels are settled waits for the next time', async () => {
  const { store } = simulation
  const [first, later] = [new Date(START + HOUR), new Date(START + 2 * HOUR)]
  await insertPending(store, 'm', { id: '0-1', label: 'a', labelledAt: first }, first)
  const settling = await findSettling(store, model, later)
  expect(settling.hours).toEqual([new Date(START)])
  const command = store.rollup.command.bind(store.rollup)
  let calls = 0
  store.rollup.command = async (given) => {
    // Between the insert of the labels and the delete of what was waiting.
    if (++calls === 2) await insertPending(store, 'm', { id: '0-1', label: 'b', labelledAt: later }, first)
    return command(given)
  }
  await settling.settle()
  store.rollup.command = command
  await rollup({ store, model, now: later, nextGeneration: generationClock() })
  const labels = await rows<{ label: string }>(store.read, 'SELECT label FROM labels_m FINAL')
  const waiting = await rows(store.read, "SELECT id FROM pending_labels FINAL WHERE model = 'm'")
  expect([labels, waiting]).toEqual([[{ label: 'b' }], []])
})
