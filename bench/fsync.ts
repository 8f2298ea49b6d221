import { openModels } from '../store/models.ts'
import type { Store } from '../store/engine/client.ts'
import { syncDurability } from '../store/events/durability.ts'
import { makeBodies } from './intake.ts'
import { declare } from './rollup.ts'
import type { BenchOptions } from './options.ts'
import { median, perSecond, print, startApp, withServer, withStore } from './support.ts'

const FEATURES = 20
const PAIRS = 9
const TINY_PAIRS = 1

/** Requests of so many events each, so many at a time. */
const LOADS = [
  { events: 1, requests: 40, lanes: 1 },
  { events: 1, requests: 320, lanes: 16 },
  { events: 100, requests: 40, lanes: 4 },
  { events: 5_000, requests: 8, lanes: 1 },
  { events: 5_000, requests: 16, lanes: 4 },
]
const TINY_LOADS: typeof LOADS = [{ events: 10, requests: 2, lanes: 2 }]

/** What it costs the intake that events are on the disk before they are acknowledged, embedded and on a server. */
export async function benchFsync({ tiny }: BenchOptions): Promise<void> {
  await withStore((store, directory) => measure('embedded', store, directory, tiny))
  await withServer((store, directory) => measure('server', store, directory, tiny))
}

async function measure(engine: string, store: Store, directory: string, tiny: boolean): Promise<void> {
  const model = declare(FEATURES)
  const models = openModels(store)
  await models.declare(model, new Date())
  const app = await startApp({ store, models, spool: directory })
  const url = `${app.url}/api/v1/models/${model.name}/predictions`
  for (const load of tiny ? TINY_LOADS : LOADS) {
    const bodies = makeBodies(FEATURES, load.events * load.requests, load.events)
    const timed = async (durable: boolean) => {
      await syncDurability({ ...store, durable })
      const started = performance.now()
      await send(url, bodies, load.lanes)
      return performance.now() - started
    }
    await send(url, bodies, load.lanes)
    const pairs: Record<'on' | 'off' | 'ratio', number>[] = []
    // Which of a pair goes first alternates, as the second may find the disk busy with the first.
    for (let pair = 0; pair < (tiny ? TINY_PAIRS : PAIRS); pair++) {
      const first = await timed(pair % 2 === 0)
      const second = await timed(pair % 2 !== 0)
      const [on, off] = pair % 2 === 0 ? [first, second] : [second, first]
      pairs.push({ on, off, ratio: off / on })
    }
    const [on, off, ratio] = (['on', 'off', 'ratio'] as const).map((key) =>
      median(pairs.map((one) => one[key])),
    )
    const total = load.events * load.requests
    print(
      `fsync, ${engine}, ${load.lanes} at a time × ${load.events.toLocaleString('en-US')} events: on ${perSecond(total, on)}, ` +
        `off ${perSecond(total, off)}: ratio ${ratio.toFixed(2)}; ` +
        `a request takes ${((on * load.lanes) / load.requests).toFixed(0)} and ${((off * load.lanes) / load.requests).toFixed(0)} ms`,
    )
  }
  app.close()
}

/** Sends every body, so many at a time. */
async function send(url: string, bodies: readonly string[], lanes: number): Promise<void> {
  const left = bodies.values()
  const lane = async () => {
    for (const body of left) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body,
      })
      const answer = (await response.json()) as { rejected?: number }
      if (answer.rejected !== 0) throw new Error(JSON.stringify(answer))
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
