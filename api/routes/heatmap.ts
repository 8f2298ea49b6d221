import { HOUR_MS, DAY_MS } from '../../domain/time.ts'
import { readHeatmap, windowEnds } from '../../store/views/heatmap.ts'
import { monitors, type Monitor } from '../../control/declared/monitor.ts'
import { usualLength } from '../../domain/monitor-window.ts'
import { newestWindows } from '../../store/results/newest-windows.ts'
import { toHeatmapRows } from '../answers/heatmap.ts'
import { modelOr404, type ApiContext } from '../context.ts'
import { MAX_CELLS, type heatmapRoutes } from '../contract/heatmap.ts'
import { invalid, notFound } from '../problem.ts'
import type { HandlersOf } from '../router.ts'

const DEFAULT_PERIOD_MS = 30 * DAY_MS

/** What moved, and when: each column of a monitor, window by window. */
export const heatmapHandlers: HandlersOf<typeof heatmapRoutes> = (context) => ({
  async getHeatmap({ params, query }) {
    const { store } = context
    const model = await modelOr404(context, params.model)
    const monitor = await monitorOf(context, model.name, query.monitor)
    const to = query.to ?? (await newestEnd(context, monitor))
    const from = query.from ?? new Date(Math.max(0, to.getTime() - DEFAULT_PERIOD_MS))
    if (query.to !== undefined && from >= to) throw invalid('from', 'must be before "to"')
    const { segment = '', version = '' } = query
    const scope = { model: model.name, monitor: monitor.name, segment, version, from, to }
    const ends = await windowEnds(store, scope)
    const step = Math.max(1, Math.ceil(ends.length / MAX_CELLS))
    const rows = await readHeatmap(store, scope, ends, step)
    const newest = ends.filter((_, i) => (ends.length - 1 - i) % step === 0)
    return {
      status: 200,
      body: {
        monitor: monitor.name,
        window_hours: usualLength(monitor.window) / HOUR_MS,
        every_hours: usualLength(monitor.every) / HOUR_MS,
        from: from.toISOString(),
        to: to.toISOString(),
        step,
        window_ends: newest.map((end) => end.toISOString()),
        rows: toHeatmapRows(rows, model),
      },
    }
  },
})

async function monitorOf({ store }: ApiContext, model: string, name: string | undefined): Promise<Monitor> {
  const own = (await monitors.list(store.control)).filter((monitor) => monitor.model === model)
  const monitor = name === undefined ? own.at(0) : own.find((one) => one.name === name)
  if (monitor === undefined)
    throw notFound(
      name === undefined ? `monitor of model "${model}"` : `monitor "${name}" of model "${model}"`,
    )
  return monitor
}

/** End of the newest window evaluated; a replay's lies in the past. Without one, now. */
async function newestEnd({ store, clock }: ApiContext, { name, model }: Monitor): Promise<Date> {
  const windows = (await newestWindows(store)).filter(
    (window) => window.monitor === name && window.model === model,
  )
  return windows.length === 0 ? clock() : new Date(Math.max(...windows.map(({ end }) => end.getTime())))
}
