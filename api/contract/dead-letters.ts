import { z } from 'zod'
import { DEAD_LETTER_ID } from '../../store/events/dead-letter-id.ts'
import { route } from './route.ts'
import { cursorSchema, named, nextCursor, pageQuery, timeSchema } from './shared.ts'

export const deadLetterSchema = named(
  'DeadLetter',
  z.strictObject({
    id: z.string().describe('Source, partition and offset: `predictions:3:41`.'),
    source: z.string().describe('A topic, `http:predictions` or `http:labels`.'),
    partition: z.int(),
    offset: z.int().describe('With source and partition the identity: the same letter twice is one.'),
    received_at: timeSchema.describe('When it was last rejected.'),
    recorded_at: timeSchema
      .nullable()
      .describe('When its source recorded it; null for letters from before this was kept.'),
    model: z.string(),
    reason: z.string(),
    detail: z.string(),
    headers: z.record(z.string(), z.string()).describe('Those of the Kafka record.'),
    payload: z.string(),
    cut: z.boolean().describe('Only the beginning of the payload is kept, so that it cannot be replayed.'),
  }),
)

export const replayedLetterSchema = named(
  'ReplayedLetter',
  z.strictObject({
    id: z.string(),
    outcome: z
      .enum(['replayed', 'replayed_before', 'rejected'])
      .describe('One that is rejected again stays a dead letter, with its new reason.'),
    reason: z.string().nullable(),
    detail: z.string().nullable(),
  }),
)

const replaySchema = named(
  'DeadLetterReplay',
  z.strictObject({
    replayed: z.int(),
    rejected: z.int().describe('They stay dead letters.'),
    reasons: z
      .array(z.strictObject({ reason: z.string(), letters: z.int(), id: z.string(), detail: z.string() }))
      .describe('Why letters were rejected, with one of each as an example.'),
    remaining: z.int().describe('Letters that match and come after these.'),
    next_cursor: nextCursor,
  }),
)

const filter = {
  model: z.string().max(100).optional(),
  reason: z.string().max(100).optional(),
  source: z.string().max(300).optional().describe('A topic, `http:predictions` or `http:labels`.'),
}
const letterParams = z.strictObject({ letter: z.string().regex(DEAD_LETTER_ID) })
const shared = { tag: 'Intake', audited: 'dead_letter', changes: ['dead_letters', 'volume'] } as const

export const deadLetterRoutes = {
  listDeadLetters: route({
    method: 'get',
    path: '/dead-letters',
    tag: 'Intake',
    summary: 'What could not be read, newest first, with the reason',
    description: 'A page ends early where its payloads are long.',
    scope: 'read',
    query: z.strictObject({ ...filter, ...pageQuery({ most: 1000, default: 100 }) }),
    answers: {
      200: named(
        'DeadLetterPage',
        z.strictObject({ dead_letters: z.array(deadLetterSchema), next_cursor: nextCursor }),
      ),
    },
  }),
  replayDeadLetters: route({
    ...shared,
    method: 'post',
    path: '/dead-letters/replay',
    summary: 'Take many dead letters again',
    description:
      'In the order of their ids, at most `limit` in one request: send `next_cursor` as `cursor` until there is none. What is taken is a dead letter no more. Fewer are tried at once where payloads are long.',
    scope: 'write',
    body: z.strictObject({
      ...filter,
      limit: z.int().min(1).max(10_000).default(1000),
      cursor: cursorSchema,
    }),
    bodyOptional: true,
    answers: { 200: replaySchema },
    problems: [503],
  }),
  getDeadLetter: route({
    method: 'get',
    path: '/dead-letters/:letter',
    tag: 'Intake',
    summary: 'One dead letter in full',
    scope: 'read',
    params: letterParams,
    answers: { 200: deadLetterSchema },
  }),
  replayDeadLetter: route({
    ...shared,
    method: 'post',
    path: '/dead-letters/:letter/replay',
    summary: 'Take a dead letter again, once its cause is mended',
    description:
      '422 when it is rejected again; 409 when it cannot be tried: its payload was cut, or its topic is read no more.',
    scope: 'write',
    params: letterParams,
    answers: { 200: replayedLetterSchema, 422: replayedLetterSchema },
    problems: [409, 503],
  }),
}
