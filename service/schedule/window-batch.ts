import { LeaseLost } from '../../control/database/lease.ts'
import { stamp } from '../../control/database/counters.ts'
import { evaluateAgainst, type RunOutcome } from '../../detectors/run/run.ts'
import type { Store } from '../../store/engine/client.ts'
import { isRefusal } from '../../store/engine/refusal.ts'
import { insertEvaluations, type WindowEvaluation } from '../../store/results/evaluations.ts'
import { insertResults, type Result } from '../../store/results/results.ts'
import { CODE_VERSION } from '../version.ts'
import { followWindow, type AlertsContext, type Ending, type Window } from './window-alerts.ts'

export interface EvaluationContext extends AlertsContext {
  /** Told of results once they are stored. */
  onResults?: ((results: readonly Result[]) => void) | undefined
}

export interface WindowFailure {
  window: Window
  cause: unknown
}

/** Windows that are evaluated one after the other and stored together: an insert costs more than the rows in it. */
export interface WindowBatch {
  /** Evaluates a window, and stores nothing. Those of one stream of a monitor come in the order of the schedule. */
  add(this: void, window: Window): Promise<void>
  /** Whether what was added should be stored before more is. */
  isFull(this: void): boolean
  /**
   * Stores what was added. After a window that fails, those of the same stream are left as well, to be evaluated again;
   * other streams go on.
   */
  store(this: void): Promise<WindowFailure[]>
}

/** Beyond so many results an insert costs little more than its rows. */
const MAX_RESULTS = 1_000
/** ClickHouse takes rows of at most a hundred partitions in an insert, and each window may be in one of its own. */
const MAX_WINDOWS = 100

interface Evaluated {
  window: Window
  /** Undefined where there was nothing to compare with. */
  outcome: RunOutcome | undefined
}

/** @param now in evaluation time */
export function createWindowBatch(context: EvaluationContext, now: Date): WindowBatch {
  const { store } = context
  let evaluatedAt: Date | undefined
  let added: Evaluated[] = []
  let results = 0
  return {
    async add(window) {
      // Before anything is read: hours that are published from here on make the windows due again.
      evaluatedAt ??= await stamp(store.control, now)
      const outcome = await evaluate(store, window, evaluatedAt)
      added.push({ window, outcome })
      results += outcome?.results.length ?? 0
    },
    isFull: () => results >= MAX_RESULTS || added.length >= MAX_WINDOWS,
    async store() {
      const [windows, at] = [added, evaluatedAt]
      ;[added, evaluatedAt, results] = [[], undefined, 0]
      return at === undefined ? [] : storeWindows(context, windows, { now, evaluatedAt: at })
    },
  }
}

async function evaluate(
  store: Store,
  { reference, mode: _, ...window }: Window,
  now: Date,
): Promise<RunOutcome | undefined> {
  return reference && evaluateAgainst(reference, { store, ...window, now, codeVersion: CODE_VERSION })
}

/** Results, then the events that follow from them, then the marks that the windows are done with: a crash repeats them. */
async function storeWindows(
  context: EvaluationContext,
  windows: readonly Evaluated[],
  { now, evaluatedAt }: { now: Date; evaluatedAt: Date },
): Promise<WindowFailure[]> {
  const { store } = context
  const failures: WindowFailure[] = []
  const hasFailed = ({ monitor, stream }: Window) =>
    failures.some(({ window }) => window.monitor.name === monitor.name && window.stream === stream)
  const done: WindowEvaluation[] = []
  const unstored = await insertAll(store, windows)
  for (const one of windows) {
    const { window } = one
    if (hasFailed(window)) continue
    try {
      if (unstored.has(one)) throw unstored.get(one)
      const ending = await follow(context, one, now)
      const { monitor, stream, end: windowEnd } = window
      done.push({ monitor: monitor.name, stream, windowEnd, evaluatedAt, ...ending })
    } catch (cause) {
      if (cause instanceof LeaseLost) throw cause
      failures.push({ window, cause })
    }
  }
  try {
    await insertEvaluations(store, done)
    return failures
  } catch (cause) {
    return windows.map(({ window }) => ({ window, cause }))
  }
}

/** Stores the results of all windows; returns why those of some are not. */
async function insertAll(store: Store, windows: readonly Evaluated[]): Promise<Map<Evaluated, unknown>> {
  const unstored = new Map<Evaluated, unknown>()
  try {
    await insertResults(
      store,
      windows.flatMap(({ outcome }) => outcome?.results ?? []),
    )
  } catch (cause) {
    for (const one of windows) {
      // Nobody waits for results of others that ClickHouse does not take.
      const refused = isRefusal(cause) ? await refusalOf(store, one) : cause
      if (refused !== undefined) unstored.set(one, refused)
    }
  }
  return unstored
}

async function refusalOf(store: Store, { outcome }: Evaluated): Promise<unknown> {
  try {
    await insertResults(store, outcome?.results ?? [])
    return undefined
  } catch (cause) {
    return cause
  }
}

async function follow(
  context: EvaluationContext,
  { window, outcome }: Evaluated,
  now: Date,
): Promise<Ending> {
  if (outcome === undefined)
    return { status: 'no_baseline', detail: 'the model does not have this baseline, or has no active one' }
  context.onResults?.(outcome.results)
  return followWindow(context, window, outcome, now)
}
