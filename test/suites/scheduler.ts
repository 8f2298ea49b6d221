import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listAlertEvents } from '../../control/alerting/alert-events.ts'
import { rows } from '../../store/engine/query.ts'
import { EXPECTED_EVENTS, EXPECTED_MESSAGES, HOUR, live, repeated, Simulation, START } from './simulation.ts'

/** Lives through so many hours, and compares with what a person would write by hand. */
export function schedulerSuite(hours: number): void {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
  const simulation = new Simulation(join(directory, 'data'))

  beforeAll(async () => {
    await simulation.prepare()
    await live(simulation, hours)
  }, hours * 5_000)

  afterAll(async () => {
    await simulation.end()
    rmSync(directory, { recursive: true, force: true })
  })

  test('hourly evaluations with faults, a silence and stops make the events a person would write', async () => {
    const events = await listAlertEvents(simulation.store.control, { scope: 'alert', limit: 1000 })
    const made = events.map(({ windowEnd, kind, reason, severity }) => ({
      hour: (windowEnd.getTime() - START) / HOUR,
      kind,
      reason,
      severity,
    }))
    expect(made.reverse()).toEqual(repeated(EXPECTED_EVENTS, hours))
  })

  test('each is delivered once; after a stop only the newest of an alert', () => {
    const told = simulation.received.map(({ data: { window_end, kind, reason, severity } }) => ({
      hour: (Date.parse(window_end) - START) / HOUR,
      kind,
      reason,
      severity,
    }))
    expect(told).toEqual(repeated(EXPECTED_MESSAGES, hours))
    expect(new Set(simulation.received.map(({ id }) => id)).size).toBe(simulation.received.length)
  })

  test('every due window is evaluated, and none twice but where its data changed', async () => {
    const found = await rows<{ end: number; times: number }>(
      simulation.store.read,
      `SELECT toUnixTimestamp(window_end) AS end, count() AS times FROM evaluations FINAL
       WHERE monitor = 'hourly' GROUP BY end ORDER BY end`,
    )
    expect(found.map(({ end }) => (end * 1000 - START) / HOUR)).toEqual(
      Array.from({ length: hours }, (_, i) => i + 1),
    )
    expect(found.every(({ times }) => times === 1)).toBe(true)
  })
}
