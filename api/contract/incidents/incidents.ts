import { z } from 'zod'
import { SEVERITIES } from '../../../domain/severity.ts'
import { INCIDENT_ALERTS, INCIDENT_STATUSES, INCIDENT_VERDICTS } from '../../../domain/incident.ts'
import { route } from '../route.ts'
import { etags, named, nextCursor, pageQuery, periodQuery, timeSchema } from '../shared.ts'

const statusSchema = z.enum(INCIDENT_STATUSES)
const verdictSchema = z.enum(INCIDENT_VERDICTS)

const memberSchema = named(
  'IncidentAlert',
  z.strictObject({
    id: z.string().describe('Id of the event with which the alert began.'),
    event: z.string().describe('Id of its newest event, as `GET /alerts/:alert` takes it.'),
    model: z.string(),
    monitor: z.string(),
    kind: z.string(),
    severity: z.enum(SEVERITIES).describe('The highest that it had.'),
    status: z.enum(['firing', 'resolved']),
    summary: z.string(),
    first_at: timeSchema.describe('End of the window of its first event.'),
    last_at: timeSchema.describe('End of the window of its newest event.'),
  }),
)

const incidentSchema = named(
  'Incident',
  z.strictObject({
    id: z.string(),
    title: z.string(),
    status: statusSchema,
    assignee: z.string().nullable(),
    verdict: verdictSchema
      .nullable()
      .describe('What its alerts turned out to be; counted once the incident is closed.'),
    notes: z.string(),
    started_at: timeSchema.describe('When the first of its alerts began.'),
    closed_at: timeSchema.nullable(),
    closed_by: z
      .string()
      .nullable()
      .describe('Null while it is open, and if it was closed before this was kept.'),
    created_by: z.string(),
    created_at: timeSchema,
    changed_by: z.string(),
    changed_at: timeSchema,
    revision: z.int().describe('Counts up from 1 with each change.'),
    alerts: z
      .array(memberSchema)
      .describe('In the order in which they began: as they stand, or as they were when they were deleted.'),
  }),
)

const titleSchema = z.string().trim().min(1, 'give it a title').max(200)
const assigneeSchema = z.string().trim().min(1, 'say who').max(200)
const notesSchema = z.string().max(10_000)
const alertSchema = z.string().regex(/^[0-9a-f]{32}$/, 'an id has 32 hexadecimal digits')
const alertsSchema = z.array(alertSchema).min(1, 'name at least one alert').max(INCIDENT_ALERTS)
const incident = z.string().regex(/^[0-9a-f]{12}$/, 'the id of an incident has 12 hexadecimal digits')

const params = z.strictObject({ incident })
const tag = 'Incidents'
const changes = ['incidents'] as const

/** Incidents group alerts that have one cause, and say what they turned out to be. */
export const incidentRoutes = {
  listIncidents: route({
    method: 'get',
    path: '/incidents',
    tag,
    summary: 'Incidents, open ones first, then newest first',
    scope: 'read',
    query: z.strictObject({
      status: statusSchema.optional(),
      model: z.string().optional().describe('Only incidents with an alert of this model.'),
      ...periodQuery,
      ...pageQuery({ most: 1000, default: 100 }),
    }),
    answers: {
      200: named(
        'IncidentPage',
        z.strictObject({ incidents: z.array(incidentSchema), etags, next_cursor: nextCursor }),
      ),
    },
  }),
  createIncident: route({
    method: 'post',
    path: '/incidents',
    tag,
    summary: 'Group alerts into an incident',
    description:
      'Each alert is named by the id of any of its events. An alert that is in another incident is refused with status 409.',
    scope: 'write',
    audited: 'incident',
    body: named(
      'IncidentRequest',
      z.strictObject({
        title: titleSchema,
        alerts: alertsSchema,
        assignee: assigneeSchema.optional(),
        notes: notesSchema.default(''),
      }),
    ),
    changes,
    etag: true,
    answers: { 201: incidentSchema },
    problems: [409, 422],
  }),
  getIncident: route({
    method: 'get',
    path: '/incidents/:incident',
    tag,
    summary: 'An incident with its alerts',
    scope: 'read',
    params,
    etag: true,
    answers: { 200: incidentSchema },
  }),
  patchIncident: route({
    method: 'patch',
    path: '/incidents/:incident',
    tag,
    summary: 'Change, judge, close or reopen an incident',
    description: 'Closing needs a verdict. Null removes the assignee, or the verdict of an open incident.',
    scope: 'write',
    audited: 'incident',
    params,
    body: named(
      'IncidentChange',
      z.strictObject({
        title: titleSchema.optional(),
        assignee: assigneeSchema.nullable().optional(),
        verdict: verdictSchema.nullable().optional(),
        notes: notesSchema.optional(),
        status: statusSchema.optional(),
      }),
    ),
    changes,
    etag: true,
    preconditions: ['If-Match'],
    answers: { 200: incidentSchema },
  }),
  deleteIncident: route({
    method: 'delete',
    path: '/incidents/:incident',
    tag,
    summary: 'Remove an incident; its alerts stay',
    scope: 'write',
    audited: 'incident',
    params,
    changes,
    preconditions: ['If-Match'],
    answers: { 204: null },
  }),
  addIncidentAlerts: route({
    method: 'post',
    path: '/incidents/:incident/alerts',
    tag,
    summary: 'Add alerts to an incident',
    scope: 'write',
    audited: 'incident',
    params,
    body: named('IncidentAlerts', z.strictObject({ alerts: alertsSchema })),
    changes,
    etag: true,
    preconditions: ['If-Match'],
    answers: { 200: incidentSchema },
    problems: [409, 422],
  }),
  removeIncidentAlert: route({
    method: 'delete',
    path: '/incidents/:incident/alerts/:alert',
    tag,
    summary: 'Take an alert out of an incident',
    description: 'The last alert stays: remove the incident instead.',
    scope: 'write',
    audited: 'incident',
    params: z.strictObject({ incident, alert: alertSchema }),
    changes,
    preconditions: ['If-Match'],
    answers: { 204: null },
    problems: [409],
  }),
}
