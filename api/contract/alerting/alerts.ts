import { z } from 'zod'
import { deliverySchema } from './deliveries.ts'
import { route } from '../route.ts'
import { named, nextCursor, pageQuery, periodQuery, timeSchema } from '../shared.ts'

const severitySchema = z.enum(['warning', 'critical'])

const memberSchema = z.strictObject({
  kind: z.string(),
  column: z.string(),
  segment: z.string(),
  version: z.string(),
  severity: severitySchema,
  since: timeSchema,
  explanation: z.string().optional(),
  effect: z.number().optional(),
  importance: z.number().optional(),
  result_id: z.string().optional(),
})

const acknowledgement = named(
  'Acknowledgement',
  z.strictObject({ by: z.string(), comment: z.string(), at: timeSchema }),
)

const silencing = named(
  'AlertSilence',
  z.strictObject({
    id: z.string().describe('Of the silence that ends last.'),
    author: z.string(),
    comment: z.string(),
    end: timeSchema,
    members: z.int().describe('How many of the members are silenced, by this or another silence.'),
  }),
)

const inhibition = named(
  'AlertInhibition',
  z.strictObject({
    by: z.string().describe('The finding about the data that mutes it, in words.'),
    summary: z.string(),
    members: z.int().describe('How many of the members are inhibited.'),
  }),
)

export const alertSchema = named(
  'Alert',
  z.strictObject({
    id: z.string().describe('Of the event that tells how it stands.'),
    monitor: z.string(),
    model: z.string(),
    kind: z.string(),
    status: z.enum(['ok', 'pending', 'firing', 'resolved']),
    severity: severitySchema,
    reason: z.string().describe('Why the event came to be.'),
    summary: z.string().describe('What moved, by how much and since when.'),
    recommendation: z.string().describe('What to do about this kind of drift; empty once it is over.'),
    window_end: timeSchema,
    created_at: timeSchema,
    baseline: z.string().nullable(),
    channels: z.array(z.string()),
    members: z.array(memberSchema).describe('Most severe first.'),
    acknowledged: acknowledgement
      .nullable()
      .describe('Of this event and of those that merely repeat it; news asks anew.'),
    silenced: silencing
      .nullable()
      .describe('Whose messages are muted now, while the alert fires; null otherwise.'),
    inhibited: inhibition.nullable().describe('As `silenced`, by a finding about the data.'),
  }),
)

const transitionSchema = named(
  'Transition',
  z.strictObject({
    id: z.string(),
    scope: z.enum(['member', 'alert']),
    column: z.string(),
    segment: z.string(),
    version: z.string(),
    status: z.enum(['ok', 'pending', 'firing', 'resolved']),
    severity: severitySchema,
    reason: z.string(),
    summary: z.string(),
    window_end: timeSchema,
    created_at: timeSchema,
  }),
)

const alertParams = z.strictObject({
  alert: z.string().regex(/^[0-9a-f]{32}$/, 'an id has 32 hexadecimal digits'),
})
const tag = 'Alerts'

export const alertRoutes = {
  listAlerts: route({
    method: 'get',
    path: '/alerts',
    tag,
    summary: 'How each alert stands, newest first',
    description:
      'One a monitor and kind of drift: its last event; with `history=true` all events of the period. Alerts of monitors that were removed are left out unless `monitor` names them.',
    scope: 'read',
    query: z.strictObject({
      model: z.string().optional(),
      monitor: z.string().optional(),
      kind: z.string().optional(),
      status: z.enum(['firing', 'resolved']).optional(),
      severity: severitySchema.optional(),
      history: z
        .enum(['true', 'false'])
        .default('false')
        .transform((text) => text === 'true')
        .describe('Every event of each alert, in place of its last one.'),
      ...periodQuery,
      ...pageQuery({ most: 1000, default: 100 }),
    }),
    answers: {
      200: named('AlertPage', z.strictObject({ alerts: z.array(alertSchema), next_cursor: nextCursor })),
    },
  }),
  getAlert: route({
    method: 'get',
    path: '/alerts/:alert',
    tag,
    summary: 'One event of an alert, with the transitions around it and its deliveries',
    scope: 'read',
    params: alertParams,
    answers: {
      200: named(
        'AlertDetail',
        z.strictObject({
          ...alertSchema.shape,
          current: z.string().nullable().describe('Id of the newest event of the same alert.'),
          transitions: z
            .array(transitionSchema)
            .describe('The newest 200 of the monitor and kind, of members too, newest first.'),
          deliveries: z.array(deliverySchema).describe('Attempts to tell of this event, newest first.'),
        }),
      ),
    },
  }),
  acknowledgeAlert: route({
    method: 'post',
    path: '/alerts/:alert/ack',
    tag,
    summary: 'Say that someone looks into it',
    description:
      'Nobody is told again that the alert merely goes on (`repeat`), until there is news of it: it became critical, has new members, is resolved. A second acknowledgement replaces the first.',
    scope: 'write',
    audited: 'alert',
    params: alertParams,
    body: named(
      'AcknowledgementRequest',
      z.strictObject({ by: z.string().min(1).max(200), comment: z.string().max(2000).default('') }),
    ),
    changes: ['alerts'],
    answers: { 200: acknowledgement },
  }),
  unacknowledgeAlert: route({
    method: 'delete',
    path: '/alerts/:alert/ack',
    tag,
    summary: 'Take the acknowledgement back',
    scope: 'write',
    audited: 'alert',
    params: alertParams,
    changes: ['alerts'],
    answers: { 204: null },
  }),
}
