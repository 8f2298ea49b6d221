import { z } from 'zod'
import { INCIDENT_STATUSES, INCIDENT_VERDICTS } from '../../../domain/incident.ts'
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
  finding: z.string().optional().describe('For `data`, what is wrong.'),
  explains_drift: z
    .boolean()
    .optional()
    .describe('For `data`, whether drift of the feature is only the effect of this finding.'),
  result_id: z.string().optional(),
})

const acknowledgement = named(
  'Acknowledgement',
  z.strictObject({ by: z.string(), comment: z.string(), at: timeSchema }),
)

const silencing = named(
  'AlertSilence',
  z.strictObject({
    id: z.string().describe('Id of the silence that ends last.'),
    author: z.string(),
    comment: z.string(),
    end: timeSchema,
    members: z.int().describe('How many of the members are silenced, by this or another silence.'),
  }),
)

const inhibition = named(
  'AlertInhibition',
  z.strictObject({
    by: z.string().describe('Description of the data finding that mutes it.'),
    alert: z
      .string()
      .nullable()
      .describe('The alert that this finding belongs to; null where it no longer fires.'),
    summary: z.string(),
    members: z.int().describe('How many of the members are inhibited.'),
  }),
)

const ownIncident = named(
  'AlertIncident',
  z.strictObject({
    id: z.string(),
    title: z.string(),
    status: z.enum(INCIDENT_STATUSES),
    verdict: z.enum(INCIDENT_VERDICTS).nullable(),
  }),
)

export const alertSchema = named(
  'Alert',
  z.strictObject({
    id: z.string().describe('Id of the event with its current state.'),
    monitor: z.string(),
    model: z.string(),
    kind: z.string(),
    status: z.enum(['ok', 'pending', 'firing', 'resolved']),
    severity: severitySchema,
    reason: z.string().describe('The reason for the event.'),
    summary: z.string().describe('What moved, by how much and since when.'),
    recommendation: z.string().describe('What to do about this kind of drift; empty once it has resolved.'),
    owner: z.string().nullable().describe('Who the model says deals with this kind of alert.'),
    window_end: timeSchema,
    created_at: timeSchema,
    baseline: z.string().nullable(),
    channels: z.array(z.string()),
    members: z.array(memberSchema).describe('Most severe first.'),
    acknowledged: acknowledgement
      .nullable()
      .describe('Applies to this event and its repeats; a change needs a new acknowledgement.'),
    silenced: silencing
      .nullable()
      .describe('The silence that mutes notifications while the alert fires; null if there is none.'),
    inhibited: inhibition
      .nullable()
      .describe('The data finding that mutes notifications while the alert fires; null if there is none.'),
    incident: ownIncident.nullable().describe('The incident that the alert is in; null if it is in none.'),
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
    summary: 'Current state of each alert, newest first',
    description:
      'One alert per monitor and kind of drift, with its last event; with `history=true`, all events of the period. Alerts of removed monitors are omitted unless `monitor` names them.',
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
        .describe('Return every event of each alert instead of only its last one.'),
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
            .describe(
              'The newest 200 events of the monitor and kind, including member events, newest first.',
            ),
          deliveries: z.array(deliverySchema).describe('Delivery attempts for this event, newest first.'),
        }),
      ),
    },
  }),
  acknowledgeAlert: route({
    method: 'post',
    path: '/alerts/:alert/ack',
    tag,
    summary: 'Acknowledge an alert',
    description:
      'Stops repeated notifications (`repeat`) until the alert changes: it becomes critical, gains members or resolves. A second acknowledgement replaces the first.',
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
    summary: 'Withdraw the acknowledgement',
    scope: 'write',
    audited: 'alert',
    params: alertParams,
    changes: ['alerts'],
    answers: { 204: null },
  }),
}
