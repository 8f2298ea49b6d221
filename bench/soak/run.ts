import { setTimeout as delay } from 'node:timers/promises'
import { MINUTE_MS, SECOND_MS } from '../../domain/time.ts'
import { residentBytes } from '../support.ts'
import { audit, type Audit } from './audit.ts'
import { startOf } from './events.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { declareModel, declareMonitors } from './monitors.ts'
import { sendHistory, sendStep } from './producer.ts'
import { startReceiver } from './receiver.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import type { Seen } from './report.ts'
import { deletedBefore, RETENTION } from './retention.ts'
import { readPages, sizeOf, type Size } from './samples.ts'
import { CLOCK_IN_STEP_MS, START, STEP_MS, STEPS_A_DAY, type Outage, type Scenario } from './scenario.ts'
import { launch, type SoakService } from './service.ts'

/** What a run tells as it goes. */
export interface Observer {
  onAudit(this: void, audit: Audit, seen: Seen, step: number): void
  onDay(this: void, size: Size, resident: number): void
  onStart(this: void, milliseconds: number, outage: Outage): void
  onWarning(this: void, line: string): void
}

/** Steps of the history that are sent together. */
const HISTORY_STEPS = 60
/** After the last step the service has so many ticks, a minute apart, to finish what it has begun. */
const SETTLING = { least: 2, most: 12 }
/** A service starts so long before the tick that it is to make. */
const BEFORE_TICK_MS = 30 * SECOND_MS

/** Lives through a scenario with a service on a directory, and compares its counts with the ledger now and then. */
export async function run(scenario: Scenario, directory: string, observer: Observer): Promise<Ledger> {
  const ledger = createLedger(scenario)
  const recorder = createRecorder()
  const receiver = await startReceiver()
  const environment = {
    DRIFTGAUGE_DATA: directory,
    DRIFTGAUGE_RETENTION: RETENTION,
    DRIFTGAUGE_WEBHOOK_ALLOW: '127.0.0.1',
  }
  const start = (clock: number) => launch({ environment, clock, onWarning: observer.onWarning })
  let service = await start(START)
  try {
    await prepare(service, scenario, ledger, receiver.url)
    /** Steps that are not acknowledged. */
    const unsent: number[] = []
    let upFrom = 0
    let last: Outage | undefined
    for (let step = 0; step < scenario.steps; step++) {
      unsent.push(step)
      const clock = startOf(step) + CLOCK_IN_STEP_MS
      const outage = scenario.outages.find((one) => one.step === step)
      if (outage !== undefined) {
        await end(service, outage.signal, () => liveThrough(service, scenario, { clock, unsent }))
        upFrom = step + outage.down
        last = outage
      }
      if (step < upFrom) continue
      if (last !== undefined) {
        const began = performance.now()
        service = await start(clock - BEFORE_TICK_MS)
        observer.onStart(performance.now() - began, last)
        recorder.restarted()
        last = undefined
      }
      const isRead = step % scenario.readSteps === 0
      await liveThrough(service, scenario, { clock, unsent, recorder, isRead })
      for (const sent of unsent.splice(0)) ledger.add(sent)
      if ((step + 1) % STEPS_A_DAY === 0) observer.onDay(await sizeOf(directory), residentBytes(service.pid))
      if ((step + 1) % scenario.auditSteps === 0) {
        const now = await settle(service, clock)
        const audited = await audit({ service, scenario, ledger, step, now })
        const stored = storedIn(ledger, now)
        const seen = recorder.take({
          size: await sizeOf(directory),
          alerts: audited.alerts,
          messages: receiver.count(),
          stored,
        })
        observer.onAudit(audited, seen, step)
      }
    }
  } finally {
    await service.stop('SIGTERM')
    receiver.close()
  }
  return ledger
}

/** Stores the history, makes a baseline of its end and declares what is watched. */
async function prepare(
  service: SoakService,
  scenario: Scenario,
  ledger: Ledger,
  receiver: string,
): Promise<void> {
  await declareModel(service)
  const { from, everySteps } = scenario.history
  const history: number[] = []
  for (let step = (from - START) / STEP_MS; step < 0; step += everySteps) history.push(step)
  for (let sent = 0; sent < history.length; sent += HISTORY_STEPS) {
    const steps = history.slice(sent, sent + HISTORY_STEPS)
    await sendHistory(service, scenario, steps)
    steps.forEach((step) => ledger.add(step))
  }
  await declareMonitors(service, receiver)
}

interface Moment {
  clock: number
  unsent: readonly number[]
  recorder?: Recorder
  isRead?: boolean
}

/** Sets the clock, and sends what is to be sent while the service counts and checks what it has by then. */
async function liveThrough(
  service: SoakService,
  scenario: Scenario,
  { clock, unsent, recorder, isRead = false }: Moment,
): Promise<void> {
  const send = async () => {
    for (const step of unsent) await sendStep(service, scenario, step)
  }
  const [metrics] = await Promise.all([
    service.tick(clock),
    send(),
    isRead && readPages(service, clock).then((times) => recorder?.notePages(times)),
  ])
  recorder?.note(metrics, residentBytes(service.pid))
}

/** A kill comes at any moment of this. */
const KILLED_WITHIN_MS = 800

/** Ends the service: when it has nothing to do, or while it does its work. */
async function end(service: SoakService, signal: Outage['signal'], work: () => Promise<void>): Promise<void> {
  if (signal === 'SIGTERM') return service.stop(signal)
  const working = work().catch(() => {})
  await delay(Math.random() * KILLED_WITHIN_MS)
  await service.stop(signal)
  await working
}

/** Lets the service count and evaluate what is left. Returns the time of its clock after that. */
async function settle(service: SoakService, clock: number): Promise<number> {
  for (let minute = 1; ; minute++) {
    const now = clock + minute * MINUTE_MS
    const metrics = await service.tick(now)
    const missed = metrics.get('driftgauge_missed_windows') ?? 0
    if (minute >= SETTLING.most || (minute >= SETTLING.least && missed === 0)) return now
  }
}

function storedIn(ledger: Ledger, now: number): number {
  const cutoff = deletedBefore(now)
  let stored = 0
  for (const [hour, { predictions }] of ledger.hours) if (hour >= cutoff) stored += predictions
  return stored
}
