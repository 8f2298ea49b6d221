import { Router } from 'express'
import { z } from 'zod'
import { activeBaseline } from '../../store/baselines.ts'
import { declarationOf, modelSchema } from '../../store/model.ts'
import { readResults } from '../../store/results.ts'
import { checked, jsonBody } from '../body.ts'
import { modelOr404, type ApiContext } from '../context.ts'

const DAY_MS = 86_400_000

const periodSchema = z.object({
  from: z.coerce.date().optional(),
  to: z.coerce.date().optional(),
  column: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(2000).default(2000),
})

/** The registry of models, and the results computed for them. */
export function modelRoutes(context: ApiContext): Router {
  const router = Router()
  router.get('/models', async (_request, response) => {
    response.json({ models: (await context.models.list()).map(declarationOf) })
  })
  router.post('/models', async (request, response) => {
    const model = await jsonBody(request, modelSchema)
    await context.models.declare(model, context.clock())
    response.status(201).json(declarationOf(model))
  })
  router.get('/models/:model', async (request, response) => {
    const model = await modelOr404(context, request)
    response.json({
      ...declarationOf(model),
      baseline: (await activeBaseline(context.store, model.name)) ?? null,
    })
  })
  router.get('/models/:model/results', async (request, response) => {
    const model = await modelOr404(context, request)
    const { from, to, column, limit } = checked(periodSchema, request.query)
    const end = to ?? context.clock()
    const start = from ?? new Date(end.getTime() - 30 * DAY_MS)
    response.json({
      results: await readResults(context.store, { model: model.name, from: start, to: end, column, limit }),
    })
  })
  return router
}
