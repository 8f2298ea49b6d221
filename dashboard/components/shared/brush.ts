import type { init } from 'echarts/core'

type Engine = ReturnType<typeof init>

/** A stretch of time, epoch milliseconds. */
export interface TimeSpan {
  from: number
  to: number
}

/** Lays the mark over a stretch of the plot; hides it where there is none. */
export function markSpan(chart: Engine, mark: HTMLElement, span: TimeSpan | undefined): void {
  const [left, right] =
    span === undefined
      ? [NaN, NaN]
      : [span.from, span.to].map((time) => Number(chart.convertToPixel({ xAxisIndex: 0 }, time)))
  mark.hidden = !(right > left)
  if (mark.hidden) return
  mark.style.left = `${left}px`
  mark.style.width = `${right - left}px`
}

/** Less than this is a click, pixels. */
const LEAST = 5

/** Where the plot begins and ends, pixels; anywhere, if the axis has no ends of its own. */
function plotOf(chart: Engine): [from: number, to: number] {
  const { min, max } = [chart.getOption().xAxis].flat()[0] as { min?: unknown; max?: unknown }
  if (typeof min !== 'number' || typeof max !== 'number') return [-Infinity, Infinity]
  const [from, to] = [min, max].map((time) => Number(chart.convertToPixel({ xAxisIndex: 0 }, time)))
  return [from, to]
}

/**
 * Lets a stretch of time be chosen by dragging over the plot of a chart. `mark` is laid over what is being chosen. A
 * click and Escape choose nothing: `left` is told. Returns what takes it all away again.
 */
export function brushTime(
  chart: Engine,
  mark: HTMLElement,
  { chosen, left: after }: { chosen: (from: number, to: number) => void; left: () => void },
): () => void {
  const surface = chart.getDom()
  let start: number | undefined
  let plot = [-Infinity, Infinity]
  /** Beside the plot there is no time to be chosen. */
  const place = (event: PointerEvent) => {
    const x = event.clientX - surface.getBoundingClientRect().left
    return Math.min(Math.max(x, plot[0]), plot[1])
  }
  const timeAt = (x: number) => Number(chart.convertFromPixel({ xAxisIndex: 0 }, x))

  function down(event: PointerEvent) {
    const box = surface.getBoundingClientRect()
    const point = [event.clientX - box.left, event.clientY - box.top]
    if (event.button !== 0 || event.pointerType === 'touch' || !chart.containPixel('grid', point)) return
    start = point[0]
    plot = plotOf(chart)
  }
  function move(event: PointerEvent) {
    if (start === undefined) return
    const [left, right] = [start, place(event)].sort((a, b) => a - b)
    mark.hidden = right - left < LEAST
    mark.style.left = `${left}px`
    mark.style.width = `${right - left}px`
  }
  function up(event: PointerEvent) {
    if (start === undefined) return
    const [left, right] = [start, place(event)].sort((a, b) => a - b)
    start = undefined
    if (right - left >= LEAST) chosen(timeAt(left), timeAt(right))
    else after()
  }
  function key(event: KeyboardEvent) {
    if (event.key !== 'Escape' || start === undefined) return
    start = undefined
    after()
  }

  surface.addEventListener('pointerdown', down)
  addEventListener('pointermove', move)
  addEventListener('pointerup', up)
  addEventListener('keydown', key)
  return () => {
    surface.removeEventListener('pointerdown', down)
    removeEventListener('pointermove', move)
    removeEventListener('pointerup', up)
    removeEventListener('keydown', key)
  }
}
