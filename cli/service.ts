import { createServer, type Server } from 'node:http'
import { mkdir, rm } from 'node:fs/promises'
import cron from 'node-cron'
import type { Logger } from 'pino'
import { createApp } from '../api/app.ts'
import { ConfigError, type Config } from '../config.ts'
import { generationClock, rollup } from '../detectors/rollup.ts'
import { openStore, type Store } from '../store/client.ts'
import { migrate } from '../store/migrations.ts'
import { openModels, type Models } from '../store/models.ts'
import { monitors } from '../store/monitor.ts'
import type { Declarations } from './declarations.ts'

export interface Service {
  store: Store
  models: Models
  /** Where it answers, such as `http://127.0.0.1:8080`. */
  url: string
  nextGeneration: () => number
  /** Finishes the requests and the roll-up under way, then closes the store. */
  stop(): Promise<void>
}

export interface ServiceOptions {
  config: Config
  log: Logger
  declarations: Declarations
  clock: () => Date
  /** False when the caller rolls up by itself. */
  rollupEveryMinute: boolean
}

/** Requests that have not ended this long after the stop signal are cut. */
const DRAIN_MS = 10_000

/** Starts everything and resolves once requests are answered. */
export async function startService({
  config,
  log,
  declarations,
  clock,
  rollupEveryMinute,
}: ServiceOptions): Promise<Service> {
  const store = await openStore(config.store)
  try {
    await migrate(store, clock())
    await rm(config.spool, { recursive: true, force: true })
    await mkdir(config.spool, { recursive: true })
    const models = openModels(store)
    for (const model of declarations.models) await models.declare(model, clock())
    for (const monitor of declarations.monitors) await monitors.put(store, monitor.name, monitor, clock())
    const nextGeneration = generationClock()
    const unready = () => unreachable(store)
    const app = createApp({
      store,
      models,
      log,
      spool: config.spool,
      apiKeys: config.apiKeys,
      clock,
      unready,
    })
    const server = createServer(app)
    const url = await listen(server, config)
    const schedule = rollupEveryMinute ? scheduleRollup(store, models, nextGeneration, log, clock) : undefined
    const stop = async () => {
      await drain(server)
      await schedule?.stop()
      await store.close()
    }
    return { store, models, url, nextGeneration, stop }
  } catch (cause) {
    await store.close()
    throw cause
  }
}

async function unreachable(store: Store): Promise<string[]> {
  const { success } = await store.read.ping()
  return success ? [] : ['ClickHouse does not answer']
}

function listen(server: Server, { host, port }: Config): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(
        taken
          ? new ConfigError(
              `Port ${port} on ${host} is taken. Set PORT to another one, or to 0 for any free one.`,
            )
          : error,
      )
    })
    server.listen(port, host, () => {
      const address = server.address() as { port: number }
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${address.port}`)
    })
  })
}

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}

function scheduleRollup(
  store: Store,
  models: Models,
  nextGeneration: () => number,
  log: Logger,
  clock: () => Date,
) {
  let running = Promise.resolve()
  const tick = async () => {
    for (const model of await models.list()) {
      const started = performance.now()
      const hours = await rollup({ store, model, now: clock(), nextGeneration })
      if (hours > 0)
        log.info({ model: model.name, hours, took: Math.round(performance.now() - started) }, 'rolled up')
    }
  }
  const task = cron.schedule(
    '* * * * *',
    () =>
      (running = tick().catch((error: unknown) =>
        log.error({ err: error }, 'the roll-up failed; the next minute tries again'),
      )),
    { noOverlap: true, timezone: 'UTC' },
  )
  return {
    async stop() {
      await task.destroy()
      await running
    },
  }
}
