import { Router } from 'express'
import type { ApiContext } from '../context.ts'

/** `/healthz`: the process answers. `/readyz`: it can do its work; if not, the reasons. */
export function healthRoutes(context: ApiContext): Router {
  const router = Router()
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })
  router.get('/readyz', async (_request, response) => {
    const reasons = await context.unready()
    response
      .status(reasons.length === 0 ? 200 : 503)
      .json({ status: reasons.length === 0 ? 'ready' : 'not ready', reasons })
  })
  return router
}
