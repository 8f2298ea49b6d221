import { z } from 'zod'
import { DEAD_LETTER_ID } from '../../store/events/dead-letter-id.ts'
import { EXAMPLE_LENGTH } from '../../store/events/dead-letter-groups.ts'
import { route } from './route.ts'
import { cursorSchema, named, nextCursor, pageQuery, periodQuery, timeSchema } from './shared.ts'

export const deadLetterSchema = named(
  'DeadLetter',
  z.strictObject({
    id: z.string().describe('Source, partition and offset: `predictions:3:41`.'),
    source: z.string().describe('A topic, `http:predictions`, `http:labels` or `http:reference-features`.'),
    partition: z.int(),
    offset: z.int().describe('Together with source and partition it identifies the dead letter.'),
    received_at: timeSchema.describe('When it was last rejected.'),
    recorded_at: timeSchema
      .nullable()
      .describe('When its source recorded it; null for dead letters from before this was stored.'),
    model: z.string(),
    reason: z.string(),
    detail: z.string(),
    headers: z.record(z.string(), z.string()).describe('Those of the Kafka record.'),
    payload: z.string(),
    cut: z
      .boolean()
      .describe('Whether only the beginning of the payload was kept, so it cannot be replayed.'),
  }),
)

export const replayedLetterSchema = named(
  'ReplayedLetter',
  z.strictObject({
    id: z.string(),
    outcome: z
      .enum(['replayed', 'replayed_before', 'rejected'])
      .describe('A record that is rejected again stays a dead letter, with the new reason.'),
    reason: z.string().nullable(),
    detail: z.string().nullable(),
  }),
)

const replaySchema = named(
  'DeadLetterReplay',
  z.strictObject({
    replayed: z.int(),
    rejected: z.int().describe('Number rejected again; they stay dead letters.'),
    reasons: z
      .array(z.strictObject({ reason: z.string(), letters: z.int(), id: z.string(), detail: z.string() }))
      .describe('Why dead letters were rejected, with one example of each.'),
    remaining: z.int().describe('Number of matching dead letters after these.'),
    next_cursor: nextCursor,
  }),
)

export const groupSchema = named(
  'DeadLetterGroup',
  z.strictObject({
    model: z.string().describe('Empty if the record names none.'),
    reason: z.string(),
    letters: z.int(),
    first_received: timeSchema,
    last_received: timeSchema,
    example: z
      .strictObject({
        id: z.string(),
        detail: z.string(),
        payload: z.string().describe(`Its first ${EXAMPLE_LENGTH} characters.`),
        shortened: z.boolean().describe('Whether the dead letter has more of the payload.'),
      })
      .optional()
      .describe('The newest; absent if it was replayed while the groups were counted.'),
  }),
)

const filter = {
  model: z.string().max(100).optional(),
  reason: z.string().max(100).optional(),
  source: z
    .string()
    .max(300)
    .optional()
    .describe('A topic, `http:predictions`, `http:labels` or `http:reference-features`.'),
  from: periodQuery.from.describe('Rejected at this time or later.'),
  to: periodQuery.to.describe('Rejected before this time.'),
}
const letterParams = z.strictObject({ letter: z.string().regex(DEAD_LETTER_ID) })
const shared = { tag: 'Intake', audited: 'dead_letter', changes: ['dead_letters', 'volume'] } as const

export const deadLetterRoutes = {
  listDeadLetters: route({
    method: 'get',
    path: '/dead-letters',
    tag: 'Intake',
    summary: 'Dead letters, newest first, with the reason',
    description: 'A page can be shorter if its payloads are long.',
    scope: 'read',
    query: z.strictObject({ ...filter, ...pageQuery({ most: 1000, default: 100 }) }),
    answers: {
      200: named(
        'DeadLetterPage',
        z.strictObject({ dead_letters: z.array(deadLetterSchema), next_cursor: nextCursor }),
      ),
    },
  }),
  groupDeadLetters: route({
    method: 'get',
    path: '/dead-letters/reasons',
    tag: 'Intake',
    summary: 'Dead letters counted by model and reason, the most frequent first',
    scope: 'read',
    query: z.strictObject({
      ...filter,
      limit: z.coerce.number().int().min(1).max(500).default(100).describe('Maximum number of groups.'),
    }),
    answers: {
      200: named(
        'DeadLetterGroups',
        z.strictObject({
          groups: z.array(groupSchema),
          more: z.boolean().describe('Whether there are more groups than `limit`.'),
        }),
      ),
    },
  }),
  replayDeadLetters: route({
    ...shared,
    method: 'post',
    path: '/dead-letters/replay',
    summary: 'Retry many dead letters',
    description:
      'Retries them in the order of their ids, at most `limit` per request: send `next_cursor` as `cursor` until there is none. Accepted records are no longer dead letters. Fewer are retried per request if payloads are long.',
    scope: 'write',
    body: z.strictObject({
      ...filter,
      limit: z.int().min(1).max(10_000).default(1000),
      cursor: cursorSchema,
    }),
    bodyOptional: true,
    answers: { 200: replaySchema },
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
    summary: 'Retry a dead letter after fixing its cause',
    description:
      'Returns 422 if it is rejected again, and 409 if it cannot be retried because its payload was cut or its topic is no longer read.',
    scope: 'write',
    params: letterParams,
    answers: { 200: replayedLetterSchema, 422: replayedLetterSchema },
    problems: [409],
  }),
}
