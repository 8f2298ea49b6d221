import cron from 'node-cron'
import { MINUTE_MS } from '../domain/time.ts'
import type { Logger } from 'pino'
import type { Dispatcher } from 'undici'
import { deliverPending } from '../alerts/delivery/deliver.ts'
import type { EmailContext } from '../alerts/channels/email/context.ts'
import { sendHeartbeat } from '../alerts/delivery/heartbeat.ts'
import { linkTo } from '../alerts/message/message.ts'
import type { Live } from '../api/live.ts'
import type { Counter } from '../detectors/rollup/counter.ts'
import type { Retention } from '../domain/retention.ts'
import type { Store } from '../store/engine/client.ts'
import { storeTime } from '../store/engine/clock.ts'
import type { Models } from '../store/models.ts'
import { processLease } from '../store/process-lease.ts'
import type { Result } from '../store/results/results.ts'
import { cleanUp } from './cleaning.ts'
import { earlier } from './clocks.ts'
import type { WorkerMetrics } from './metrics.ts'
import { workOnRetraining } from './retraining.ts'
import { lookAtExperiments } from './schedule/experiments.ts'
import { schedulerMemory, tick } from './schedule/scheduler.ts'

export interface WorkerOptions {
  store: Store
  models: Models
  log: Logger
  counter: Counter
  clock: () => Date
  /** Where users reach the service, for links in messages. */
  publicUrl: string
  heartbeatUrl: string | undefined
  /** Keeps calls to addresses that are allowed. */
  dispatcher: Dispatcher
  /** Absent where no mail is sent. */
  email?: EmailContext | undefined
  /** How long data are kept. */
  retention: Retention
  /** Told of what was evaluated and delivered. */
  live: Live
  metrics: WorkerMetrics
}

/** The work that nobody asks for by a request: counting, evaluating, delivering. */
export interface Worker {
  /** Evaluates all that is due at `now`, then delivers what has to be. */
  run(now: Date, onResults?: (results: readonly Result[]) => void): Promise<void>
  /** Evaluates every minute and delivers every ten seconds from now on. */
  start(): void
  /** When the evaluation on schedule last began; undefined before the first. */
  readonly lastStarted: Date | undefined
  /** How the evaluation on schedule goes. */
  progress(): SchedulerProgress
  /** Whether this process does the work; another does where several detect. */
  isOurs(): Promise<boolean>
  /** What is wrong although the work goes on. */
  warnings(): string[]
  /** Waits for the work under way. */
  stop(): Promise<void>
}

/** How the evaluations of a process go, as of now. */
export interface SchedulerProgress {
  /** Whether this process did the work when it last asked. */
  active: boolean
  /** The last evaluation that this process did: when it began and, unless it still runs, how long it took. */
  last: { startedAt: Date; durationMs: number | undefined; failed: boolean } | undefined
  nextAt: Date
}

/** So much of each minute is for monitors that are behind. */
const CATCH_UP_MS = 20_000
/** Once an hour, at a time of its own. */
const CLEANING = '17 * * * *'

