import { z } from 'zod'
import { route } from './route.ts'
import { named, nextCursor, pageQuery, timeSchema } from './shared.ts'

const statusSchema = z.enum(['delivered', 'failed', 'given_up', 'superseded', 'suppressed'])

export const deliverySchema = named(
  'Delivery',
  z.strictObject({
    alert: z.string().describe('Id of the event.'),
    channel: z.string(),
    attempt: z.int().describe('Counts up from 1 within an event and a channel.'),
    at: timeSchema,
    status: statusSchema,
    http_status: z.int().nullable(),
    latency_ms: z.int().nullable(),
    error: z.string().nullable(),
    next_attempt_at: timeSchema.nullable(),
  }),
)

export const deliveryRoutes = {
  listDeliveries: route({
    method: 'get',
    path: '/deliveries',
    tag: 'Alerts',
    summary: 'Attempts to tell channels of alerts, newest first',
    scope: 'read',
    query: z.strictObject({
      alert: z
        .string()
        .regex(/^[0-9a-f]{32}$/, 'an id has 32 hexadecimal digits')
        .optional(),
      channel: z.string().optional(),
      status: statusSchema.optional(),
      ...pageQuery({ most: 1000, default: 100 }),
    }),
    answers: {
      200: named(
        'DeliveryPage',
        z.strictObject({ deliveries: z.array(deliverySchema), next_cursor: nextCursor }),
      ),
    },
  }),
}
