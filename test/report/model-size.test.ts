import { expect, test } from 'vitest'
import { VERDICTS } from '../../domain/verdict.ts'
import type { ModelReport } from '../../report/model/data.ts'
import { modelPage } from '../../report/model/page.ts'

const END = Date.UTC(2026, 0, 31)
const HOUR = 3_600_000
const [COLUMNS, WINDOWS] = [1_000, 400]

/** Verdicts that hardly ever stay the same from one window to the next: the most that a heatmap can have to draw. */
const rows = Array.from({ length: COLUMNS }, (_, column) => ({
  column: `customer feature number ${column}`,
  kind: 'feature',
  verdicts: Array.from({ length: WINDOWS }, (_, i) => VERDICTS[(i * 7 + column * 3 + (i >> 3)) % VERDICTS.length]), // prettier-ignore
  effects: Array.from({ length: WINDOWS }, (_, i) => ((i * 31 + column) % 97) / 100),
}))
const window_ends = Array.from({ length: WINDOWS }, (_, i) => new Date(END - (WINDOWS - i) * HOUR).toISOString()) // prettier-ignore

const heatmap = (monitor: string): ModelReport['drift'][number] => ({
  monitor,
  heatmap: { status: 'ready', data: { monitor, rows, window_ends, step: 1 } as never },
})

const none = { status: 'unavailable', reason: 'It was not asked for.' } as const

const report = (monitors: number): ModelReport => ({
  model: { name: 'wide', task: 'binary', features: {} } as never,
  from: new Date(END - WINDOWS * HOUR).toISOString(),
  to: new Date(END).toISOString(),
  release: '1.2.3',
  createdAt: new Date(END).toISOString(),
  baselines: { baselines: [], bound: [] } as never,
  monitors: [],
  alerts: Array.from({ length: 500 }, (_, i) => ({ severity: 'critical', kind: 'feature', monitor: `monitor ${i}`, status: 'firing', first_at: new Date(END - HOUR).toISOString(), last_at: new Date(END).toISOString(), summary: `Features "a", "b", "c" and ${i} more of wide have drifted.` }) as never), // prettier-ignore
  drift: Array.from({ length: monitors }, (_, i) => heatmap(`monitor ${i}`)),
  worst: [],
  findings: [],
  performance: none,
  volume: none,
  incidents: none,
  annotations: none,
  experiments: none,
  retrains: none,
})

test.each([1, 3, 40])(
  'a report on %i monitors of a thousand restless columns takes less than a megabyte, and says what it leaves out',
  (monitors) => {
    const page = modelPage(report(monitors))
    expect(Buffer.byteLength(page)).toBeLessThan(1_000_000)
    const drawn = page.split('<h3>Monitor').length - 1
    const missing = /([\d,]+) more monitors? (?:is|are) left out to keep this file small\. The API and/.exec(page)?.[1] // prettier-ignore
    expect(drawn + Number(missing ?? 0)).toBe(monitors)
    expect(drawn).toBeGreaterThanOrEqual(Math.min(monitors, 3))
    const rows = /([\d,]+) more that drifted<\/h3>[^]*<\/table>\s*<\/div>\s*<p class="nothing">([\d,]+) more rows are left out/.exec(page)! // prettier-ignore
    const [all, left] = rows.slice(1).map((count) => Number(count.replaceAll(',', '')))
    expect(all).toBe(monitors * COLUMNS)
    expect(left).toBeLessThan(all - 300)
    expect(page).toMatch(/\d+ more rows are left out to keep this file small\. The API lists all of them\./)
  },
)
