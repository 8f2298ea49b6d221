import { randomUUID } from 'node:crypto'
import express, { type Express, type RequestHandler } from 'express'
import type { Logger } from 'pino'
import { parseAllowList } from '../alerts/allow-list.ts'
import { createSafeAgent } from '../alerts/safe-agent.ts'
import { openApiKeys } from '../store/api-keys.ts'
import { authenticate } from './access.ts'
import type { ApiContext, AppOptions } from './context.ts'
import { ROUTES } from './contract/routes.ts'
import { dashboardRoutes } from './dashboard.ts'
import { docsRoutes } from './docs/routes.ts'
import { createHandlers } from './handlers.ts'
import { createLive } from './live.ts'
import { refuseCrossSite } from './origin.ts'
import { errorHandler, unknownRoute } from './problem.ts'
import { createRouter } from './router.ts'
import { healthRoutes } from './routes/health.ts'
import { securityHeaders } from './security.ts'

/**
 * The HTTP service. Health checks, the API's documentation and the files of the dashboard are open; every other route
 * asks for a key where keys are set.
 */
export function createApp(options: AppOptions): Express {
  const context: ApiContext = {
    dispatcher: createSafeAgent({ allow: parseAllowList([]) }),
    codeVersion: 'unknown',
    live: createLive(),
    ...options,
    keys: openApiKeys(options.store),
  }
  const app = express()
  app.disable('x-powered-by')
  app.use(identify(context.log))
  app.use(securityHeaders)
  app.use(healthRoutes(context))
  app.use('/api', docsRoutes(context.codeVersion))
  if (options.dashboard !== undefined) app.use(dashboardRoutes(options.dashboard))
  app.use(authenticate(context.apiKeys, context.keys))
  app.use(refuseCrossSite)
  app.use('/api/v1', createRouter(ROUTES, createHandlers(context), context.live))
  app.use(unknownRoute)
  app.use(errorHandler(context.log))
  return app
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
