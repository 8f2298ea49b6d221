import type { ScatterSeriesOption } from 'echarts'
import { inTooltip, truncate } from './format.ts'
import { APART, groupByPlace, placeTexts } from './lane.ts'
import { palette, plotSides, widthOf, type Appearance, type Extent, type Sides } from './theme.ts'
import { nearest, spanOf, usualStep, type Span, type TimeRange } from './time.ts'

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

/** What a chart shows beside its data, as far as its tooltip needs it. */
export interface Shown extends Extent {
  events?: readonly ChartEvent[] | undefined
  range?: TimeRange | undefined
}

/** What a value axis needs so that its name stands above the marks, and not among them. */
export const nameAbove = (events: readonly ChartEvent[]) =>
  events.length === 0 ? {} : { nameGap: 10 + EVENT_LANE - 6 }

/** Where a chart has its lane of marks. */
interface Lane {
  /** Where these are not those of all charts over time. */
  sides?: Sides
  /** Pixels from where `top` is drawn up to the middle of the marks. */
  lift: number
  /** Whether events that last have a band: not over cells, whose colours it would change. */
  hasBands: boolean
}

export const LANE: Lane = { lift: 9, hasBands: true }

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
 * The events as marks in a lane above the grid, each with its line through the chart and a band for its length. Those
 * that would cover each other are one mark with their number. What reaches beyond the axis is cut there.
 * @param top value of the y axis at the top of the grid
 * @param span of the time axis
 */
export function eventSeries(
  appearance: Appearance,
  events: readonly ChartEvent[],
  top: number,
  span: Span | undefined,
  { sides, lift, hasBands }: Lane = LANE,
): ScatterSeriesOption {
  const { text, muted, surface } = palette(appearance.theme)
  const { narrow } = widthOf(appearance)
  const lane = laneWidth(appearance, sides)
  const groups = groupEvents(events, span, lane)
  const marks = groups.map(([{ at, label }, ...others]) => ({
    x: share(cut(at, span), span) * lane,
    text: others.length > 0 ? '' : truncate(label, narrow ? 16 : 28),
  }))
  const places = placeTexts(marks, lane)
  return {
    ...linesThrough(appearance, events, span),
    itemStyle: { color: text, opacity: 1 },
    label: { color: text, fontSize: 11, distance: 5 },
    data: groups.map(([{ kind, at }, ...others], i) => {
      const place = { value: [cut(at, span), top], symbolOffset: [0, -lift] }
      if (others.length > 0) {
        const label = {
          show: true,
          position: 'inside' as const,
          formatter: () => `${others.length + 1}`,
          fontSize: 10,
        }
        return { ...place, symbol: 'circle', symbolSize: 15, itemStyle: hollow(text, surface), label }
      }
      const label = {
        show: places[i] !== undefined,
        position: places[i] ?? 'right',
        formatter: () => marks[i].text,
      }
      return { ...place, ...look(kind, appearance), symbolSize: 8, label }
    }),
    ...(hasBands && {
      markArea: {
        silent: true,
        itemStyle: { color: muted, opacity: 0.1 },
        data: events.flatMap(({ at, until }) =>
          until === undefined ? [] : [[{ xAxis: cut(at, span) }, { xAxis: cut(until, span) }]],
        ),
      },
    }),
  }
}

function laneWidth(extent: Extent, { left, right } = plotSides(extent)): number {
  return widthOf(extent).width - left - right
}

/** Those that one mark stands for, in the order of time. */
function groupEvents(events: readonly ChartEvent[], span: Span | undefined, lane: number): ChartEvent[][] {
  const inOrder = events.toSorted((a, b) => cut(a.at, span) - cut(b.at, span))
  return groupByPlace(inOrder, ({ at }) => share(cut(at, span), span) * lane, APART)
}

const hollow = (borderColor: string, color: string) => ({ color, borderColor, borderWidth: 1.5, opacity: 1 })

/** An empty symbol of the engine is white inside, which in the dark looks like a full one. */
function look(kind: EventKind, { theme }: Appearance) {
  const [, empty] = /^empty(.+)$/.exec(EVENT_SYMBOLS[kind]) ?? []
  if (empty === undefined) return { symbol: EVENT_SYMBOLS[kind] }
  const { surface, text } = palette(theme)
  return {
    symbol: empty.charAt(0).toLowerCase() + empty.slice(1),
    itemStyle: hollow(text, surface),
  }
}

function linesThrough(
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

/** Those within `[from, to]`, or that reach into it. */
export function eventsWithin(events: readonly ChartEvent[], { from, to }: TimeRange): ChartEvent[] {
  return events.filter(
    ({ at, until = at }) => Date.parse(until) >= Date.parse(from) && Date.parse(at) <= Date.parse(to),
  )
}

/**
 * Those that are to be seen on the axis of a range; without one, of ascending times, or in the step that the last of
 * these begins.
 */
export function eventsOnAxis(
  events: readonly ChartEvent[],
  times: readonly number[],
  range: TimeRange | undefined,
): ChartEvent[] {
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined) return []
  if (range !== undefined) return eventsWithin(events, range)
  const end = last + usualStep(times)
  return events.filter(({ at, until = at }) => Date.parse(until) >= first && Date.parse(at) < end)
}

/** All in the order in which they begin. */
export const inOrder = (...all: readonly (readonly ChartEvent[])[]): ChartEvent[] =>
  all.flat().toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))

/**
 * The events to which `time`, one of `times`, is the nearest, with all that share a mark with one of these, and those
 * that last over it.
 */
export function eventsOf(
  { events = [], range, ...extent }: Shown,
  times: readonly number[],
  time: number,
): ChartEvent[] {
  const span = spanOf(times, range)
  const isNearest = ({ at }: ChartEvent) => times[nearest(times, cut(at, span))] === time
  const lastsOver = ({ at, until }: ChartEvent) =>
    until !== undefined && Date.parse(at) <= time && time <= Date.parse(until)
  const marked = groupEvents(events, span, laneWidth(extent))
    .filter((group) => group.some(isNearest))
    .flat()
  return events.filter((event) => marked.includes(event) || lastsOver(event))
}

/** More of them would make a tooltip that covers the chart; the list below the chart has all. */
const MAX_LINES = 8

/** Events as lines of a tooltip. */
export function eventLines(events: readonly ChartEvent[]): string[] {
  const lines = events.map(({ kind, label }) => `${kind}: ${inTooltip(label)}`)
  if (lines.length <= MAX_LINES) return lines
  return [
    ...lines.slice(0, MAX_LINES - 1),
    `and ${lines.length - MAX_LINES + 1} more, listed below the chart`,
  ]
}
