import { join } from 'node:path'
import type {
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  UnknownRow,
} from 'kysely'
import pino from 'pino'
import { Registry } from 'prom-client'
import { parseAllowList } from '../../alerts/http/allow-list.ts'
import type { ControlLocation } from '../../control/database/control.ts'
import { KEEP_EVERYTHING } from '../../domain/retention.ts'
import { createLive } from '../../api/live.ts'
import { createSafeAgent } from '../../alerts/http/safe-agent.ts'
import { createWorkerMetrics } from '../../service/metrics.ts'
import { createWorker } from '../../service/worker.ts'
import { createCounter } from '../../detectors/rollup/counter.ts'
import { generationClock } from '../../detectors/rollup/rollup.ts'
import { openStore, type Store } from '../../store/engine/client.ts'
import { openModels } from '../../store/models.ts'

/** One tick in a process of its own, which kills itself right before, or right after, its n-th write. */
const [path, control, now, step, moment] = process.argv.slice(2)
const killAt = Number(step)
let writes = 0

const opened = await openStore({ path: join(path, 'clickhouse') }, JSON.parse(control) as ControlLocation)
for (const client of [opened.ingest, opened.rollup, opened.read]) guard(client)
const store = {
  ...opened,
  control: opened.control.withPlugin({ transformQuery: begin, transformResult: end }),
}
const worker = createWorker({
  metrics: createWorkerMetrics(new Registry()),
  store,
  models: openModels(store),
  log: pino({ level: 'silent' }),
  counter: createCounter(store, generationClock()),
  clock: () => new Date(),
  publicUrl: 'http://driftgauge.test',
  heartbeatUrl: undefined,
  dispatcher: createSafeAgent({ allow: parseAllowList(['127.0.0.1']) }),
  live: createLive(),
  retention: KEEP_EVERYTHING,
})
await worker.run(new Date(Number(now)))
await worker.stop()
await store.close()
process.stdout.write(`${writes}\n`)

/** Of the database of control state every statement counts that writes. */
function begin({ node }: PluginTransformQueryArgs): RootOperationNode {
  if (/^(Insert|Update|Delete)QueryNode$/.test(node.kind)) {
    writes++
    if (writes === killAt && moment === 'before') process.kill(process.pid, 'SIGKILL')
  }
  return node
}

function end({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
  if (writes === killAt) process.kill(process.pid, 'SIGKILL')
  return Promise.resolve(result)
}

function guard(client: Store['ingest']): void {
  for (const method of ['insert', 'exec', 'command'] as const) {
    const original = client[method].bind(client) as (...given: unknown[]) => Promise<unknown>
    const guarded = async (...given: unknown[]) => {
      writes++
      const dies = writes === killAt
      if (dies && moment === 'before') process.kill(process.pid, 'SIGKILL')
      const done = await original(...given)
      if (dies) process.kill(process.pid, 'SIGKILL')
      return done
    }
    Object.assign(client, { [method]: guarded })
  }
}
