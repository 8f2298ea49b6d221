import { openModels } from '../store/models.ts'
import type { Store } from '../store/engine/client.ts'
import { columnarBody, MEDIA_TYPES } from '../test/support/columnar/body.ts'
import { makeBodies } from './intake.ts'
import type { BenchOptions } from './options.ts'
import { declare } from './rollup.ts'
import { least, perSecond, print, startApp, timed, withServer, withStore, type Timed } from './support.ts'

/** Features, and events, which are sent in one body. */
const SIZES = [
  [20, 200_000],
  [200, 20_000],
]
const RUNS = 5

export interface Body {
  format: string
  type: string
  content: string | Uint8Array<ArrayBuffer>
}

/** Rows a second of events in columns over HTTP, against the same events as NDJSON, on both engines. */
export async function benchColumnar({ tiny }: BenchOptions): Promise<void> {
  for (const [features, events] of tiny ? [[2, 5_000]] : SIZES) {
    const size = { features, events, runs: tiny ? 1 : RUNS }
    let bodies: Body[] = []
    await withStore(async (store, directory) => {
      bodies = await makeAll(store, features, events)
      await measure('embedded', store, directory, bodies, size)
    })
    await withServer((store, directory) => measure('server', store, directory, bodies, size))
  }
}

/** The same events as lines and in columns. */
export async function makeAll(store: Store, features: number, events: number): Promise<Body[]> {
  const [lines] = makeBodies(features, events, events)
  const rows = lines.split('\n').map(flat)
  const types = {
    id: 'String',
    ts: "DateTime64(3, 'UTC')",
    version: 'String',
    prediction: 'LowCardinality(String)',
    score: 'Float64',
    ...Object.fromEntries(Array.from({ length: features }, (_, i) => [`f${i}`, 'Float64'])),
  }
  const bodies: Body[] = [{ format: 'NDJSON', type: 'application/x-ndjson', content: lines }]
  for (const format of ['Parquet', 'ArrowStream'] as const) {
    const content = new Uint8Array(await columnarBody(store, format, types, rows))
    bodies.push({ format, type: MEDIA_TYPES[format], content })
  }
  return bodies
}

function flat(line: string): object {
  const { features, model: _, ts, ...event } = JSON.parse(line) as Record<string, unknown> & { ts: string }
  return { ...event, ts: ts.replace('T', ' ').replace('Z', ''), ...(features as object) }
}

async function measure(
  engine: string,
  store: Store,
  directory: string,
  bodies: readonly Body[],
  { features, events, runs }: { features: number; events: number; runs: number },
): Promise<void> {
  const model = declare(features)
  const models = openModels(store)
  await models.declare(model, new Date())
  const app = await startApp({ store, models, spool: directory })
  const url = `${app.url}/api/v1/models/${model.name}/predictions`
  const times = new Map<Body, Timed[]>(bodies.map((body) => [body, []]))
  // In turn, so that what else the machine does is fair to all.
  for (let run = 0; run < runs; run++)
    for (const body of bodies) times.get(body)!.push(await timed(() => send(url, body, events)))
  app.close()
  const of = (body: Body, what: keyof Timed) => least(times.get(body)!, what)
  const [lines, ...columnar] = bodies
  const ms = of(lines, 'ms')
  const ratios = columnar.map((body) => `${body.format} ${perSecond(events, of(body, 'ms'))}: ratio ${(ms / of(body, 'ms')).toFixed(1)} (aim 5), of CPU ${(of(lines, 'cpu') / of(body, 'cpu')).toFixed(1)}`) // prettier-ignore
  print(
    `columns over HTTP, ${engine}, ${features} features × ${events.toLocaleString('en-US')} events: NDJSON ${perSecond(events, ms)}; ${ratios.join('; ')}`,
  )
}

/** Throws where not all of the events are accepted. */
export async function send(url: string, { type, content }: Body, events: number): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body: content })
  const answer = (await response.json()) as { accepted: number }
  if (answer.accepted !== events) throw new Error(`accepted ${JSON.stringify(answer)}`)
}
