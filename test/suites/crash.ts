import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ControlLocation } from '../../control/database/control.ts'
import { listAlertEvents } from '../../control/alerting/alert-events.ts'
import { rows } from '../../store/engine/query.ts'
import { bundle } from '../support/bundle.ts'
import { HOUR, Simulation, START } from './simulation.ts'

const CHILD = join(import.meta.dirname, '../support/tick-child.ts')
type Moment = 'before' | 'after'
/**
 * The window that ends here is the second breach: the tick after it makes an alert fire and delivers it. The one before
 * was not evaluated until then, so that two windows are stored together.
 */
const FIRES_AT = 29
const TEN_MINUTES = 600_000

/** The control state that belongs to a directory of the suite. */
export interface ControlCopies {
  locate: (directory: string) => ControlLocation
  /** Copies all of it to another directory; without one to copy from it begins empty. */
  copy: (from: string | undefined, to: string) => Promise<void>
  remove: (directory: string) => Promise<void>
}

/** It is in the directory, and goes where that goes. */
const IN_DIRECTORY: ControlCopies = {
  locate: (directory) => ({ path: join(directory, 'control.db') }),
  copy: () => Promise.resolve(),
  remove: () => Promise.resolve(),
}

interface CrashOptions {
  control?: ControlCopies
  /** Tries each so-many-th write only. */
  stride?: number
}

/**
 * Kills a real process right before, or right after, each of its writes in the tick that makes an alert fire; then lets
 * another one go on.
 */
export function crashSuite(moment: Moment, { control = IN_DIRECTORY, stride = 1 }: CrashOptions = {}): void {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-crash-'))
  const prepared = join(directory, 'prepared')
  let simulation: Simulation
  let child: string
  let all: number

  async function copy(to: string): Promise<void> {
    cpSync(prepared, to, { recursive: true })
    await control.copy(prepared, to)
  }

  async function run(
    path: string,
    step: number,
    moment: Moment | 'never',
  ): Promise<{ code: number | null; writes: number }> {
    const now = String(START + FIRES_AT * HOUR + TEN_MINUTES)
    const location = JSON.stringify(control.locate(path))
    const ticking = spawn(process.execPath, [child, path, location, now, String(step), moment])
    const [out, error, [code]] = await Promise.all([
      text(ticking.stdout),
      text(ticking.stderr),
      once(ticking, 'exit'),
    ])
    if (code !== null && code !== 0) throw new Error(error)
    return { code: code as number | null, writes: Number(out) }
  }

  beforeAll(async () => {
    child = await bundle(CHILD)
    await control.copy(undefined, prepared)
    simulation = new Simulation(prepared, control.locate(prepared))
    await simulation.prepare()
    await simulation.send(0, 24)
    await simulation.tick(24)
    for (let hour = 25; hour < FIRES_AT - 1; hour++) {
      await simulation.send(hour - 1, hour, true)
      await simulation.tick(hour)
    }
    await simulation.send(FIRES_AT - 2, FIRES_AT, true)
    await simulation.close()
    expect(simulation.received).toEqual([])
    const whole = join(directory, 'whole')
    await copy(whole)
    all = (await run(whole, 0, 'never')).writes
    expect(simulation.received).toHaveLength(1)
    simulation.received.length = 0
  }, 120_000)

  afterAll(async () => {
    await simulation.open()
    await simulation.end()
    rmSync(directory, { recursive: true, force: true })
  })

  test(
    `killed ${moment} any write, the next process ends with one event, one effective delivery, each window once`,
    { timeout: 300_000 },
    async () => {
      for (let step = 1; step <= all; step += stride) {
        const path = join(directory, String(step))
        await copy(path)
        const where = `killed ${moment} write ${step} of ${all}`
        expect((await run(path, step, moment)).code, where).toBeNull()
        // The next process is this one, which starts faster than another.
        const next = new Simulation(path, control.locate(path))
        await next.open()
        await next.tick(FIRES_AT)
        expect(new Set(simulation.received.map(({ id }) => id)).size, where).toBe(1)
        expect(
          simulation.received.every(({ data }) => data.reason === 'first'),
          where,
        ).toBe(true)
        simulation.received.length = 0
        await expectOnce(next, where)
        await next.close()
        rmSync(path, { recursive: true, force: true })
        await control.remove(path)
      }
    },
  )

  async function expectOnce({ store }: Simulation, where: string): Promise<void> {
    const events = await listAlertEvents(store.control, { scope: 'alert', limit: 10 })
    expect(
      events.map(({ reason, windowEnd }) => [reason, (windowEnd.getTime() - START) / HOUR]),
      where,
    ).toEqual([['first', FIRES_AT]])
    const [{ windows, ends }] = await rows<{ windows: number; ends: number }>(
      store.read,
      'SELECT count() AS windows, uniqExact(window_end) AS ends FROM evaluations FINAL',
    )
    expect([windows, ends], where).toEqual([FIRES_AT - 23, FIRES_AT - 23])
    const results = await rows<{ n: number }>(
      store.read,
      'SELECT count() AS n FROM results FINAL GROUP BY window_end',
    )
    expect(
      results.map(({ n }) => n),
      where,
    ).toEqual(Array.from({ length: FIRES_AT - 23 }, () => 1))
  }
}
