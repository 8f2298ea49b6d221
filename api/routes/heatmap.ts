import { heatmapCells } from '../../domain/heatmap-grain.ts'
import { HOUR_MS } from '../../domain/time.ts'
import { readHeatmap, windowEnds } from '../../store/views/heatmap.ts'
import { usualLength } from '../../domain/monitor-window.ts'
import { toHeatmapRows } from '../answers/heatmap.ts'
import { modelOr404 } from '../context.ts'
import { MAX_CELLS, type heatmapRoutes } from '../contract/heatmap.ts'
import { monitorOf, windowPeriod } from '../monitor-windows.ts'
import type { HandlersOf } from '../router.ts'

/** What moved, and when: each column of a monitor, window by window. */
export const heatmapHandlers: HandlersOf<typeof heatmapRoutes> = (context) => ({
  async getHeatmap({ params, query }) {
    const { store } = context
    const model = await modelOr404(context, params.model)
    const monitor = await monitorOf(context, model.name, query.monitor)
    const { from, to } = await windowPeriod(context, monitor, query)
    const { segment = '', version = '' } = query
    const scope = { model: model.name, monitor: monitor.name, segment, version, from, to }
    const ends = await windowEnds(store, scope)
    const cellOf = heatmapCells(ends, query.grain, MAX_CELLS)
    const rows = await readHeatmap(store, scope, ends, cellOf)
    const newest = ends.filter((_, i) => cellOf[i] !== cellOf[i + 1])
    return {
      status: 200,
      body: {
        monitor: monitor.name,
        window_hours: usualLength(monitor.window) / HOUR_MS,
        every_hours: usualLength(monitor.every) / HOUR_MS,
        from: from.toISOString(),
        to: to.toISOString(),
        grain: query.grain,
        step: mostIn(cellOf),
        window_ends: newest.map((end) => end.toISOString()),
        rows: toHeatmapRows(rows, model),
      },
    }
  },
})

/** Windows in the fullest cell; 1 where there is none. */
function mostIn(cellOf: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const cell of cellOf) counts.set(cell, (counts.get(cell) ?? 0) + 1)
  return Math.max(1, ...counts.values())
}
