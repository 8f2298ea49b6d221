import {
  leaveMissedWindows,
  listMissedWindows,
  type MissedWindows,
} from '../../control/scheduling/missed-windows.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import type { Models } from '../../store/models.ts'
import { resolveLabelDelay } from '../../detectors/run/resolve-label-delay.ts'
import { chosenBaseline } from '../../detectors/run/compared-baseline.ts'
import { endsFrom } from '../../detectors/run/schedule.ts'
import { baselineColumns } from '../../store/profiles/baselines.ts'
import type { Stream } from '../../store/profiles/profiles.ts'
import { evaluatedEnds } from '../../store/results/evaluations.ts'
import type { Window } from './window-alerts.ts'
import { createWindowBatch, type EvaluationContext } from './window-batch.ts'

/**
 * Makes up for windows that were missed, of each monitor the newest first, until there is no time left. They are left to
 * their results: alerts are about what is now.
 * @returns how many are left, by monitor
 */
export async function makeUpForMissed(
  context: EvaluationContext & { models: Models },
  monitors: readonly Monitor[],
  now: Date,
  hasTime: () => boolean,
): Promise<Map<string, number>> {
  const left = new Map<string, number>()
  const open: Open[] = []
  for (const missed of await listMissedWindows(context.store.control)) {
    const monitor = monitors.find(({ name }) => name === missed.monitor)
    const model = monitor && (await context.models.find(monitor.model))
    if (monitor === undefined || model === undefined) continue
    const { store } = context
    const stream = missed.stream as Stream
    const scope = { monitor: monitor.name, stream, from: missed.first, to: missed.last }
    const done = new Set((await evaluatedEnds(store, scope)).map((end) => end.getTime()))
    const ends = endsFrom(monitor, missed.first, missed.last).filter((end) => !done.has(end.getTime()))
    left.set(monitor.name, (left.get(monitor.name) ?? 0) + ends.length)
    if (ends.length === 0) await leaveMissedWindows(store.control, missed, undefined)
    if (ends.length === 0 || !hasTime()) continue
    const baseline = await chosenBaseline(store, monitor)
    const reference = baseline && { baseline, columns: await baselineColumns(store, model, baseline) }
    const labelDelay =
      stream === 'labels' && baseline ? await resolveLabelDelay(store, monitor, baseline, now) : undefined
    open.push({ ends, missed, window: { model, monitor, stream, labelDelay, mode: 'quiet', reference } })
  }
  const batch = createWindowBatch(context, now)
  const evaluated = new Set<Open>()
  const store = async () => {
    for (const { cause } of await batch.store()) throw cause
    for (const { missed, ends } of evaluated)
      await leaveMissedWindows(context.store.control, missed, ends.at(-1))
    evaluated.clear()
  }
  try {
    // In turn, so that each comes nearer.
    for (let busy = open; busy.length > 0; busy = busy.filter(({ ends }) => ends.length > 0))
      for (const one of busy) {
        if (!hasTime()) return left
        await batch.add({ ...one.window, end: one.ends.pop()! })
        evaluated.add(one)
        left.set(one.missed.monitor, left.get(one.missed.monitor)! - 1)
        if (batch.isFull()) await store()
      }
  } finally {
    await store()
  }
  return left
}

/** A range of missed windows that is being made up for. */
interface Open {
  missed: MissedWindows
  window: Omit<Window, 'end'>
  /** Of those that are left, ascending. */
  ends: Date[]
}
