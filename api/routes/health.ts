import { Router } from 'express'
import type { ApiContext } from '../context.ts'

/** `/healthz`: the process answers. `/readyz`: it can do its work; if not, the reasons; and how far behind it is. */
export function healthRoutes(context: ApiContext): Router {
  const router = Router()
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })
  router.get('/readyz', async (_request, response) => {
    const { reasons, warnings, kafkaLag } = await context.readiness()
    const ready = reasons.length === 0
    response
      .status(ready ? 200 : 503)
      .json({ status: ready ? 'ready' : 'not ready', reasons, warnings, kafka_lag: kafkaLag })
  })
  return router
}
