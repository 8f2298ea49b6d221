import { DAY_MS } from '../../domain/time.ts'
import type { Store } from '../../store/engine/client.ts'
import {
  endsEvaluatedSince,
  insertEvaluations,
  lastEvaluatedEnd,
  SETTLED,
  staleEnds,
  type WindowEvaluation,
} from '../../store/results/evaluations.ts'
import type { Model } from '../../control/declared/model.ts'
import { monitors, type Monitor } from '../../control/declared/monitor.ts'
import { longestWindow } from '../../domain/monitor-window.ts'
import type { Stream } from '../../store/profiles/profiles.ts'
import { insertResults, type Result } from '../../store/results/results.ts'
import type { LabelDelay } from './label-delay.ts'
import type { Reference } from './run-request.ts'
import { evaluateAgainst } from './run.ts'

export interface BackfillRequest {
  store: Store
  model: Model
  monitor: Monitor
  reference: Reference
  stream: Stream
  /** Of windows, ascending. */
  ends: readonly Date[]
  labelDelay: LabelDelay | undefined
  clock: () => Date
  codeVersion: string
}

/** Windows whose results are stored together; what a crash in between takes is computed again. */
const TOGETHER = 24
/** Whether windows changed since is looked up for so long a period at once. */
const LOOKED_UP_MS = 30 * DAY_MS

/** The windows that are still to be evaluated, by this declaration of the monitor and over what is counted now. */
export async function openEnds(request: BackfillRequest): Promise<Date[]> {
  const { store, monitor, reference, stream, ends } = request
  if (ends.length === 0) return []
  const { version: baseline, binning } = reference.baseline
  const [from, to] = [ends[0], ends[ends.length - 1]]
  const scope = { monitor: monitor.name, stream, baseline }
  const declared = (await monitors.read(store.control, monitor.name))?.changedAt ?? request.clock()
  const done = new Set(
    (await endsEvaluatedSince(store, { ...scope, from, to }, declared)).map((end) => end.getTime()),
  )
  if (done.size > 0)
    for (let start = from.getTime(); start <= to.getTime(); start += LOOKED_UP_MS) {
      const end = new Date(Math.min(start + LOOKED_UP_MS, to.getTime()))
      const query = { ...scope, model: monitor.model, binning, windowMs: longestWindow(monitor) }
      for (const stale of await staleEnds(store, { ...query, from: new Date(start), to: end }))
        done.delete(stale.getTime())
    }
  return ends.filter((end) => !done.has(end.getTime()))
}

/**
 * Evaluates past windows and stores their results, as the schedule would have: alerts are not touched and nobody is
 * told. Stops between two of them once `isEnough`; returns how many it took.
 */
export async function backfillWindows(request: BackfillRequest, isEnough: () => boolean): Promise<number> {
  const { store, monitor, reference, stream, ends, clock, ...run } = request
  // Windows after it are still due on schedule, and go through the alerts when they are evaluated then.
  const last = await lastEvaluatedEnd(store, monitor.name, stream, SETTLED)
  let taken = 0
  // At least one, so that who asks again comes to an end.
  while (taken < ends.length && (taken === 0 || !isEnough())) {
    const results: Result[] = []
    const evaluations: WindowEvaluation[] = []
    const now = clock()
    for (const end of ends.slice(taken, taken + TOGETHER)) {
      const found = await evaluateAgainst(reference, { ...run, store, monitor, stream, end, now })
      results.push(...found.results)
      const status = last !== undefined && end <= last ? 'evaluated' : 'backfilled'
      const { version: baseline } = reference.baseline
      evaluations.push({
        monitor: monitor.name,
        stream,
        windowEnd: end,
        evaluatedAt: now,
        status,
        detail: '',
        baseline,
      })
      if (isEnough()) break
    }
    await insertResults(store, results)
    await insertEvaluations(store, evaluations)
    taken += evaluations.length
  }
  return taken
}
