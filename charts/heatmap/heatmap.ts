import type { EChartsOption, ScatterSeriesOption } from 'echarts'
import { kindWords } from '../../domain/drift-kind.ts'
import type { Cell, HeatmapData } from '../data.ts'
import { EVENT_LANE, eventLines, eventSeries, eventsOf, type Shown } from '../events.ts'
import { formatInstant, formatNumber, inTooltip, truncate } from '../format.ts'
import { frame, LABEL_MARGIN, nameLength, timeAxis, tooltip } from '../frame.ts'
import { cellSeries, cellTimes } from './heatmap-cells.ts'
import { labelColumn, palette, plotSides, widthOf, type Appearance, type Sides } from '../theme.ts'
import { spanOf } from '../time.ts'
import { verdictWord } from '../verdict.ts'

export interface HeatmapInput extends HeatmapData, Appearance, Shown {
  selected?: Cell | undefined
  /** Pixels for the names of rows, where nobody can point at one to read all of it. */
  labels?: number | undefined
}

const ROW_HEIGHT = 20
const AXIS_HEIGHT = 26
/** With more rows than this the axis stands above them as well, so that it is in sight. */
const ROWS_IN_SIGHT = 30

/** Pixels that a heatmap of so many rows takes, with a lane of marks if there are events. */
export function heatmapHeight(rows: number, events: readonly unknown[] = []): number {
  return (
    Math.max(1, rows) * ROW_HEIGHT + AXIS_HEIGHT + spaceAbove(rows) + (events.length > 0 ? EVENT_LANE : 0)
  )
}

function spaceAbove(rows: number): number {
  return rows > ROWS_IN_SIGHT ? AXIS_HEIGHT : 4
}

/** Columns by windows, coloured by the effect on them and marked where they breach. Give its width for the mouse. */
export function heatmapOption(input: HeatmapInput): EChartsOption {
  const { rows, events = [] } = input
  const { text } = palette(input.theme)
  const { width } = widthOf(input)
  const side = { left: input.labels ?? labelColumn(input), right: plotSides(input).right }
  const times = cellTimes(input.windowEnds)
  const span = spanOf(times.flat(), input.range)
  // A large series without points makes the engine throw.
  const isEmpty = rows.length === 0 || times.length === 0
  const time = timeAxis(input, span)
  const pixelsPerMs = span === undefined ? 0 : (width - side.left - side.right) / (span[1] - span[0])
  return {
    ...frame(input),
    grid: {
      ...side,
      top: spaceAbove(rows.length) + (events.length > 0 ? EVENT_LANE : 0),
      bottom: AXIS_HEIGHT,
      outerBoundsMode: 'none',
    },
    tooltip: { ...tooltip(input), trigger: 'item', formatter: (params) => cellTooltip(input, params) },
    xAxis: [
      time,
      { ...time, position: 'top', show: rows.length > ROWS_IN_SIGHT, axisPointer: { show: false } },
    ],
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows.map(({ label }) => truncate(label, nameLength(side.left))),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        color: text,
        fontSize: 12,
        interval: 0,
        width: side.left - LABEL_MARGIN,
        overflow: 'truncate',
        ellipsis: '…',
      },
    },
    series: isEmpty
      ? []
      : [
          cellSeries(input, input),
          mouseTargets(rows.length, times, pixelsPerMs),
          ...(events.length === 0 ? [] : [eventSeries(input, events, 0, span, laneOf(rows.length, side))]),
        ],
  }
}

/** Marks are drawn on the first row, lifted above it and above the axis there. */
function laneOf(rows: number, sides: Sides) {
  return { sides, lift: ROW_HEIGHT / 2 + spaceAbove(rows) + 7, hasBands: false }
}

/** The cells once more, unseen and as one shape, for the mouse: their index is row by row. */
function mouseTargets(
  rows: number,
  times: readonly [from: number, to: number][],
  pixelsPerMs: number,
): ScatterSeriesOption {
  const targets = new Float64Array(2 * rows * times.length)
  for (let row = 0; row < rows; row++) {
    times.forEach(([from, to], window) =>
      targets.set([(from + to) / 2, row], 2 * (row * times.length + window)),
    )
  }
  const widest = times.reduce((most, [from, to]) => Math.max(most, to - from), 0)
  return {
    type: 'scatter',
    name: 'cells',
    large: true,
    largeThreshold: 0,
    progressive: 0,
    symbol: 'rect',
    symbolSize: [Math.max(1, widest * pixelsPerMs), ROW_HEIGHT],
    itemStyle: { color: 'transparent', opacity: 0 },
    dimensions: ['time', 'row'],
    data: targets,
  }
}

/**
 * The cell of a mouse event.
 * @param params of an event on the chart, or what a tooltip is asked about
 * @returns `undefined` where the event is on none
 */
export function cellOf(
  { windowEnds, rows }: Pick<HeatmapData, 'windowEnds' | 'rows'>,
  params: unknown,
): Cell | undefined {
  const { seriesName, dataIndex } = params as { seriesName?: unknown; dataIndex?: unknown }
  if (seriesName !== 'cells' || typeof dataIndex !== 'number' || windowEnds.length === 0) return undefined
  const cell = { row: Math.floor(dataIndex / windowEnds.length), window: dataIndex % windowEnds.length }
  return cell.row in rows && cell.window in windowEnds ? cell : undefined
}

/** Kinds that are of what a model does, which does not drift. */
const OF_THE_MODEL = ['performance', 'expected_performance']

/** What the tooltip says on a cell. */
export function cellTooltip(data: HeatmapData & Shown, params: unknown): string {
  const cell = cellOf(data, params)
  if (cell === undefined) return ''
  const { label, kind, statistic = 'effect', verdicts, effects } = data.rows[cell.row]
  const ends = data.windowEnds.map((end) => Date.parse(end))
  return [
    inTooltip(label),
    `${inTooltip(kindWords(kind))}${OF_THE_MODEL.includes(kind) ? '' : ' drift'}, window ending ${formatInstant(data.windowEnds[cell.window])}`,
    `${inTooltip(statistic)} ${formatNumber(effects[cell.window] ?? null)}, ${verdictWord(verdicts[cell.window] ?? null)}`,
    ...eventLines(eventsOf({ ...data, besideHeatmap: true }, ends, ends[cell.window])),
  ].join('\n')
}
