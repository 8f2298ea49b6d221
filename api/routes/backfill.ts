import { backfillWindows, openEnds } from '../../detectors/run/backfill.ts'
import { resolveLabelDelay } from '../../detectors/run/resolve-label-delay.ts'
import { chosenReference } from '../../detectors/run/run.ts'
import { modelOr404, monitorOr404 } from '../context.ts'
import { MAX_BACKFILLED, type backfillRoutes } from '../contract/backfill.ts'
import { pastWindows } from '../past-windows.ts'
import { invalid, Problem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'
import { noBaseline } from './monitors.ts'

/** How long a request works before it answers. */
const WORKED_MS = 5_000

/** Verdicts on the past. */
export const backfillHandlers: HandlersOf<typeof backfillRoutes> = (context) => ({
  async backfillMonitor({ params, body }) {
    const { store, clock, codeVersion } = context
    const monitor = await monitorOr404(context, params.monitor)
    const model = await modelOr404(context, monitor.model)
    const { from, to = clock() } = body
    if (from >= to) throw invalid('from', 'must be before "to"')
    await context.countFirst(model)
    const reference = await chosenReference(store, model, monitor)
    if (reference === undefined) throw new Problem(409, 'No baseline', noBaseline(monitor))
    const labelDelay = await resolveLabelDelay(store, monitor, reference.baseline, clock())
    const streams = pastWindows(monitor, { from, to }, clock(), labelDelay, MAX_BACKFILLED)
    const windows = streams.reduce((sum, { ends }) => sum + ends.length, 0)
    if (windows > MAX_BACKFILLED)
      throw new Problem(
        422,
        'Too many windows',
        `A backfill evaluates at most ${MAX_BACKFILLED} windows: choose a shorter period.`,
      )
    const until = performance.now() + WORKED_MS
    const isEnough = () => performance.now() > until
    let [evaluated, remaining] = [0, 0]
    for (const { stream, ends } of streams) {
      const delay = stream === 'labels' ? labelDelay : undefined
      const request = { store, model, monitor, reference, stream, labelDelay: delay, clock, codeVersion }
      const open = await openEnds({ ...request, ends })
      const taken = await backfillWindows({ ...request, ends: open }, isEnough)
      evaluated += taken
      remaining += open.length - taken
    }
    const skipped = streams.flatMap((one) => one.skipped)
    const period = { from: from.toISOString(), to: to.toISOString() }
    return { status: 200, body: { ...period, windows, evaluated, remaining, skipped } }
  },
})
