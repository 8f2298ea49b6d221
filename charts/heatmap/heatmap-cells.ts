import { HOUR_MS } from '../../domain/time.ts'
import type { CustomSeriesOption } from 'echarts'
import type { Cell, HeatmapData } from '../data.ts'
import { effectScale } from '../effect-scale.ts'
import { rowPaths, type Box } from './heatmap-paths.ts'
import { palette, type Appearance } from '../theme.ts'
import { usualStep } from '../time.ts'

/** When each window's cell begins and ends, epoch milliseconds. A window's cell ends where the window does. */
export function cellTimes(windowEnds: readonly string[]): [from: number, to: number][] {
  const ends = windowEnds.map((end) => Date.parse(end))
  const step = usualStep(ends)
  return ends.map((end, i) => [Math.max(end - step, ends[i - 1] ?? -Infinity), end])
}

/**
 * A row as one item, whose paths each hold every cell of one colour: tens of thousands of cells are then drawn at the
 * price of a few hundred shapes. (One path over all rows would take seconds to fill.)
 * There is a row and a window at least.
 */
export function cellSeries(
  data: HeatmapData & { selected?: Cell | undefined },
  { theme }: Pick<Appearance, 'theme'>,
): CustomSeriesOption {
  const { surface, text, muted, neutral } = palette(theme)
  const times = cellTimes(data.windowEnds)
  const { selected, rows } = data
  return {
    type: 'custom',
    silent: true,
    clip: true,
    data: rows.map((_, row) => [times[0][0], row]),
    renderItem: ({ dataIndex: row }, api) => {
      const start = times[0][0]
      const scale = effectScale(theme, rows[row].thresholds ?? data.thresholds)
      const [origin, middle] = api.coord([start, row])
      const perHour = api.coord([start + HOUR_MS, row])[0] - origin
      const [, height] = api.size?.([0, 1]) as [number, number]
      const x = (time: number) => Math.round(origin + ((time - start) / HOUR_MS) * perHour)
      const [top, bottom] = [Math.round(middle - height / 2), Math.round(middle + height / 2)]
      const boxes = times.map(([from, to]) => ({ left: x(from), right: x(to), top, bottom }))
      const { fills, hatched, hatching, warning, critical, unconfirmed } = rowPaths(rows[row], scale, boxes)
      const chosen = selected?.row === row ? boxes[selected.window] : undefined
      return {
        type: 'group',
        children: [
          ...fills.map((path, step) => filled(path, scale[step].color)),
          filled(hatched, neutral[0]),
          stroked(hatching, muted),
          filled(warning, surface),
          filled(critical, surface),
          filled(unconfirmed, surface),
          ...(chosen === undefined ? [] : [outline(chosen, text)]),
        ].filter(({ shape }) => !('pathData' in shape) || shape.pathData !== ''),
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
    z2: 1,
    shape: { x: left - 1, y: top - 1, width: right - left + 1, height: bottom - top + 1 },
    style: { fill: 'none', stroke, lineWidth: 2 },
  }
}
