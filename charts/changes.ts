import type { PerformanceChange } from './data.ts'
import type { ChartEvent } from './events.ts'
import { formatPercent } from './format.ts'

const DETECTORS = { page_hinkley: 'Page–Hinkley', adwin: 'ADWIN' } as const

/** As people read it: `Log loss +12.3%, worse (Page–Hinkley)`. */
export function changeWords({ metric, size, direction, detector }: PerformanceChange): string {
  return `${metric} ${size === null ? '' : `${signed(size)}, `}${direction} (${DETECTORS[detector]})`
}

/** Changes as marks above a chart, in few words unless others are given. */
export function changeEvents(changes: readonly PerformanceChange[], words = shortWords): ChartEvent[] {
  return changes.map((change) => ({ kind: 'change', at: change.time, label: words(change) }))
}

function shortWords({ metric, size, direction }: PerformanceChange): string {
  return `${metric} ${size === null ? direction : signed(size)}`
}

function signed(size: number): string {
  return `${size < 0 ? '−' : '+'}${formatPercent(Math.abs(size))}`
}
