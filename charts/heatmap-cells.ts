import type { CustomSeriesOption } from 'echarts'
import type { Cell, HeatmapData } from './data.ts'
import { effectScale } from './effect-scale.ts'
import { cellPaths, type Box } from './heatmap-paths.ts'
import { palette, type Appearance } from './theme.ts'
import { usualStep } from './time.ts'

const HOUR_MS = 3_600_000

/** When each window's cell begins and ends, epoch milliseconds. A window's cell ends where the window does. */
export function cellTimes(windowEnds: readonly string[]): [from: number, to: number][] {
  const ends = windowEnds.map((end) => Date.parse(end))
  const step = usualStep(ends)
  return ends.map((end, i) => [Math.max(end - step, ends[i - 1] ?? -Infinity), end])
}

/**
 * All cells as one item, whose paths each hold every cell of one colour: tens of thousands of cells are then drawn
 * at the price of a few shapes.
 */
export function cellSeries(
  data: HeatmapData & { selected?: Cell | undefined },
  { theme }: Pick<Appearance, 'theme'>,
): CustomSeriesOption {
  const { surface, text, muted, neutral } = palette(theme)
  const scale = effectScale(theme, data.thresholds)
  const times = cellTimes(data.windowEnds)
  const { selected, rows } = data
  const hasSelection = selected !== undefined && selected.row in rows && selected.window in times
  return {
    type: 'custom',
    silent: true,
    clip: true,
    data: rows.length > 0 && times.length > 0 ? [[times[0][0], 0]] : [],
    renderItem: (_params, api) => {
      const start = times[0][0]
      const [origin, middle] = api.coord([start, 0])
      const perHour = api.coord([start + HOUR_MS, 0])[0] - origin
      const [, height] = api.size?.([0, 1]) as [number, number]
      const x = (time: number) => Math.round(origin + ((time - start) / HOUR_MS) * perHour)
      const y = (row: number) => Math.round(middle + (row - 0.5) * height)
      const edges = times.map(([from, to]) => ({ left: x(from), right: x(to) }))
      const boxOf = ({ row, window }: Cell): Box => ({ ...edges[window], top: y(row), bottom: y(row + 1) })
      const { fills, hatched, hatching, warning, critical } = cellPaths(data, scale, boxOf)
      return {
        type: 'group',
        children: [
          ...fills.map((path, step) => filled(path, scale[step].color)),
          filled(hatched, neutral[0]),
          stroked(hatching, muted),
          filled(warning, surface),
          filled(critical, surface),
          ...(hasSelection ? [outline(boxOf(selected), text)] : []),
        ],
      }
    },
  }
}

function filled(pathData: string, fill: string) {
  return { type: 'path' as const, shape: { pathData }, style: { fill } }
}

function stroked(pathData: string, stroke: string) {
  return {
    type: 'path' as const,
    shape: { pathData },
    style: { fill: 'none', stroke, lineWidth: 1, opacity: 0.55 },
  }
}

function outline({ left, right, top, bottom }: Box, stroke: string) {
  return {
    type: 'rect' as const,
    shape: { x: left - 1, y: top - 1, width: right - left + 1, height: bottom - top + 1 },
    style: { fill: 'none', stroke, lineWidth: 2 },
  }
}
