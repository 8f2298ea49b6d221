import { z } from 'zod'
import { DELIVERY_STATUSES } from '../../../control/alerting/deliveries.ts'
import { route } from '../route.ts'
import { named, nextCursor, pageQuery, timeSchema } from '../shared.ts'

const statusSchema = z.enum(DELIVERY_STATUSES)

export const deliverySchema = named(
  'Delivery',
  z.strictObject({
    id: z.string().describe('Event, channel and attempt: `<event>:<channel>:<attempt>`.'),
    alert: z.string().describe('Id of the event.'),
    channel: z.string(),
    attempt: z
      .int()
      .describe('Counts up from 1 within an event and a channel, including decisions not to send.'),
    at: timeSchema,
    status: statusSchema,
    message_id: z.string().nullable().describe('The same for all events sent in one message.'),
    muted_by: z.string().nullable().describe('Description of the silence or finding that mutes it.'),
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
    summary: 'Delivery attempts, newest first',
    scope: 'read',
    query: z.strictObject({
      alert: z
        .string()
        .regex(/^[0-9a-f]{32}$/, 'an id has 32 hexadecimal digits')
        .optional(),
      channel: z.string().optional(),
      status: statusSchema.optional(),
      newest: z
        .enum(['true', 'false'])
        .default('false')
        .transform((text) => text === 'true')
        .describe(
          'Only the newest attempt of each event and channel; with `status=given_up`, the deliveries that were abandoned.',
        ),
      ...pageQuery({ most: 1000, default: 100 }),
    }),
    answers: {
      200: named(
        'DeliveryPage',
        z.strictObject({ deliveries: z.array(deliverySchema), next_cursor: nextCursor }),
      ),
    },
  }),
  replayDelivery: route({
    method: 'post',
    path: '/deliveries/:delivery/replay',
    tag: 'Alerts',
    summary: 'Retry an abandoned delivery',
    description:
      'The message is sent within seconds, with the same retries as the first time. Only an abandoned delivery can be replayed (409 otherwise), and only while its event is still the current state of the alert; later events are sent separately.',
    scope: 'write',
    audited: 'delivery',
    params: z.strictObject({
      delivery: z
        .string()
        .regex(
          /^[0-9a-f]{32}:[A-Za-z0-9][A-Za-z0-9._-]{0,62}:[1-9]\d{0,8}$/,
          'use an id as returned by GET /deliveries: <event>:<channel>:<attempt>',
        ),
    }),
    changes: ['deliveries'],
    answers: { 200: deliverySchema },
    problems: [409],
  }),
}
