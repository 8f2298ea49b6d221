import { baselineStates } from '../../control/declared/baselines.ts'
import { monitors, type Monitor } from '../../control/declared/monitor.ts'
import type { Model } from '../../control/declared/model.ts'
import { addMissedWindows } from '../../control/scheduling/missed-windows.ts'
import type { Counter } from '../../detectors/rollup/counter.ts'
import { scheduledStreams } from '../../detectors/run/kinds.ts'
import { modelsWithDirtyHours } from '../../store/events/dirty-hours.ts'
import { pendingLabelStates } from '../../store/events/labels.ts'
import type { Models } from '../../store/models.ts'
import type { Stream } from '../../store/profiles/profiles.ts'
import { lastEvaluatedEnds } from '../../store/results/evaluations.ts'
import { dueWindows, type DueWindows } from './due-windows.ts'
import { endUnwatched } from './end-unwatched.ts'
import { evaluateDue, FAILED, windowsOf, type DueContext, type Look } from './evaluate-due.ts'
import { createLooks, type Delays, type Looks } from './looks.ts'
import { makeUpForMissed } from './missed.ts'
import { noteOutcome, type FailureContext } from './monitor-failures.ts'

export interface SchedulerContext extends FailureContext, DueContext, SchedulerMemory {
  models: Models
  counter: Counter
}

/** What one tick leaves to the next. Nothing of it has to outlive the process. */
export interface SchedulerMemory extends Pick<FailureContext, 'failures'>, Pick<DueContext, 'catchingUp'> {
  looks: Looks
  /** What waited for its prediction when labels were last given to predictions, by model. */
  pendingLabels: Map<string, string>
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
  const changed: Scope[] = []
  const states = await baselineStates(store.control)
  for (const { document: monitor, revision } of await monitors.readAll(store.control)) {
    const model = await models.find(monitor.model)
    if (model === undefined) continue
    watching.push(monitor)
    const published = context.counter.published(model.name)
    const circumstances = { revision, baselines: states.get(model.name), published }
    if (looks.isQuiet(monitor, circumstances, now)) continue
    looks.forget(monitor.name)
    changed.push({ model, monitor, circumstances })
  }
  const last = lastEvaluatedEnds(
    store,
    changed.map(({ monitor }) => monitor.name),
  )
  // Each monitor that asks is told of a failure.
  last.catch(() => {})
  const looked: Look[] = []
  for (const scope of changed) looked.push(await look(context, scope, last, now))
  // Who is behind comes last, and no other monitor waits for it.
  looked.sort((a, b) => windowsOf(a) - windowsOf(b))
  const { outcome, completed } = await evaluateDue(context, looked, now)
  for (const { monitor, failed, circumstances, delays } of completed) {
    if (failed.size === 0) looks.note(monitor, circumstances, delays, now)
    await noteOutcome(context, { monitor, failed: [...failed].at(-1), now })
  }
  if (outcome === 'cut off') return
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

/** A monitor whose windows may be due. */
interface Scope extends Pick<Look, 'monitor' | 'circumstances'> {
  model: Model
}

async function look(
  { store, log }: SchedulerContext,
  { model, monitor, circumstances }: Scope,
  last: ReturnType<typeof lastEvaluatedEnds>,
  now: Date,
): Promise<Look> {
  const due: DueWindows[] = []
  const delays: Delays = {}
  const failed = new Set<Stream>()
  for (const stream of scheduledStreams(monitor)) {
    try {
      const lastEnds = (await last)(monitor.name, stream)
      const found = await dueWindows(store, { model, monitor, stream }, lastEnds, now)
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
      failed.add(stream)
      log.error({ err: error, monitor: monitor.name, part: stream }, FAILED)
    }
  }
  return { monitor, circumstances, due, delays, failed }
}
