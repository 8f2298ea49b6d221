import type { ScatterSeriesOption } from 'echarts'
import { inTooltip, truncate } from './format.ts'
import { placeTexts } from './lane.ts'
import { palette, widthOf, type Appearance } from './theme.ts'
import { nearest, type Span } from './time.ts'

export type EventKind =
  'alert' | 'resolved' | 'retraining' | 'version' | 'incident' | 'change' | 'schema' | 'decision'

/** Something that happened at a time, or lasted until another, as a mark above a chart. */
export interface ChartEvent {
  kind: EventKind
  at: string
  until?: string | undefined
  /** A few words; may hold names of users. */
  label: string
}

/** Room for the marks above the grid, pixels. */
export const EVENT_LANE = 22

/** Pixels beside the grid of the charts that show events. */
const SIDES = 62

const SYMBOLS: Record<EventKind, string> = {
  alert: 'triangle',
  resolved: 'emptyCircle',
  retraining: 'roundRect',
  version: 'diamond',
  incident: 'arrow',
  change: 'emptyDiamond',
  schema: 'emptyRect',
  decision: 'pin',
}

/**
 * The events as marks in a lane above the grid, each with its line through the chart and a band for its length.
 * @param top value of the y axis at the top of the grid
 * @param span of the time axis
 */
export function eventSeries(
  appearance: Appearance,
  events: readonly ChartEvent[],
  top: number,
  span: Span | undefined,
): ScatterSeriesOption {
  const { text, muted, surface } = palette(appearance.theme)
  const { width, narrow } = widthOf(appearance)
  const readable = { color: muted, textBorderColor: surface, textBorderWidth: 3 }
  const name = (label: string) => truncate(label, narrow ? 16 : 28)
  const instants = events.filter(({ until }) => until === undefined)
  const lane = width - SIDES
  const marks = instants.map(({ at, label }) => ({
    x: share(Date.parse(at), span) * lane,
    text: name(label),
  }))
  const sides = placeTexts(marks, lane)
  return {
    type: 'scatter',
    name: 'events',
    silent: true,
    z: 5,
    itemStyle: { color: text, opacity: 1 },
    label: { color: text, fontSize: 11, distance: 5 },
    data: instants.map(({ kind, at }, i) => ({
      value: [Date.parse(at), top],
      symbol: SYMBOLS[kind],
      symbolSize: 8,
      symbolOffset: [0, -9],
      label: { show: sides[i] !== undefined, position: sides[i] ?? 'right', formatter: () => marks[i].text },
    })),
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: muted, type: 'dotted', width: 1, opacity: 0.7 },
      data: events.map(({ at }) => ({ xAxis: Date.parse(at) })),
    },
    markArea: {
      silent: true,
      itemStyle: { color: muted, opacity: 0.12 },
      data: events.flatMap(({ at, until, label }) => {
        if (until === undefined) return []
        const shown = {
          position: 'insideTop',
          fontSize: 11,
          ...readable,
          formatter: () => name(label),
        } as const
        return [[{ xAxis: Date.parse(at), label: shown }, { xAxis: Date.parse(until) }]]
      }),
    },
  }
}

/** How far along a span a time is, 0 to 1 within it. */
function share(time: number, span: Span | undefined): number {
  return span === undefined ? 0 : (time - span[0]) / (span[1] - span[0])
}

/** The events to which `time`, one of `times`, is the nearest. */
export function eventsOf(
  events: readonly ChartEvent[],
  times: readonly number[],
  time: number,
): ChartEvent[] {
  return events.filter(({ at }) => times[nearest(times, Date.parse(at))] === time)
}

/** Events as lines of a tooltip. */
export function eventLines(events: readonly ChartEvent[]): string[] {
  return events.map(({ kind, label }) => `${kind}: ${inTooltip(label)}`)
}
