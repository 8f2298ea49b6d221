import { Router } from 'express'
import { z } from 'zod'
import { listDeadLetters } from '../../store/dead-letters.ts'
import { checked } from '../body.ts'
import type { ApiContext } from '../context.ts'

const querySchema = z.object({
  model: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
})

/** What could not be read, newest first, with the reason. */
export function deadLetterRoutes({ store }: ApiContext): Router {
  const router = Router()
  router.get('/dead-letters', async (request, response) => {
    const { model, limit } = checked(querySchema, request.query)
    response.json({ dead_letters: await listDeadLetters(store, model, limit) })
  })
  return router
}
