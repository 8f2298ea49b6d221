import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Store } from '../store/engine/client.ts'
import { featureSource, type Model } from '../control/declared/model.ts'
import { openModels } from '../store/models.ts'
import { insertEncoded } from '../store/engine/query.ts'
import { silverTables } from '../store/events/silver.ts'
import { identifier } from '../store/engine/sql.ts'
import { declare } from './rollup.ts'
import type { BenchOptions } from './options.ts'
import {
  least,
  perSecond,
  print,
  startApp,
  timed,
  uniform,
  type Timed,
  withServer,
  withStore,
} from './support.ts'

const BATCH = 5_000
/** Features, and events. */
const SIZES = [
  [20, 100_000],
  [200, 20_000],
]

/** Events over HTTP until they can be queried, against JSON.parse and a bare insert of the same rows, on both engines. */
export async function benchIntake({ tiny }: BenchOptions): Promise<void> {
  for (const [features, events] of tiny ? [[2, BATCH]] : SIZES) {
    const size = { features, events, runs: tiny ? 1 : 3 }
    await withStore((store, directory) => measure('embedded', store, directory, size))
    await withServer((store, directory) => measure('server', store, directory, size))
  }
}

async function measure(
  engine: string,
  store: Store,
  directory: string,
  { features, events, runs }: { features: number; events: number; runs: number },
): Promise<void> {
  const model = declare(features)
  const models = openModels(store)
  await models.declare(model, new Date())
  const bodies = makeBodies(features, events)
  const app = await startApp({ store, models, spool: directory })
  const url = `${app.url}/api/v1/models/${model.name}/predictions`
  const send = async () => {
    for (const body of bodies) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body,
      })
      const answer = (await response.json()) as { accepted: number }
      if (answer.accepted !== BATCH) throw new Error(`accepted ${JSON.stringify(answer)}`)
    }
  }
  const delays = { most: 0, percentile: 0 }
  const times: { intake: Timed[]; bare: Timed[] } = { intake: [], bare: [] }
  // In turn, so that what else the machine does is fair to both.
  for (let run = 0; run < runs; run++) {
    // One that is enabled again takes the time in between for a delay.
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    times.intake.push(await timed(send))
    delay.disable()
    delays.most = Math.max(delays.most, delay.max / 1e6)
    delays.percentile = Math.max(delays.percentile, delay.percentile(99) / 1e6)
    times.bare.push(await timed(() => bareInsert(store, model, bodies)))
  }
  app.close()
  const [intake, bare] = [least(times.intake, 'ms'), least(times.bare, 'ms')]
  const [cpu, bareCpu] = [least(times.intake, 'cpu'), least(times.bare, 'cpu')]
  print(
    `intake over HTTP, ${engine}, ${features} features × ${events.toLocaleString('en-US')} events: ${perSecond(events, intake)}, ` +
      `JSON.parse and bare insert ${perSecond(events, bare)}: ratio ${(bare / intake).toFixed(2)} (aim 0.7); ` +
      `${((1_000 * cpu) / events).toFixed(0)} and ${((1_000 * bareCpu) / events).toFixed(0)} µs of CPU an event in this process: ratio ${(bareCpu / cpu).toFixed(2)}; ` +
      `event loop delayed ${delays.percentile.toFixed(0)} ms at the 99th percentile, ${delays.most.toFixed(0)} ms at most`,
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

/** Parses the bodies and inserts their rows, with no more than that takes: columns that no event has are left out. */
export async function bareInsert(store: Store, model: Model, bodies: readonly string[]): Promise<void> {
  const { features: sent } = JSON.parse(bodies[0].split('\n', 1)[0]) as Event
  const names = model.features.map(({ name }) => name).filter((name) => name in sent)
  const columns = ['id', 'ts', 'version', 'prediction', 'score', ...names.map(featureSource)].map(identifier)
  for (const body of bodies) {
    const lines = body.split('\n').map((line) => {
      const { id, ts, version, prediction, score, features } = JSON.parse(line) as Event
      const values = names.map((name) => features[name])
      return JSON.stringify([id, Date.parse(ts), version, prediction, score, ...values])
    })
    await insertEncoded(store.ingest, silverTables(model.name).predictions, columns, lines)
  }
}
