import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Store } from '../store/engine/client.ts'
import type { Model } from '../control/declared/model.ts'
import { openModels } from '../store/models.ts'
import { insertEncoded } from '../store/engine/query.ts'
import { predictionColumns, silverTables } from '../store/events/silver.ts'
import { identifier } from '../store/engine/sql.ts'
import { declare } from './rollup.ts'
import { fastest, perSecond, print, startApp, uniform, withStore } from './support.ts'

const BATCH = 5_000

/** Events over HTTP until they can be queried, against JSON.parse and a bare insert of the same rows. */
export async function benchIntake(): Promise<void> {
  for (const [features, events] of [
    [20, 100_000],
    [200, 20_000],
  ] as const) {
    await withStore((store, directory) => measure(store, directory, features, events)) // prettier-ignore
  }
}

async function measure(store: Store, directory: string, features: number, events: number): Promise<void> {
  const model = declare(features)
  const models = openModels(store)
  await models.declare(model, new Date())
  const bodies = makeBodies(features, events)
  const app = await startApp({ store, models, spool: directory })
  const url = `${app.url}/api/v1/models/${model.name}/predictions`
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const intake = await fastest(3, async () => {
    for (const body of bodies) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body,
      })
      const answer = (await response.json()) as { accepted: number }
      if (answer.accepted !== BATCH) throw new Error(`accepted ${JSON.stringify(answer)}`)
    }
  })
  delay.disable()
  const bare = await fastest(3, () => bareInsert(store, model, bodies))
  app.close()
  print(
    `intake over HTTP, ${features} features × ${events.toLocaleString('en-US')} events: ${perSecond(events, intake)}, ` +
      `JSON.parse and bare insert ${perSecond(events, bare)}: ratio ${(bare / intake).toFixed(2)} (aim 0.7); ` +
      `event loop delayed ${(delay.percentile(99) / 1e6).toFixed(0)} ms at the 99th percentile, ${(delay.max / 1e6).toFixed(0)} ms at most`,
  )
}

/** Events of a day, as NDJSON of `size` each. */
export function makeBodies(features: number, events: number, size = BATCH): string[] {
  const random = uniform(1)
  const body = (batch: number) =>
    Array.from({ length: size }, (_, i) => {
      const id = batch * size + i
      const values = Array.from(
        { length: features },
        (_, f) => [`f${f}`, Math.round(random() * 1e6) / 1e3] as const,
      )
      const ts = new Date(Date.UTC(2026, 0, 1) + ((id * 86_400_000) / events)).toISOString() // prettier-ignore
      return JSON.stringify({
        model: 'bench',
        id: `event-${id}`,
        ts,
        version: '1',
        features: Object.fromEntries(values),
        prediction: 'yes',
        score: 0.5,
      })
    }).join('\n')
  return Array.from({ length: events / size }, (_, batch) => body(batch))
}

interface Event {
  id: string
  ts: string
  version: string
  prediction: string
  score: number
  features: Record<string, number>
}

export async function bareInsert(store: Store, model: Model, bodies: readonly string[]): Promise<void> {
  const columns = predictionColumns(model).map(({ name }) => identifier(name))
  for (const body of bodies) {
    const lines = body.split('\n').map((line) => {
      const { id, ts, version, prediction, score, features } = JSON.parse(line) as Event
      return JSON.stringify([
        id,
        Date.parse(ts),
        version,
        0,
        prediction,
        score,
        {},
        [],
        [],
        ...Object.values(features),
      ])
    })
    await insertEncoded(store.ingest, silverTables(model.name).predictions, columns, lines)
  }
}
