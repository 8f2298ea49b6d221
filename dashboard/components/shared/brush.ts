import type { init } from 'echarts/core'

type Engine = ReturnType<typeof init>

/** Less than this is a click, pixels. */
const LEAST = 5

/**
 * Lets a stretch of time be chosen by dragging over the plot of a chart. `mark` is laid over what is being chosen.
 * Escape leaves everything as it was. Returns what takes it all away again.
 */
export function brushTime(
  chart: Engine,
  mark: HTMLElement,
  chosen: (from: number, to: number) => void,
): () => void {
  const surface = chart.getDom()
  let start: number | undefined
  const place = (event: PointerEvent) => event.clientX - surface.getBoundingClientRect().left
  const timeAt = (x: number) => Number(chart.convertFromPixel({ xAxisIndex: 0 }, x))

  function down(event: PointerEvent) {
    const box = surface.getBoundingClientRect()
    const point = [event.clientX - box.left, event.clientY - box.top]
    if (event.button !== 0 || event.pointerType === 'touch' || !chart.containPixel('grid', point)) return
    start = point[0]
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
    cancel()
    if (right - left >= LEAST) chosen(timeAt(left), timeAt(right))
  }
  function cancel() {
    start = undefined
    mark.hidden = true
  }
  const key = (event: KeyboardEvent) => event.key === 'Escape' && cancel()

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
