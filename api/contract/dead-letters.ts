import { z } from 'zod'
import { route } from './route.ts'
import { named, nextCursor, pageQuery, timeSchema } from './shared.ts'

const deadLetterSchema = named(
  'DeadLetter',
  z.strictObject({
    source: z.string().describe('A topic, `http:predictions` or `http:labels`.'),
    partition: z.int(),
    offset: z.int().describe('With source and partition the identity: the same letter twice is one.'),
    received_at: timeSchema,
    model: z.string(),
    reason: z.string(),
    detail: z.string(),
    payload: z.string(),
  }),
)

export const deadLetterRoutes = {
  listDeadLetters: route({
    method: 'get',
    path: '/dead-letters',
    tag: 'Intake',
    summary: 'What could not be read, newest first, with the reason',
    description: 'A page ends early where its payloads are long.',
    scope: 'read',
    query: z.strictObject({ model: z.string().optional(), ...pageQuery({ most: 1000, default: 100 }) }),
    answers: {
      200: named(
        'DeadLetterPage',
        z.strictObject({ dead_letters: z.array(deadLetterSchema), next_cursor: nextCursor }),
      ),
    },
  }),
}
