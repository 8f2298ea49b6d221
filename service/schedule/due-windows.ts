import { DAY_MS } from '../../domain/time.ts'
import { longestWindow } from '../../domain/monitor-window.ts'
import type { Baseline } from '../../control/declared/baselines.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import { chosenBaseline } from '../../detectors/run/compared-baseline.ts'
import type { LabelDelay } from '../../detectors/run/label-delay.ts'
import { resolveLabelDelay } from '../../detectors/run/resolve-label-delay.ts'
import { dueEnds, endsBetween, runsBefore } from '../../detectors/run/schedule.ts'
import type { Store } from '../../store/engine/client.ts'
import type { Stream } from '../../store/profiles/profiles.ts'
import { staleEnds, type LastEnds } from '../../store/results/evaluations.ts'

/** Late rows and labels are looked for in windows that ended at most so long before the newest. */
const RECOMPUTED_MS = 30 * DAY_MS
/** Of the windows that are computed again only so many of the newest go through the alerts anew. */
const REENTERED = 3
/** An alert looks at so many windows at most. */
const LOOKED_AT = 9
/** Of windows that were missed only so many of the newest go through the alerts; nobody is told of the others. */
const MAX_LIVE = 24

/** What is to be evaluated of one stream of a monitor. */
export interface DueWindow {
  end: Date
  mode: 'live' | 'quiet'
  /** Alerts do not look at it any more. */
  isOld: boolean
}

export interface DueWindows {
  monitor: Monitor
  model: Model
  stream: Stream
  baseline: Baseline | undefined
  /** Of labels; undefined where it is not known. */
  labelDelay: LabelDelay | undefined
  /** In the order in which they are to be evaluated: those that alerts look at ascending, then older ones from the newest. */
  windows: DueWindow[]
  /** Ends of windows that are left for when there is time, ascending. */
  missed: Date[]
}

/** What is due of one stream of a monitor at `now`; follows from what is stored. */
export async function dueWindows(
  store: Store,
  { model, monitor, stream }: Pick<DueWindows, 'model' | 'monitor' | 'stream'>,
  lastEnds: LastEnds,
  now: Date,
): Promise<DueWindows> {
  const baseline = await chosenBaseline(store, monitor)
  const labelDelay =
    stream === 'labels' && baseline !== undefined
      ? await resolveLabelDelay(store, monitor, baseline, now)
      : undefined
  // Windows at which it was not known how long labels take end later than those that wait for them.
  const last = labelDelay === undefined ? lastEnds.settled : lastEnds.evaluated
  const stale =
    last === undefined || baseline === undefined
      ? []
      : await changedEnds(store, monitor, baseline, stream, last)
  const due = dueEnds(monitor, last, now, labelDelay?.delay)
  const isOld = (end: Date) =>
    last !== undefined && end <= runsBefore(monitor, last, REENTERED - 1 + LOOKED_AT)
  // Where late events change old windows all the time, these would otherwise leave no time for new ones.
  const ends = [
    ...stale.filter((end) => !isOld(end)),
    ...due.slice(-MAX_LIVE),
    ...stale.filter(isOld).reverse(),
  ]
  const windows = ends.map((end) => {
    const live = last === undefined || end > runsBefore(monitor, last, REENTERED)
    return { end, mode: live ? ('live' as const) : ('quiet' as const), isOld: isOld(end) }
  })
  return { monitor, model, stream, baseline, labelDelay, windows, missed: due.slice(0, -MAX_LIVE) }
}

/** Windows to compute again: those that changed, and after one that re-enters the alerts all that followed it. */
async function changedEnds(
  store: Store,
  monitor: Monitor,
  baseline: Baseline,
  stream: Stream,
  last: Date,
): Promise<Date[]> {
  const query = {
    monitor: monitor.name,
    model: monitor.model,
    baseline: baseline.version,
    binning: baseline.binning,
    stream,
    windowMs: longestWindow(monitor),
  }
  const oldestLive = runsBefore(monitor, last, REENTERED - 1)
  const from = new Date(Math.max(0, Math.min(last.getTime() - RECOMPUTED_MS, oldestLive.getTime())))
  const stale = await staleEnds(store, { ...query, from, to: last })
  const first = stale.find((end) => end >= oldestLive)
  if (first === undefined) return stale
  return [...stale.filter((end) => end < first), first, ...endsBetween(monitor, first, last)]
}
