import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { parseAllowList, type AllowList } from '../alerts/http/allow-list.ts'
import { createSafeAgent } from '../alerts/http/safe-agent.ts'
import { alertPath } from '../alerts/message/links.ts'
import { createApp } from '../api/app.ts'
import { createBackups } from '../api/backups.ts'
import type { Readiness } from '../api/context.ts'
import { intakeRoutes } from '../api/contract/intake.ts'
import { recordKeyUses } from '../api/request/key-uses.ts'
import { createLive } from '../api/live.ts'
import { Problem } from '../api/problem.ts'
import { probeDatabases } from '../api/system/probes.ts'
import { describeSelf } from '../api/system/self.ts'
import { ConfigError, type Config } from '../config.ts'
import { createCounter, waitUntilCounted } from '../detectors/rollup/counter.ts'
import { generationClock } from '../detectors/rollup/rollup.ts'
import { createIntake } from '../ingest/intake/intake.ts'
import type { KafkaIntake } from '../ingest/kafka/consumer.ts'
import { createSourceRunner } from '../ingest/sources/runner.ts'
import { openTopicSources } from '../ingest/kafka/topic-sources.ts'
import { createMlflow } from '../registry/mlflow/client.ts'
import { openStore, type Store } from '../store/engine/client.ts'
import { prepareDirectory } from '../store/engine/directory.ts'
import { openModels, type Models } from '../store/models.ts'
import { newestGeneration } from '../store/profiles/profiles.ts'
import { emailContext } from './alert-email.ts'
import { declareAll, type Declarations } from '../declare/declarations.ts'
import { announce } from './announcement.ts'
import { drain, listen } from './listen.ts'
import { createWorkerMetrics, registerBacklog } from './metrics.ts'
import { PACKAGE_ROOT } from './package-root.ts'
import { prepareStore } from './prepare-store.ts'
import { dataDirectories, keepPrivate } from './private-directories.ts'
import { startHeartbeat } from './processes/heartbeat.ts'
import { reportWork } from './processes/report.ts'
import { readiness } from './readiness.ts'
import type { Role } from './roles.ts'
import { openSpool } from './spool.ts'
import { keepShards } from './keep-shards.ts'
import { startSources } from './sources.ts'
import { startRegistry } from './registry/start.ts'
import { sweepStaging } from './sweep-staging.ts'
import { CODE_VERSION } from './version.ts'
import { waitForStore } from './wait-for-store.ts'
import { watchParts } from './watch-parts.ts'
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
  roles: ReadonlySet<Role>
  /** False when the caller runs the worker by itself. */
  scheduled: boolean
  /** Aborts a start that waits for a ClickHouse server. */
  signal?: AbortSignal
}

const MAX_FAILED_STOP_MS = 5_000

