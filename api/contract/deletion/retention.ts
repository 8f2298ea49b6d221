import { z } from 'zod'
import { MODEL_KINDS, SERVICE_KINDS } from '../../../domain/retention.ts'
import { route } from '../route.ts'
import { named, timeSchema } from '../shared.ts'

const ageSchema = {
  keep: z.string().describe('A length of time such as `400d`, or `forever`.'),
  before: timeSchema.nullable().describe('What is older is deleted; null if nothing is.'),
  rows: z.int().describe('How many rows are older, as they are stored.'),
  oldest: timeSchema.nullable().describe('The day or month of the oldest of them.'),
}

const retentionSchema = named(
  'Retention',
  z.strictObject({
    models: z.array(
      z.strictObject({
        model: z
          .string()
          .describe(
            'A declared model, or a name under which old rows are stored, such as that of a dead letter.',
          ),
        kind: z.enum(MODEL_KINDS),
        ...ageSchema,
      }),
    ),
    service: z.array(z.strictObject({ kind: z.enum(SERVICE_KINDS), ...ageSchema })),
  }),
)

export const retentionRoutes = {
  getRetention: route({
    method: 'get',
    path: '/retention',
    tag: 'Retention',
    summary: 'How long data are kept, and what is older and will be deleted',
    scope: 'read',
    answers: { 200: retentionSchema },
  }),
  applyRetention: route({
    method: 'post',
    path: '/retention/apply',
    tag: 'Retention',
    summary: 'Delete now what is older than it is kept',
    description:
      'The service does this every hour by itself. Responds with what was deleted, once no data in use contain it.',
    scope: 'write',
    audited: 'retention',
    changes: ['volume', 'results', 'dead_letters', 'deliveries', 'alerts'],
    answers: { 200: retentionSchema },
  }),
}
