import { createServer, type Server } from 'node:http'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { parseAllowList, type AllowList } from '../alerts/allow-list.ts'
import { createSafeAgent } from '../alerts/safe-agent.ts'
import { createApp } from '../api/app.ts'
import { createLive } from '../api/live.ts'
import { ConfigError, type Config } from '../config.ts'
import { generationClock } from '../detectors/rollup.ts'
import { channels } from '../store/channel.ts'
import { openStore, type Store } from '../store/client.ts'
import { migrate } from '../store/migrations.ts'
import { openModels, type Models } from '../store/models.ts'
import { monitors } from '../store/monitor.ts'
import { newestGeneration } from '../store/profiles.ts'
import { topics } from '../store/topic.ts'
import type { Declarations } from './declarations.ts'
import { announce } from './apply/announcement.ts'
import { PACKAGE_ROOT } from './package-root.ts'
import { CODE_VERSION } from './version.ts'
import { createWorker, type Worker } from './worker.ts'

export interface Service {
  store: Store
  models: Models
  /** Where it answers, such as `http://127.0.0.1:8080`. */
  url: string
  nextGeneration: () => number
  worker: Worker
  /** Finishes the requests and the work under way, then closes the store. */
  stop(): Promise<void>
}

export interface ServiceOptions {
  config: Config
  log: Logger
  declarations: Declarations
  clock: () => Date
  /** False when the caller runs the worker by itself. */
  scheduled: boolean
}

/** Requests that have not ended this long after the stop signal are cut. */
const DRAIN_MS = 10_000
const IDLE_MS = 50

/** Starts everything and resolves once requests are answered. */
export async function startService({
  config,
  log,
  declarations,
  clock,
  scheduled,
}: ServiceOptions): Promise<Service> {
  const dispatcher = createSafeAgent({ allow: allowList(config) })
  const store = await openStore(config.store)
  try {
    await migrate(store, clock())
    await rm(config.spool, { recursive: true, force: true })
    await mkdir(config.spool, { recursive: true })
    const models = openModels(store)
    for (const model of declarations.models) await models.declare(model, clock())
    for (const channel of declarations.channels ?? [])
      await channels.put(store, channel.name, channel, clock())
    for (const topic of declarations.topics ?? []) await topics.put(store, topic.name, topic, clock())
    for (const monitor of declarations.monitors) await monitors.put(store, monitor.name, monitor, clock())
    const live = createLive()
    const unready = () => unreachable(store)
    const app = createApp({
      store,
      models,
      log,
      spool: config.spool,
      apiKeys: config.apiKeys,
      clock,
      unready,
      dispatcher,
      live,
      dashboard: join(PACKAGE_ROOT, 'dist/dashboard'),
      codeVersion: CODE_VERSION,
      publicUrl: config.publicUrl,
    })
    const server = createServer(app)
    const url = await listen(server, config)
    const withdraw = await announce(config, url)
    const nextGeneration = generationClock(await newestGeneration(store))
    const worker = createWorker({
      store,
      models,
      log,
      clock,
      nextGeneration,
      publicUrl: config.publicUrl ?? url,
      heartbeatUrl: config.heartbeatUrl,
      dispatcher,
      live,
    })
    if (scheduled) worker.start()
    const stop = async () => {
      withdraw()
      live.close()
      await drain(server)
      await worker.stop()
      await dispatcher.destroy()
      await store.close()
    }
    return { store, models, url, nextGeneration, worker, stop }
  } catch (cause) {
    await store.close()
    throw cause
  }
}

function allowList({ webhookAllow }: Config): AllowList {
  try {
    return parseAllowList(webhookAllow)
  } catch (cause) {
    throw new ConfigError(`DRIFTGAUGE_WEBHOOK_ALLOW: ${(cause as Error).message}`)
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
    // A connection that is kept alive falls idle when its request is answered.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_MS)
    server.close(() => {
      clearTimeout(cut)
      clearInterval(idle)
      resolve()
    })
  })
}
