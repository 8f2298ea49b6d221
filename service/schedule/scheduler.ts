import { baselineStates } from '../../control/declared/baselines.ts'
import { monitors, type Monitor } from '../../control/declared/monitor.ts'
import type { Model } from '../../control/declared/model.ts'
import { LeaseLost } from '../../control/database/lease.ts'
import { addMissedWindows } from '../../control/scheduling/missed-windows.ts'
import type { Counter } from '../../detectors/rollup/counter.ts'
import { streamsOf } from '../../detectors/run/kinds.ts'
import { modelsWithDirtyHours } from '../../store/events/dirty-hours.ts'
import { pendingLabelStates } from '../../store/events/labels.ts'
import type { Models } from '../../store/models.ts'
import { baselineColumns } from '../../store/profiles/baselines.ts'
import type { Stream } from '../../store/profiles/profiles.ts'
import { dueWindows, type DueWindows } from './due-windows.ts'
import { endUnwatched } from './end-unwatched.ts'
import { evaluateWindow, type EvaluationContext } from './evaluate-window.ts'
import { createLooks, type Circumstances, type Delays, type Looks } from './looks.ts'
import { makeUpForMissed } from './missed.ts'
import { noteOutcome, type FailureContext } from './monitor-failures.ts'

export interface SchedulerContext extends FailureContext, EvaluationContext, SchedulerMemory {
  models: Models
  counter: Counter
  /** Whether there is time left for monitors that are behind; the others never wait. Always, where it is absent. */
  hasTime?: () => boolean
  /** Ends the tick between two windows; what is left is due at the next one. */
  signal?: AbortSignal | undefined
}

/** What one tick leaves to the next. Nothing of it has to outlive the process. */
export interface SchedulerMemory extends Pick<FailureContext, 'failures'> {
  looks: Looks
  /** What waited for its prediction when labels were last given to predictions, by model. */
  pendingLabels: Map<string, string>
  /** Names of monitors with more than one window to evaluate, while that lasts: nobody is told of one that is past. */
  catchingUp: Set<string>
  /** Windows that are still to be made up for, by monitor. */
  missed: Map<string, number>
}

export function schedulerMemory(): SchedulerMemory {
  return {
    failures: new Map(),
    looks: createLooks(),
    pendingLabels: new Map(),
    catchingUp: new Set(),
    missed: new Map(),
  }
}

/**
 * One tick: counts what changed, then evaluates every window that is due or has changed since. What is due
 * follows from what is stored, so a tick can be cut off anywhere and the next one goes on. `now` is the time
 * that is evaluated at; in a replay it lies in the past.
 */
export async function tick(context: SchedulerContext, now: Date): Promise<void> {
  const { store, models, looks, signal, hasTime = always } = context
  await countChanged(context, now)
  const watching: Monitor[] = []
  const looked: Look[] = []
  const states = await baselineStates(store.control)
  for (const { document: monitor, revision } of await monitors.readAll(store.control)) {
    const model = await models.find(monitor.model)
    if (model === undefined) continue
    watching.push(monitor)
    const published = context.counter.published(model.name)
    const circumstances = { revision, baselines: states.get(model.name), published }
    if (looks.isQuiet(monitor, circumstances, now)) continue
    looks.forget(monitor.name)
    looked.push({ ...(await look(context, model, monitor, now)), circumstances })
  }
  // Who is behind comes last, and no other monitor waits for it.
  looked.sort((a, b) => windowsOf(a) - windowsOf(b))
  for (const one of looked) {
    const outcome = await evaluate(context, one, now)
    if (outcome === 'cut off') return
    if (outcome === 'out of time') break
    if (one.failed === undefined) looks.note(one.monitor, one.circumstances, one.delays, now)
    await noteOutcome(context, { monitor: one.monitor, failed: one.failed, now })
  }
  const left = await makeUpForMissed(context, watching, now, () => hasTime() && !signal?.aborted)
  context.missed.clear()
  for (const [monitor, windows] of left) if (windows > 0) context.missed.set(monitor, windows)
  await endUnwatched(store, watching, now, context.fence)
}

/** Brings the profiles up to date of every model that has hours to be counted, or labels to be placed. */
async function countChanged(context: SchedulerContext, now: Date): Promise<void> {
  const { store, models, log, counter, pendingLabels } = context
  const dirty = await modelsWithDirtyHours(store, now)
  const pending = await pendingLabelStates(store)
  for (const model of await models.list()) {
    const { name } = model
    if (!dirty.has(name) && pending.get(name) === pendingLabels.get(name)) continue
    try {
      const hours = await counter(model, now)
      pendingLabels.delete(name)
      const waiting = pending.get(name)
      if (waiting !== undefined) pendingLabels.set(name, waiting)
      if (hours > 0) log.debug({ model: name, hours }, 'rolled up')
    } catch (error) {
      log.error({ err: error, model: name }, 'the roll-up failed; the next tick tries again')
    }
  }
}

const always = () => true

/** A monitor with what is to be done for it. */
interface Look {
  monitor: Monitor
  circumstances: Circumstances
  due: DueWindows[]
  delays: Delays
  /** The stream that failed, if one did. */
  failed: Stream | undefined
}

const windowsOf = ({ due }: Look) => due.reduce((sum, { windows }) => sum + windows.length, 0)

async function look(
  { store, log }: SchedulerContext,
  model: Model,
  monitor: Monitor,
  now: Date,
): Promise<Omit<Look, 'circumstances'>> {
  const due: DueWindows[] = []
  const delays: Delays = {}
  let failed: Stream | undefined
  for (const stream of streamsOf(monitor)) {
    try {
      const found = await dueWindows(store, { model, monitor, stream }, now)
      const { missed } = found
      if (missed.length > 0)
        await addMissedWindows(store.control, {
          monitor: monitor.name,
          stream,
          first: missed[0],
          last: missed[missed.length - 1],
        })
      due.push(found)
      delays[stream] = found.labelDelay?.delay
    } catch (error) {
      failed = stream
      log.error({ err: error, monitor: monitor.name, part: stream }, FAILED)
    }
  }
  return { monitor, due, delays, failed }
}

const FAILED = 'the monitor failed; the next tick continues where it stopped'

/** Evaluates what is due of a monitor, and notes on it the stream that fails. */
async function evaluate(
  context: SchedulerContext,
  one: Look,
  now: Date,
): Promise<'done' | 'out of time' | 'cut off'> {
  const { log, catchingUp } = context
  const { name } = one.monitor
  const isBehind = windowsOf(one) > one.due.length
  if (isBehind) catchingUp.add(name)
  for (const due of one.due) {
    try {
      const outcome = await evaluateDue(context, due, now, isBehind)
      if (outcome !== 'done') return outcome
    } catch (error) {
      if (error instanceof LeaseLost) throw error
      one.failed = due.stream
      log.error({ err: error, monitor: name, part: due.stream }, FAILED)
    }
  }
  catchingUp.delete(name)
  return 'done'
}

async function evaluateDue(
  context: SchedulerContext,
  { monitor, model, stream, baseline, labelDelay, windows }: DueWindows,
  now: Date,
  isBehind: boolean,
): Promise<'done' | 'out of time' | 'cut off'> {
  const { store, signal, hasTime = always } = context
  if (windows.length === 0) return 'done'
  const reference = baseline && { baseline, columns: await baselineColumns(store, model, baseline) }
  for (const { end, mode } of windows) {
    if (signal?.aborted) return 'cut off'
    if (isBehind && !hasTime()) return 'out of time'
    await evaluateWindow(context, { model, monitor, stream, end, labelDelay, now, mode, reference })
  }
  return 'done'
}
