import { generationClock, rollup } from '../detectors/rollup/rollup.ts'
import { chosenReference, runAgainst } from '../detectors/run/run.ts'
import { activate, baselineFromWindow } from '../ingest/baseline/baseline.ts'
import type { Store } from '../store/engine/client.ts'
import type { Model } from '../control/declared/model.ts'
import { openModels } from '../store/models.ts'
import { monitors, monitorSchema } from '../control/declared/monitor.ts'
import { declare } from './rollup.ts'
import type { BenchOptions } from './options.ts'
import { print, startApp, uniform, withStore } from './support.ts'

const FEATURES = 20
const START = Date.UTC(2026, 0, 1)
const HOUR_MS = 3_600_000
/** Asked in turn, as a dashboard asks. */
const ROUTES = {
  overview: '/overview',
  models: '/models',
  results: '/models/bench/results?from=2026-01-01&to=2026-03-01&column=f3&statistic=psi',
  distribution: '/models/bench/columns/f3/distribution?from=2026-01-01&to=2026-01-02',
  volume: '/models/bench/volume?from=2026-01-01&to=2026-01-08',
  heatmap: '/models/bench/heatmap',
  alerts: '/alerts',
}
const SIZE = { batch: 2_000, windows: 7 * 24, rounds: 60 }
const TINY: typeof SIZE = { batch: 20, windows: 2, rounds: 1 }

/** How long reads take while a replay goes through intake and roll-up of the same service. */
export async function benchApi({ tiny }: BenchOptions): Promise<void> {
  const size = tiny ? TINY : SIZE
  await withStore(async (store, directory) => {
    const model = declare(FEATURES)
    const models = openModels(store)
    await models.declare(model, new Date())
    const app = await startApp({ store, models, spool: directory })
    const url = `${app.url}/api/v1`
    try {
      await prepare(store, model, url, size)
      const times = await underReplay(store, model, url, size, () => readAll(url, size.rounds))
      report(times)
    } finally {
      app.close()
    }
  })
}

/** A day of data, a baseline of it, and a week of hourly results. */
async function prepare(
  store: Store,
  model: Model,
  url: string,
  { batch: rows, windows }: typeof SIZE,
): Promise<void> {
  for (let batch = 0; batch < 12; batch++) await send(url, batch, rows, 2 * HOUR_MS)
  const window = { from: new Date(START).toISOString(), to: new Date(START + 24 * HOUR_MS).toISOString() }
  const now = new Date()
  await baselineFromWindow(store, { model, name: 'bench', source: { window }, now })
  await activate(store, model.name, 1, now)
  await rollup({ store, model, now, nextGeneration: generationClock() })
  const monitor = monitorSchema.parse({ name: 'bench', model: model.name, checks: ['feature'] })
  await monitors.put(store.control, monitor.name, monitor, now)
  const reference = (await chosenReference(store, model, monitor))!
  for (let hour = 1; hour <= windows; hour++) {
    const end = new Date(START + 24 * HOUR_MS + hour * HOUR_MS)
    await runAgainst(reference, {
      store,
      model,
      monitor,
      stream: 'predictions',
      end,
      now,
      codeVersion: 'bench',
    })
  }
}

async function underReplay<T>(
  store: Store,
  model: Model,
  url: string,
  { batch: rows }: typeof SIZE,
  work: () => Promise<T>,
): Promise<T> {
  let going = true
  const intake = (async () => {
    for (let batch = 12; going; batch++) await send(url, batch, rows, 2 * HOUR_MS)
  })()
  const nextGeneration = generationClock()
  const counting = (async () => {
    while (going) await rollup({ store, model, now: new Date(), nextGeneration })
  })()
  try {
    return await work()
  } finally {
    going = false
    await Promise.all([intake, counting])
  }
}

async function send(url: string, batch: number, rows: number, spacing: number): Promise<void> {
  const random = uniform(batch)
  const lines = Array.from({ length: rows }, (_, i) => {
    const ts = START + batch * spacing + Math.floor((i * spacing) / rows)
    const values = Array.from({ length: FEATURES }, (_, f) => [`f${f}`, random()] as const)
    return JSON.stringify({
      id: `${batch}-${i}`,
      ts,
      features: Object.fromEntries(values),
      prediction: 'yes',
      score: 0.5,
    })
  })
  const answer = await fetch(`${url}/models/bench/predictions`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  })
  if (answer.status !== 200) throw new Error(await answer.text())
}

async function readAll(url: string, rounds: number): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = {}
  for (let round = 0; round < rounds; round++) {
    for (const [name, path] of Object.entries(ROUTES)) {
      const started = performance.now()
      const answer = await fetch(url + path)
      await answer.arrayBuffer()
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`)
      const found = (times[name] ??= [])
      found.push(performance.now() - started)
    }
  }
  return times
}

function report(times: Record<string, number[]>): void {
  const at = (values: readonly number[], share: number) =>
    values
      .toSorted((a, b) => a - b)
      [Math.min(values.length - 1, Math.floor(share * values.length))].toFixed(0)
  const each = Object.entries(times).map(([name, values]) => `${name} ${at(values, 0.5)}/${at(values, 0.99)}`)
  const all = Object.values(times).flat()
  print(
    `API reads during a replay (intake and roll-up), ${all.length} requests: median ${at(all, 0.5)} ms (aim under 50), ` +
      `99th percentile ${at(all, 0.99)} ms; ${each.join(', ')}`,
  )
}
