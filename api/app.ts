import { randomUUID } from 'node:crypto'
import express, { type Express, type RequestHandler } from 'express'
import type { Logger } from 'pino'
import { requireKey } from './access.ts'
import type { ApiContext } from './context.ts'
import { errorHandler, unknownRoute } from './problem.ts'
import { baselineRoutes } from './routes/baselines.ts'
import { deadLetterRoutes } from './routes/dead-letters.ts'
import { healthRoutes } from './routes/health.ts'
import { intakeRoutes } from './routes/intake.ts'
import { modelRoutes } from './routes/models.ts'

/** The HTTP service. Health checks are open; every other route asks for a key where keys are set. */
export function createApp(context: ApiContext): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(identify(context.log))
  app.use(healthRoutes(context))
  app.use(requireKey(context.apiKeys))
  app.use(
    '/api/v1',
    modelRoutes(context),
    baselineRoutes(context),
    intakeRoutes(context),
    deadLetterRoutes(context),
  )
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
