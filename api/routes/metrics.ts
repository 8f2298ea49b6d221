import { Router } from 'express'
import type { Registry } from 'prom-client'
import { requireScope } from '../access.ts'

/** `/metrics`, for Prometheus; where keys are set it sends one that may read, as a bearer. */
export function metricsRoute(registry: Registry): Router {
  const router = Router()
  router.get('/metrics', requireScope('read'), async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics())
  })
  return router
}