/** Starts everything that the roles name and resolves once requests are answered. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, log, declarations, clock, roles } = options
  const dispatcher = createSafeAgent({ allow: allowList(config) })
  // What not every service uses is loaded by those that do.
  const mailer = config.smtp && (await import('../alerts/channels/email/smtp.ts')).createMailer(config.smtp)
  const mlflow = config.mlflow && createMlflow(config.mlflow)
  const data = dirname(config.spool)
  prepareDirectory(data)
  for (const warning of await keepPrivate(dataDirectories(config))) log.warn(warning)
  const { signal = new AbortController().signal } = options
  const open = () =>
    openStore(config.store, config.control, {
      durable: config.durable,
      waiting: (tried) => log.warn(tried, 'waiting for PostgreSQL'),
      signal: options.signal,
    })
  // Only a cluster is asked before anything else: where its first node is.
  const isCluster = 'url' in config.store && config.store.cluster !== undefined
  const store = await (isCluster ? waitForStore(open, log, signal) : open())
  let stop = () => store.close()
  let kafka: KafkaIntake | undefined
  const detects = options.scheduled && roles.has('detect')
  try {
    const models = openModels(store)
    const prepare = async () => {
      await prepareStore(store, { directory: data, log, now: clock() })
      await declareAll(store, models, declarations, clock())
      return newestGeneration(store)
    }
    const newest = await (store.embedded ? prepare() : waitForStore(prepare, log, signal))
    const parts = await watchParts(store, log)
    const stopSweeping = sweepStaging(store, log)
    const stopKeeping = keepShards(store, log)
    const live = createLive()
    const backups = createBackups()
    const registry = new Registry()
    collectDefaultMetrics({ register: registry })
    registerBacklog(registry, store, clock)
    const intake = createIntake(store, registry)
    const spool = await openSpool(config.spool, new Date())
    const topics = openTopicSources(config.kafka, store)
    const sourceRunner = createSourceRunner({
      ...{ store, intake, clock, dispatcher, settings: config.sources, limits: config.limits },
      spool: spool.path,
      onProgress: ({ model }) => live.publish({ topic: 'sources', model }),
      onFailure: (source, err) =>
        log.error({ err, source }, 'a batch source was not run to its end; the next run goes on'),
    })
    const keyUses = recordKeyUses(store.control, log)
    const nextGeneration = generationClock(newest)
    const counter = createCounter(store, nextGeneration)
    const look = () =>
      readiness({ store, data, kafka, worker: detects ? worker : undefined, parts, now: clock() })
    const self = describeSelf(CODE_VERSION, clock, [...roles])
    let looked: Readiness | undefined
    const describe = () => ({
      ...self.report(),
      ...reportWork({ readiness: looked, scheduler: detects ? worker.progress() : undefined, kafka }),
    })
    const app = createApp({
      store,
      models,
      log,
      spool: spool.path,
      apiKeys: config.apiKeys,
      keyUses,
      limits: config.limits,
      clock,
      readiness: look,
      self: { ...self, report: describe },
      served: servedBy(roles),
      dispatcher,
      mailer,
      mlflow,
      mlflowWriteBack: config.mlflow?.writeBack ?? false,
      mlflowWebhookSecret: config.mlflow?.webhookSecret,
      live,
      backups,
      intake,
      topics,
      sourceSettings: config.sources,
      sourceRunner,
      registry,
      dashboard: roles.has('api') ? join(PACKAGE_ROOT, 'dist/dashboard') : undefined,
      codeVersion: CODE_VERSION,
      retention: config.retention,
      countFirst: async (model) => {
        // One process at a time may count.
        if (roles.has('detect') && (await worker.isOurs())) await counter(model, clock())
        else if (!(await waitUntilCounted(store, model, clock))) throw notCounted(model.name)
      },
      publicUrl: config.publicUrl,
      ownUrl: () => url,
    })
    const server = createServer(app)
    const url = await listen(server, config)
    const worker = createWorker({
      store,
      models,
      log,
      clock,
      counter,
      publicUrl: config.publicUrl ?? url,
      heartbeatUrl: config.heartbeatUrl,
      dispatcher,
      email: emailContext(store, mailer),
      live,
      retention: config.retention,
      metrics: createWorkerMetrics(registry),
    })
    const report = async () => {
      const [found] = await Promise.all([look(), probeDatabases(store, self.watch)])
      looked = found
      return describe()
    }
    const stopBeating = startHeartbeat({ control: store.control, id: self.id, report, log })
    let withdraw = () => {}
    let stopRegistry = async () => {}
    let stopSources = async () => {}
    stop = async () => {
      withdraw()
      live.close()
      await Promise.all([
        drain(server),
        kafka?.stop(),
        stopSources().then(() => sourceRunner.stop()),
        stopRegistry().then(() => worker.stop()),
        mlflow?.close(),
        parts.stop(),
        stopBeating(),
        stopSweeping(),
        stopKeeping(),
      ])
      await dispatcher.destroy()
      await backups.ended()
      await keyUses.stop()
      await store.close()
      await spool.remove()
    }
    // Before work starts, which would have to end first where this fails.
    if (roles.has('api')) withdraw = await announce(config, url)
    if (detects) worker.start()
    if (detects && mlflow !== undefined) {
      const isOurs = () => worker.isOurs()
      const context = {
        store,
        mlflow,
        models,
        clock,
        spool: spool.path,
        limits: config.limits,
        log,
        live,
        isOurs,
        writeBack: config.mlflow?.writeBack ?? false,
      }
      const alertLink = (id: string) => `${config.publicUrl ?? url}${alertPath({ id })}`
      stopRegistry = startRegistry({ ...context, registry, alertLink })
    }
    if (options.scheduled && roles.has('ingest')) stopSources = startSources(sourceRunner, log)
    if (config.kafka !== undefined && roles.has('ingest')) {
      const { consumeKafka } = await import('./kafka.ts')
      kafka = consumeKafka({ settings: config.kafka, store, models, topics, intake, live, clock, log })
    }
    return { store, models, url, nextGeneration, worker, stop }
  } catch (cause) {
    // What listens already would keep the process. Why it could not start matters more than why it does not stop.
    await Promise.race([stop(), setTimeout(MAX_FAILED_STOP_MS)]).catch(() => {})
    throw cause
  }
}

function notCounted(model: string): Problem {
  const detail = `The stored events of "${model}" are not counted yet. Check that a process with the role "detect" is running.`
  return new Problem(503, 'Not counted', detail)
}

/** All routes for whoever serves the API; those of the intake for whoever only takes records in. */
function servedBy(roles: ReadonlySet<Role>) {
  if (roles.has('api')) return undefined
  return roles.has('ingest') ? (Object.keys(intakeRoutes) as (keyof typeof intakeRoutes)[]) : []
}

function allowList({ webhookAllow }: Config): AllowList {
  try {
    return parseAllowList(webhookAllow)
  } catch (cause) {
    throw new ConfigError(`DRIFTGAUGE_WEBHOOK_ALLOW: ${(cause as Error).message}`)
  }
}
