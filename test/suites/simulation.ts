import { join } from 'node:path'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import pino from 'pino'
import { Registry } from 'prom-client'
import { parseAllowList } from '../../alerts/http/allow-list.ts'
import { KEEP_EVERYTHING } from '../../domain/retention.ts'
import { createLive } from '../../api/live.ts'
import { createSafeAgent } from '../../alerts/http/safe-agent.ts'
import { createWorkerMetrics } from '../../service/metrics.ts'
import { createWorker, type Worker } from '../../service/worker.ts'
import { createCounter } from '../../detectors/rollup/counter.ts'
import { generationClock, rollup } from '../../detectors/rollup/rollup.ts'
import { activate, baselineFromWindow } from '../../ingest/baseline/baseline.ts'
import { storePredictions } from '../../ingest/intake/pipeline.ts'
import { createWriter } from '../../ingest/intake/writer.ts'
import type { ControlLocation } from '../../control/database/control.ts'
import { channels } from '../../control/declared/channel.ts'
import { openStore, type Store } from '../../store/engine/client.ts'
import { migrate } from '../../store/schema/migrations.ts'
import { modelSchema } from '../../control/declared/model.ts'
import { openModels } from '../../store/models.ts'
import { monitors, monitorSchema } from '../../control/declared/monitor.ts'

export const HOUR = 3_600_000
export const START = Date.UTC(2026, 0, 5)
const PER_HOUR = 20
const TEN_MINUTES = 600_000
const BASELINE_HOURS = 72

export const model = modelSchema.parse({ name: 'm', task: 'binary', features: { x: 'numeric' } })
export const monitor = monitorSchema.parse({
  name: 'hourly',
  model: 'm',
  checks: ['feature'],
  window: '24h',
  every: '1h',
  alert: { channels: ['team'] },
})

export interface Received {
  id: string
  type: string
  data: { kind: string; reason: string; severity: string; window_end: string }
}

