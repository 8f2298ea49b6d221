import type { ScatterSeriesOption } from 'echarts'
import { inTooltip, truncate } from './format.ts'
import { placeTexts } from './lane.ts'
import { palette, widthOf, type Appearance } from './theme.ts'
import { nearest, usualStep, type Span } from './time.ts'

export type EventKind =
  | 'alert'
  | 'resolved'
  | 'retraining'
  | 'version'
  | 'incident'
  | 'change'
  | 'schema'
  | 'decision'
  | 'deployment'
  | 'holiday'
  | 'note'

/** Something that happened at a time, or lasted until another, as a mark above a chart. */
export interface ChartEvent {
  kind: EventKind
  at: string
  until?: string | undefined
  /** A few words, or what a person wrote; may hold names of users. */
  label: string
}

/** Room for the marks above the grid, pixels. */
export const EVENT_LANE = 22

/** What a value axis needs so that its name stands above the marks, and not among them. */
export const nameAbove = (events: readonly ChartEvent[]) =>
  events.length === 0 ? {} : { nameGap: 10 + EVENT_LANE - 6 }

/** Pixels beside the grid of the charts that show events. */
const SIDES = 62

/** How each kind is marked. */
export const EVENT_SYMBOLS = {
  alert: 'triangle',
  resolved: 'emptyCircle',
  retraining: 'roundRect',
  version: 'diamond',
  incident: 'arrow',
  change: 'emptyDiamond',
  schema: 'emptyRect',
  decision: 'pin',
  deployment: 'circle',
  holiday: 'rect',
  note: 'emptyTriangle',
} as const satisfies Record<EventKind, string>

/**
 * The events as marks in a lane above the grid, each with its line through the chart and a band for its length. What
 * reaches beyond the axis is cut there.
 * @param top value of the y axis at the top of the grid
 * @param span of the time axis
 */
export function eventSeries(
  appearance: Appearance,
  events: readonly ChartEvent[],
  top: number,
  span: Span | undefined,
): ScatterSeriesOption {
  const { text, muted } = palette(appearance.theme)
  const { width, narrow } = widthOf(appearance)
  const lane = width - SIDES
  const marks = events.map(({ at, label }) => ({
    x: share(cut(at, span), span) * lane,
    text: truncate(label, narrow ? 16 : 28),
  }))
  const sides = placeTexts(marks, lane)
  return {
    ...eventLinesThrough(appearance, events, span),
    itemStyle: { color: text, opacity: 1 },
    label: { color: text, fontSize: 11, distance: 5 },
    data: events.map(({ kind, at }, i) => ({
      value: [cut(at, span), top],
      ...look(kind, appearance),
      symbolSize: 8,
      symbolOffset: [0, -9],
      label: { show: sides[i] !== undefined, position: sides[i] ?? 'right', formatter: () => marks[i].text },
    })),
    markArea: {
      silent: true,
      itemStyle: { color: muted, opacity: 0.1 },
      data: events.flatMap(({ at, until }) =>
        until === undefined ? [] : [[{ xAxis: cut(at, span) }, { xAxis: cut(until, span) }]],
      ),
    },
  }
}

/** An empty symbol of the engine is white inside, which in the dark looks like a full one. */
function look(kind: EventKind, { theme }: Appearance) {
  const [, empty] = /^empty(.+)$/.exec(EVENT_SYMBOLS[kind]) ?? []
  if (empty === undefined) return { symbol: EVENT_SYMBOLS[kind] }
  const { surface, text } = palette(theme)
  return {
    symbol: empty.charAt(0).toLowerCase() + empty.slice(1),
    itemStyle: { color: surface, borderColor: text, borderWidth: 1.5, opacity: 1 },
  }
}

/** The events as lines alone, for a chart whose colours a band would change. */
export function eventLinesThrough(
  { theme }: Appearance,
  events: readonly ChartEvent[],
  span: Span | undefined,
): ScatterSeriesOption {
  const { muted } = palette(theme)
  const times = events.flatMap(({ at, until }) => (until === undefined ? [at] : [at, until]))
  return {
    type: 'scatter',
    name: 'events',
    silent: true,
    z: 5,
    data: [],
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: muted, type: 'dotted', width: 1, opacity: 0.7 },
      data: [...new Set(times.map((time) => cut(time, span)))].map((xAxis) => ({ xAxis })),
    },
  }
}

/** A time of an event, at the end of the axis if it lies beyond. */
function cut(time: string, span: Span | undefined): number {
  const at = Date.parse(time)
  return span === undefined ? at : Math.min(Math.max(at, span[0]), span[1])
}

/** How far along a span a time is, 0 to 1 within it. */
function share(time: number, span: Span | undefined): number {
  return span === undefined ? 0 : (time - span[0]) / (span[1] - span[0])
}

/** Those that are to be seen on an axis of ascending times, or in the step that the last of these begins. */
export function eventsOnAxis(events: readonly ChartEvent[], times: readonly number[]): ChartEvent[] {
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined) return []
  const end = last + usualStep(times)
  return events.filter(({ at, until = at }) => Date.parse(until) >= first && Date.parse(at) < end)
}

/** The events to which `time`, one of `times`, is the nearest, and those that last over it. */
export function eventsOf(
  events: readonly ChartEvent[],
  times: readonly number[],
  time: number,
): ChartEvent[] {
  return events.filter(
    ({ at, until }) =>
      times[nearest(times, Date.parse(at))] === time ||
      (until !== undefined && Date.parse(at) <= time && time <= Date.parse(until)),
  )
}

/** Events as lines of a tooltip. */
export function eventLines(events: readonly ChartEvent[]): string[] {
  return events.map(({ kind, label }) => `${kind}: ${inTooltip(label)}`)
}