export function createWorker(options: WorkerOptions): Worker {
  const {
    store,
    models,
    log,
    counter,
    clock,
    publicUrl,
    heartbeatUrl,
    dispatcher,
    email,
    live,
    metrics,
    retention,
  } = options
  const link = linkTo(publicUrl)
  const memory = schedulerMemory()
  const { catchingUp } = memory
  const lease = processLease(store, 'scheduler')
  let lastStarted: Date | undefined
  let last: SchedulerProgress['last']
  let isActive = false
  let hasCleaningFailed = false
  let isEvaluating = false
  const stopping = new AbortController()
  const { signal } = stopping

  async function isOurs(): Promise<boolean> {
    const before = isActive
    isActive = await lease.hold()
    if (isActive !== before)
      log.info(isActive ? 'this process evaluates and delivers' : 'another process evaluates and delivers')
    return isActive
  }

  async function evaluate(
    now: Date,
    onResults?: (results: readonly Result[]) => void,
    hasTime?: () => boolean,
  ): Promise<void> {
    const evaluated = new Set<string>()
    const note = (results: readonly Result[]) => {
      for (const { model, verdict } of results) {
        evaluated.add(model)
        metrics.results.inc({ model, verdict })
      }
      onResults?.(results)
    }
    const stopTimer = metrics.tickSeconds.startTimer()
    isEvaluating = true
    try {
      const context = { store, models, log, counter, ...memory, onResults: note, signal, hasTime }
      await tick({ ...context, fence: lease.fence }, now)
      const compared = await lookAtExperiments({ ...context, fence: lease.fence }, now)
      for (const model of compared) live.publish({ topic: 'experiments', model })
      stopTimer()
      metrics.lastTick.setToCurrentTime()
      metrics.missed.reset()
      for (const [monitor, windows] of memory.missed) metrics.missed.set({ monitor }, windows)
    } finally {
      isEvaluating = false
      for (const model of evaluated) {
        live.publish({ topic: 'results', model })
        live.publish({ topic: 'alerts', model })
        live.publish({ topic: 'retrains', model })
      }
    }
    if (heartbeatUrl !== undefined)
      await sendHeartbeat({ url: heartbeatUrl, dispatcher, now: clock(), log, signal })
  }

  async function deliver(): Promise<void> {
    const counts = await deliverPending({
      store,
      dispatcher,
      email,
      link,
      clock,
      isHeld: (monitor) => catchingUp.has(monitor),
      isOurs,
      random: Math.random,
      log,
      signal,
    })
    for (const [outcome, count] of Object.entries(counts)) metrics.deliveries.inc({ outcome }, count)
    if (Object.values(counts).some((count) => count > 0)) live.publish({ topic: 'deliveries' })
  }

  async function retrain(): Promise<void> {
    // Further alerts of the same tick join a request.
    const isHeld = (monitor: string) => isEvaluating || catchingUp.has(monitor)
    const work = {
      store,
      models,
      dispatcher,
      publicUrl,
      clock,
      isHeld,
      isOurs,
      random: Math.random,
      log,
      signal,
    }
    if (await workOnRetraining(work)) {
      for (const topic of ['retrains', 'alerts', 'baselines'] as const) live.publish({ topic })
    }
  }

  async function clean(): Promise<void> {
    try {
      await cleanUp({ store, log, retention, metrics, fence: lease.fence, signal }, clock())
      hasCleaningFailed = false
    } catch (error) {
      hasCleaningFailed = true
      throw error
    }
  }

  // Apart, so that an evaluation that takes long or fails holds no message back.
  const evaluating = repeat(
    '* * * * *',
    async () => {
      lastStarted = clock()
      const until = performance.now() + CATCH_UP_MS
      if (!(await isOurs())) return
      const started = performance.now()
      last = { startedAt: lastStarted, durationMs: undefined, failed: true }
      try {
        const now = earlier(lastStarted, await storeTime(store))
        await evaluate(now, undefined, () => performance.now() < until)
        last = { ...last, failed: false }
      } finally {
        last = { ...last, durationMs: Math.round(performance.now() - started) }
      }
    },
    log,
    'the evaluation failed; the next minute tries again',
  )
  const whereOurs = (work: () => Promise<void>) => async () => {
    if (await isOurs()) await work()
  }
  const delivering = repeat('*/10 * * * * *', whereOurs(deliver), log, 'delivery failed; it will be retried')
  const retraining = repeat(
    '*/10 * * * * *',
    whereOurs(retrain),
    log,
    'requesting retraining failed; it will be retried',
  )
  const cleaning = repeat(
    CLEANING,
    whereOurs(clean),
    log,
    'deleting old data failed; the next hour tries again',
  )
  // Evaluations may take longer than the others wait for a sign of life.
  const living = repeat('*/5 * * * * *', async () => void (await isOurs()), log, 'the lease was not renewed')
  return {
    async run(now, onResults) {
      if (!(await isOurs())) return
      await evaluate(now, onResults)
      await deliver()
      await retrain()
    },
    start() {
      living.start()
      evaluating.start()
      lastStarted = clock()
      delivering.start()
      retraining.start()
      cleaning.start()
    },
    warnings: () =>
      hasCleaningFailed
        ? ['Old data could not be deleted; the log says why, and the next hour tries again.']
        : [],
    isOurs,
    progress: () => ({ active: isActive, last, nextAt: nextMinute(clock()) }),
    get lastStarted() {
      return lastStarted
    },
    async stop() {
      stopping.abort()
      await Promise.all([
        evaluating.stop(),
        delivering.stop(),
        retraining.stop(),
        cleaning.stop(),
        living.stop(),
      ])
      await lease.release()
    },
  }
}

const nextMinute = (now: Date) => new Date((Math.floor(now.getTime() / MINUTE_MS) + 1) * MINUTE_MS)

/** Work on a schedule, one run at a time; a run that throws is logged. */
function repeat(schedule: string, work: () => Promise<void>, log: Logger, failure: string) {
  let running = Promise.resolve()
  const attempt = () => (running = work().catch((error: unknown) => log.error({ err: error }, failure)))
  const task = cron.createTask(schedule, attempt, { noOverlap: true, timezone: 'UTC' })
  return {
    start: () => void task.start(),
    async stop() {
      await task.destroy()
      await running
    },
  }
}