/** A service without its HTTP side, on simulated time: what it is sent, when it ticks, what it delivers. */
export class Simulation {
  readonly received: Received[] = []
  store!: Store
  worker!: Worker
  #path: string
  #control: ControlLocation
  #receiver = createServer((request, response) => {
    void text(request).then((body) => {
      this.received.push({
        id: String(request.headers['webhook-id']),
        ...(JSON.parse(body) as Omit<Received, 'id'>),
      })
      response.writeHead(204).end()
    })
  })

  /** @param control where control state is, by default in the directory as well */
  constructor(path: string, control: ControlLocation = { path: join(path, 'control.db') }) {
    this.#path = path
    this.#control = control
  }

  /** Opens the store anew, as after a restart. */
  async open(): Promise<void> {
    this.store = await openStore({ path: join(this.#path, 'clickhouse') }, this.#control)
    await migrate(this.store, new Date())
    this.worker = createWorker({
      metrics: createWorkerMetrics(new Registry()),
      store: this.store,
      models: openModels(this.store),
      log: pino({ level: 'silent' }),
      counter: createCounter(this.store, generationClock()),
      clock: () => new Date(),
      publicUrl: 'http://driftgauge.test',
      heartbeatUrl: undefined,
      dispatcher: createSafeAgent({ allow: parseAllowList(['127.0.0.1']) }),
      live: createLive(),
      retention: KEEP_EVERYTHING,
    })
  }

  async close(): Promise<void> {
    await this.worker.stop()
    await this.store.close()
  }

  /** Declares everything and makes a baseline of three steady days. */
  async prepare(): Promise<void> {
    await new Promise<void>((resolve) => this.#receiver.listen(0, '127.0.0.1', resolve))
    await this.open()
    const now = new Date()
    await openModels(this.store).declare(model, now)
    await monitors.put(this.store.control, monitor.name, monitor, now)
    const url = `http://127.0.0.1:${(this.#receiver.address() as AddressInfo).port}/`
    await channels.put(
      this.store.control,
      'team',
      { name: 'team', webhook: { url, secret: 'a secret of twenty-four bytes' } },
      now,
    )
    await this.send(-BASELINE_HOURS, 0)
    const window = {
      from: new Date(START - BASELINE_HOURS * HOUR).toISOString(),
      to: new Date(START).toISOString(),
    }
    await baselineFromWindow(this.store, { model, name: 'steady', source: { window }, now })
    await activate(this.store, 'm', 1, now)
    await rollup({ store: this.store, model, now: new Date(START), nextGeneration: generationClock() })
  }

  /** Predictions of the hours `[from, to)`, evenly spread over [0, 1), or all at 2 where the feature is broken. */
  async send(from: number, to: number, broken = false): Promise<void> {
    const records = []
    for (let hour = from; hour < to; hour++) {
      for (let i = 0; i < PER_HOUR; i++) {
        const x = broken ? 2 : (i + (((hour % 7) + 7) % 7) / 7) / PER_HOUR
        records.push({ value: { id: `${hour}-${i}`, ts: START + hour * HOUR + i * 60_000, features: { x } } })
      }
    }
    await storePredictions(
      { store: this.store, writer: createWriter(this.store), model, source: 'test', now: new Date() },
      records,
    )
  }

  /** Ten past the given hour. */
  tick(hour: number): Promise<void> {
    return this.worker.run(new Date(START + hour * HOUR + TEN_MINUTES))
  }

  async end(): Promise<void> {
    await this.close()
    await new Promise((resolve) => this.#receiver.close(resolve).closeAllConnections())
  }
}

export const WEEK_HOURS = 168
/** Hours of a week, from its start. */
const BROKEN = [
  { from: 24, to: 36 },
  { from: 88, to: 100 },
]
const SILENT = { from: 128, to: 154 }
/** The service is stopped before the second fault and comes back when it is over. */
const STOPPED = [
  { from: 64, to: 74 },
  { from: 86, to: 102 },
]

const within = ({ from, to }: { from: number; to: number }, hour: number) => hour >= from && hour < to

/** Lives through so many hours with an evaluation each; every week has two faults, a silence, two stops of the service. */
export async function live(simulation: Simulation, hours: number): Promise<void> {
  for (let hour = 0; hour < hours; hour++) {
    const inWeek = hour % WEEK_HOURS
    const stops = STOPPED.find(({ from }) => from === inWeek)
    if (stops !== undefined) await simulation.close()
    if (STOPPED.some(({ to }) => to === inWeek)) {
      await simulation.open()
      // What a queue would have kept meanwhile.
      const { from } = STOPPED.find(({ to }) => to === inWeek)!
      for (let missed = hour - inWeek + from; missed < hour; missed++) await sendHour(simulation, missed)
    }
    if (STOPPED.some((stop) => within(stop, inWeek))) continue
    await sendHour(simulation, hour)
    await simulation.tick(hour + 1)
  }
}

async function sendHour(simulation: Simulation, hour: number): Promise<void> {
  const inWeek = hour % WEEK_HOURS
  if (within(SILENT, inWeek)) return
  await simulation.send(
    hour,
    hour + 1,
    BROKEN.some((fault) => within(fault, inWeek)),
  )
}

/**
 * What a person would write by hand of one week. Of 24 hours 4 at a value above all others are an effect of
 * 0.14, 5 of 0.22, 6 of 0.31, 3 only of 0.07. So a fault that begins at hour H is a warning in the window that
 * ends at H + 4, fires with the next one and becomes critical with the one after that; it is repeated a day
 * later, and 12 hours of it have left the window but for 3 at H + 33, which is clean, as is H + 34. An empty
 * window is a finding at once, and the first prediction ends it.
 */
export const EXPECTED_EVENTS = [
  ...BROKEN.flatMap(({ from }) => [
    { hour: from + 5, kind: 'feature', reason: 'first', severity: 'warning' },
    { hour: from + 6, kind: 'feature', reason: 'severity_raised', severity: 'critical' },
    { hour: from + 30, kind: 'feature', reason: 'repeat', severity: 'critical' },
    { hour: from + 34, kind: 'feature', reason: 'all_resolved', severity: 'critical' },
  ]),
  { hour: SILENT.from + 24, kind: 'data', reason: 'first', severity: 'warning' },
  { hour: SILENT.to + 1, kind: 'data', reason: 'all_resolved', severity: 'warning' },
]

/** What is delivered of it: when the service comes back at once all events of the stop are told by the newest. */
export const EXPECTED_MESSAGES = EXPECTED_EVENTS.filter(
  ({ hour, reason }) => !(hour === BROKEN[1].from + 5 && reason === 'first'),
)

/** From the third week on, traffic that stays away for a day a week is nothing unusual. */
const WEEKS_OF_SILENCE = 2

/** What happens each week, over so many hours. */
export function repeated<T extends { hour: number; kind: string }>(week: readonly T[], hours: number): T[] {
  return Array.from({ length: Math.ceil(hours / WEEK_HOURS) }, (_, i) =>
    week
      .filter(({ kind }) => kind !== 'data' || i < WEEKS_OF_SILENCE)
      .map((event) => ({ ...event, hour: event.hour + i * WEEK_HOURS })),
  )
    .flat()
    .filter(({ hour }) => hour <= hours)
}
