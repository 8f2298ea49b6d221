import type { Logger } from 'pino'
import { LeaseLost } from '../../control/database/lease.ts'
import type { Baseline } from '../../control/declared/baselines.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import type { Store } from '../../store/engine/client.ts'
import { baselineColumns, type BaselineColumn } from '../../store/profiles/baselines.ts'
import type { Stream } from '../../store/profiles/profiles.ts'
import type { DueWindow, DueWindows } from './due-windows.ts'
import type { Circumstances, Delays } from './looks.ts'
import { createWindowBatch, type EvaluationContext, type WindowBatch } from './window-batch.ts'

export interface DueContext extends EvaluationContext {
  log: Logger
  /** Names of monitors with more than one window to evaluate, while that lasts: nobody is told of one that is past. */
  catchingUp: Set<string>
  /** Whether there is time left for monitors that are behind; the others never wait. Always, where it is absent. */
  hasTime?: () => boolean
  /** Ends the tick between two windows; what is left is due at the next one. */
  signal?: AbortSignal | undefined
}

/** A monitor with what is to be done for it. */
export interface Look {
  monitor: Monitor
  circumstances: Circumstances
  due: DueWindows[]
  delays: Delays
  /** Streams that failed. */
  failed: Set<Stream>
}

export const FAILED = 'the monitor failed; the next tick continues where it stopped'

export const windowsOf = ({ due }: Pick<Look, 'due'>) =>
  due.reduce((sum, { windows }) => sum + windows.length, 0)

type Outcome = 'done' | 'out of time' | 'cut off'

/** Evaluates what is due of monitors, and notes on each the streams that fail. Those it has completed are stored. */
export async function evaluateDue(
  context: DueContext,
  looked: readonly Look[],
  now: Date,
): Promise<{ outcome: Outcome; completed: Look[] }> {
  const batch = createWindowBatch(context, now)
  const store = async () => {
    for (const { window, cause } of await batch.store()) {
      const look = looked.find(({ monitor }) => monitor.name === window.monitor.name)!
      noteFailure(context, look, window.stream, cause)
    }
  }
  const columnsOf = oncePerBaseline(context.store)
  let outcome: Outcome = 'done'
  const completed: Look[] = []
  for (const look of looked) {
    outcome = await addWindows(context, look, { batch, store, columnsOf })
    if (outcome !== 'done') break
    completed.push(look)
  }
  await store()
  for (const { monitor } of completed) context.catchingUp.delete(monitor.name)
  return { outcome, completed }
}

interface Target {
  batch: WindowBatch
  store: () => Promise<void>
  columnsOf: ColumnsOf
}

type ColumnsOf = (model: Model, baseline: Baseline) => Promise<BaselineColumn[]>

/** Reads the columns of a baseline for the first of the monitors that compare with it. */
function oncePerBaseline(store: Store): ColumnsOf {
  const read = new Map<string, Promise<BaselineColumn[]>>()
  return (model, baseline) => {
    const key = JSON.stringify([model.name, baseline.version])
    const columns = read.get(key) ?? baselineColumns(store, model, baseline)
    read.set(key, columns)
    return columns
  }
}

/** First the windows that alerts look at, of all streams, then those that are left to their results. */
async function addWindows(context: DueContext, look: Look, target: Target): Promise<Outcome> {
  const { catchingUp } = context
  const { name } = look.monitor
  if (look.due.some(({ windows }) => windows.filter(isRecent).length > 1)) catchingUp.add(name)
  const outcome = await addSome(context, look, target, isRecent)
  if (outcome !== 'done' || !look.due.some(({ windows }) => windows.some(({ isOld }) => isOld)))
    return outcome
  // Alerts do not look at the other ones, so nobody waits for these.
  if (catchingUp.has(name)) await target.store()
  catchingUp.delete(name)
  return addSome(context, look, target, ({ isOld }) => isOld)
}

const isRecent = ({ isOld }: DueWindow) => !isOld

async function addSome(
  { signal, hasTime, ...context }: DueContext,
  look: Look,
  { batch, store, columnsOf }: Target,
  isWanted: (window: DueWindow) => boolean,
): Promise<Outcome> {
  const isBehind = windowsOf(look) > look.due.length
  for (const { monitor, model, stream, baseline, labelDelay, windows } of look.due) {
    const wanted = windows.filter(isWanted)
    if (wanted.length === 0 || look.failed.has(stream)) continue
    try {
      const reference = baseline && {
        baseline,
        columns: await columnsOf(model, baseline),
      }
      for (const { end, mode } of wanted) {
        if (signal?.aborted) return 'cut off'
        if (isBehind && hasTime?.() === false) return 'out of time'
        await batch.add({ monitor, model, stream, end, labelDelay, mode, reference })
        if (batch.isFull()) await store()
        if (look.failed.has(stream)) break
      }
    } catch (cause) {
      if (cause instanceof LeaseLost) throw cause
      noteFailure(context, look, stream, cause)
    }
  }
  return 'done'
}

function noteFailure({ log }: DueContext, { monitor, failed }: Look, stream: Stream, cause: unknown): void {
  failed.add(stream)
  log.error({ err: cause, monitor: monitor.name, part: stream }, FAILED)
}
