import { randomUUID } from 'node:crypto'
import compression from 'compression'
import express, { type Express, type RequestHandler } from 'express'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import { parseAllowList } from '../alerts/http/allow-list.ts'
import { createSafeAgent } from '../alerts/http/safe-agent.ts'
import { createCounter } from '../detectors/rollup/counter.ts'
import { generationClock } from '../detectors/rollup/rollup.ts'
import { createIntake } from '../ingest/intake/intake.ts'
import { createSourceRunner } from '../ingest/sources/runner.ts'
import { NO_SOURCES } from '../ingest/sources/settings.ts'
import { openTopicSources } from '../ingest/kafka/topic-sources.ts'
import { KEEP_EVERYTHING } from '../domain/retention.ts'
import { openApiKeys } from '../control/declared/api-keys.ts'
import { authenticate } from './access.ts'
import { createAdmission } from './request/admission.ts'
import { createBackups } from './backups.ts'
import type { ApiContext, AppOptions } from './context.ts'
import { ROUTES } from './contract/routes.ts'
import { dashboardRoutes } from './dashboard.ts'
import { docsRoutes } from './docs/routes.ts'
import { createHandlers } from './handlers.ts'
import { recordKeyUses } from './request/key-uses.ts'
import { NO_LIMITS } from './request/limits.ts'
import { createLive } from './live.ts'
import { refuseForeignHost, refuseForeignPages } from './origin.ts'
import { errorHandler, unknownRoute } from './problem.ts'
import { requireRetrainToken } from './retrain-report.ts'
import { createRouters } from './router.ts'
import { healthRoutes } from './routes/health.ts'
import { requireMlflowHeaders } from './routes/registry/webhook.ts'
import { describeSelf } from './system/self.ts'
import { metricsRoute } from './routes/metrics.ts'
import { securityHeaders } from './security.ts'

/** Memory for JSON bodies, beyond what each may hold anyway. */
const JSON_BUDGET_BYTES = 32_000_000

/**
 * The HTTP service. Health checks, the API's documentation and the files of the dashboard are open; every other route
 * asks for a key where keys are set.
 */
export function createApp({
  dashboard,
  publicUrl,
  ownUrl = () => 'http://127.0.0.1',
  served,
  ...options
}: AppOptions): Express {
  const registry = new Registry()
  const counter = createCounter(options.store, generationClock())
  const given = {
    dispatcher: createSafeAgent({ allow: parseAllowList([]) }),
    live: createLive(),
    intake: createIntake(options.store, registry),
    limits: NO_LIMITS,
    sourceSettings: NO_SOURCES,
    ...options,
  }
  const context: ApiContext = {
    codeVersion: 'unknown',
    countFirst: async (model) => void (await counter(model, options.clock())),
    registry,
    keyUses: recordKeyUses(options.store.control, options.log),
    sourceRunner: createSourceRunner({
      ...given,
      settings: given.sourceSettings,
      onProgress: ({ model }) => given.live.publish({ topic: 'sources', model }),
      onFailure: (source, err) => options.log.error({ err, source }, 'a batch source was not run to its end'),
    }),
    topics: openTopicSources(undefined, options.store),
    backups: createBackups(),
    retention: KEEP_EVERYTHING,
    self: describeSelf(options.codeVersion ?? 'unknown', options.clock, []),
    ...given,
    bodies: createAdmission(JSON_BUDGET_BYTES),
    keys: openApiKeys(options.store.control),
    publicUrl: () => publicUrl ?? ownUrl(),
  }
  const table = some(ROUTES, served)
  const routes = createRouters(table, createHandlers(context), context, {
    retrain: requireRetrainToken(context),
    signature: requireMlflowHeaders(context),
  })
  const app = express()
  app.disable('x-powered-by')
  app.use(identify(context.log), securityHeaders)
  app.use(healthRoutes(context))
  if (context.apiKeys.length === 0) app.use(refuseForeignHost(publicUrl))
  app.use(compression({ filter: isWorthPacking }))
  app.use('/api', docsRoutes(context.codeVersion))
  if (dashboard !== undefined) app.use(dashboardRoutes(dashboard))
  app.use(refuseForeignPages(publicUrl))
  app.use('/api/v1', routes.open)
  app.use(authenticate(context))
  app.use(metricsRoute(context.registry))
  app.use('/api/v1', routes.keyed)
  app.use(unknownRoute)
  app.use(errorHandler(context.log))
  return app
}

/** The part of a table that has these keys; without any, the whole. */
function some<Table extends object>(table: Table, keys: readonly (keyof Table)[] | undefined): Table {
  if (keys === undefined) return table
  return Object.fromEntries(keys.map((key) => [key, table[key]])) as Table
}

/** Live events leave one by one, and must not wait in a buffer. */
function isWorthPacking(request: express.Request, response: express.Response): boolean {
  const type = String(response.getHeader('content-type'))
  return !type.startsWith('text/event-stream') && compression.filter(request, response)
}

/** Gives each request an id, and logs it once it is answered. */
function identify(log: Logger): RequestHandler {
  return (request, response, next) => {
    const requestId = randomUUID()
    response.locals.requestId = requestId
    response.set('X-Request-Id', requestId)
    const started = performance.now()
    response.on('finish', () => {
      const took = Math.round(performance.now() - started)
      log.debug(
        { requestId, method: request.method, path: request.path, status: response.statusCode, took },
        'request',
      )
    })
    next()
  }
}
