import type { PerformanceChange } from './data.ts'
import type { ChartEvent } from './events.ts'
import { formatPercent } from './format.ts'

const DETECTORS = { page_hinkley: 'Page–Hinkley', adwin: 'ADWIN' } as const

/** As people read it: `Log loss +12.3 %, worse (Page–Hinkley)`. */
export function changeWords({ metric, size, direction, detector }: PerformanceChange): string {
  return `${metric} ${size === null ? '' : `${signed(size)}, `}${direction} (${DETECTORS[detector]})`
}

/** Changes as marks above a chart, in few words. */
export function changeEvents(changes: readonly PerformanceChange[]): ChartEvent[] {
  return changes.map(({ time, metric, size, direction }) => ({
    kind: 'change',
    at: time,
    label: `${metric} ${size === null ? direction : signed(size)}`,
  }))
}

function signed(size: number): string {
  return `${size < 0 ? '−' : '+'}${formatPercent(Math.abs(size))}`
}
