import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { baselineFromWindow } from '../ingest/baseline/baseline.ts'
import { storePredictions } from '../ingest/intake/pipeline.ts'
import { createWriter } from '../ingest/intake/writer.ts'
import { activateBaseline } from '../control/declared/baselines.ts'
import type { Model } from '../control/declared/model.ts'
import { insertResults, type Result } from '../store/results/results.ts'
import type { Store } from '../store/engine/client.ts'
import { openModels } from '../store/models.ts'
import { monitors, monitorSchema } from '../control/declared/monitor.ts'
import { chromiumPath } from '../test/support/pages/browser.ts'
import { declare } from './rollup.ts'
import type { BenchOptions } from './options.ts'
import { print, startApp, uniform, withStore } from './support.ts'

const SIZE = { columns: 200, windows: 168, runs: 5 }
const TINY: typeof SIZE = { columns: 5, windows: 12, runs: 1 }
const PAINTED = `performance.getEntriesByName('chart: Drift by column and window').length > 0`
const END = Date.UTC(2026, 0, 8)
const HOUR_MS = 3_600_000

/** How long the widest page takes in a real browser: 200 columns by a week of hourly windows. */
export const benchDashboard = ({ tiny }: Pick<BenchOptions, 'tiny'>): Promise<void> =>
  withWidePage((url, path) => look(`${url}${path}`, url, tiny ? TINY : SIZE), { tiny })

/** Serves the dashboard with the widest page of a model, and tells where it is. */
export async function withWidePage(
  use: (url: string, path: string) => Promise<void>,
  { tiny }: Pick<BenchOptions, 'tiny'>,
): Promise<void> {
  const size = tiny ? TINY : SIZE
  await withStore(async (store, directory) => {
    const models = openModels(store)
    const model = declare(size.columns)
    await models.declare(model, new Date())
    const monitor = monitorSchema.parse({ name: 'bench', model: model.name, checks: ['feature'] })
    await monitors.put(store.control, monitor.name, monitor, new Date())
    await fill(store, model.name, size)
    await baseline(store, model)
    const app = await startApp({
      store,
      models,
      spool: directory,
      clock: () => new Date(END),
      dashboard: join(import.meta.dirname, '../dist/dashboard'),
    })
    try {
      await use(app.url, `/models/${model.name}?from=2026-01-01T00:00:00Z&to=2026-01-08T00:00:00Z`)
    } finally {
      app.close()
    }
  })
}

async function look(
  page: string,
  url: string,
  { columns, windows, runs: times }: typeof SIZE,
): Promise<void> {
  const browser = await chromium.launch({
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  })
  try {
    const runs: Record<string, number>[] = []
    for (let run = 0; run < times; run++) {
      const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } })
      await tab.goto(page)
      // Not waitForFunction, which the page's policy does not let evaluate.
      while ((await tab.evaluate(PAINTED)) !== true) await tab.waitForTimeout(50)
      runs.push(
        await tab.evaluate<Record<string, number>>(`({
          paint: performance.getEntriesByName('chart: Drift by column and window')[0].duration,
          answer: performance.getEntriesByType('resource').find(({ name }) => name.includes('/heatmap')).duration,
          all: performance.getEntriesByName('chart: Drift by column and window')[0].startTime +
            performance.getEntriesByName('chart: Drift by column and window')[0].duration,
        })`),
      )
      await tab.close()
    }
    const best = (name: string) => Math.min(...runs.map((run) => run[name])).toFixed(0)
    print(
      `dashboard, heatmap of ${columns} columns × ${windows} windows in Chromium at ${url.replace(/:\d+$/, '')}, best of ${times}: ` +
        `painted ${best('paint')} ms after its data came (aim under 500), the answer took ${best('answer')} ms, ` +
        `all of the page from a cold start ${best('all')} ms`,
    )
  } finally {
    await browser.close()
  }
}

/** A few predictions and a baseline of them: without any the page would say what is missing. */
async function baseline(store: Store, model: Model): Promise<void> {
  const now = new Date(END)
  const from = END - 24 * HOUR_MS
  const records = Array.from({ length: 50 }, (_, i) => ({
    value: { id: String(i), ts: from + i, features: { f0: i } },
  }))
  await storePredictions({ store, writer: createWriter(store), model, source: 'bench', now }, records)
  const window = { from: new Date(from).toISOString(), to: now.toISOString() }
  await baselineFromWindow(store, { model, name: 'bench', source: { window }, now })
  await activateBaseline(store.control, model.name, 1)
}

/** Results as a week of hourly evaluations leaves them; the arrays they were computed from are cut short. */
async function fill(store: Store, model: string, { columns, windows }: typeof SIZE): Promise<void> {
  const random = uniform(5)
  const profile = { counts: [0, 1], sums: [0, 1], squares: 1 }
  for (let window = 0; window < windows; window++) {
    const windowEnd = new Date(END - (windows - 1 - window) * HOUR_MS)
    const results = Array.from({ length: columns }, (_, column): Result => {
      const effect = random() ** 6 * 0.4
      return {
        id: (window * columns + column).toString(16).padStart(32, '0'),
        model,
        monitor: 'bench',
        kind: 'feature',
        column: `f${column}`,
        segment: '',
        version: '',
        windowStart: new Date(windowEnd.getTime() - 24 * HOUR_MS),
        windowEnd,
        evaluatedAt: windowEnd,
        verdict: effect >= 0.25 ? 'critical' : effect >= 0.1 ? 'warning' : 'ok',
        reason: effect >= 0.1 ? 'psi' : 'stable',
        explanation: 'The distribution moved.',
        effect,
        noiseFloor: 0.01,
        statistics: { psi: effect + 0.005 },
        evaluation: {},
        baseline: { version: 1, hash: 'bench', profile },
        window: { profile },
        binning: 'bench',
        monitorHash: 'bench',
        rule: {},
        codeVersion: 'bench',
      }
    })
    await insertResults(store, results)
  }
}
