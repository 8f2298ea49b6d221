import { z } from 'zod'
import { CALLBACKS, RETRAIN_STATUSES } from '../../../control/alerting/retrain-state.ts'
import { SEVERITIES } from '../../../domain/severity.ts'
import { nameSchema } from '../../../control/declared/model.ts'
import { RETRAIN_EVENT_TYPES, TRAINING_BASES } from '../../../control/alerting/retrains.ts'
import { route } from '../route.ts'
import { hourSchema, named, nextCursor, pageQuery, timeSchema } from '../shared.ts'

const idSchema = z.string().regex(/^[0-9a-f]{32}$/, 'an id has 32 hexadecimal digits')
const statusSchema = z.enum(RETRAIN_STATUSES)
const periodSchema = z.strictObject({ from: timeSchema, to: timeSchema })
/** What requests wait for. */
export const WAITS = ['approval', 'data_problem', 'retraining', 'cooldown', 'daily_limit'] as const
const commentSchema = z.string().max(2000).default('')

const alertSchema = named(
  'RetrainAlert',
  z.strictObject({
    id: z.string().describe('Id of its event.'),
    monitor: z.string(),
    kind: z.string(),
    severity: z.enum(SEVERITIES),
    summary: z.string(),
  }),
)

const waitingSchema = named(
  'RetrainWaiting',
  z.strictObject({
    for: z
      .array(z.enum(WAITS))
      .describe('`retraining`: another one of the model. `daily_limit`: `max_per_day` of the policy.'),
    reason: z.string().describe('What it waits for, as a clause that begins with "waits".'),
    until: timeSchema.nullable().describe('When that ends at the latest; null if nobody can know.'),
    retrain: z.string().nullable().describe('Id of the retraining it waits for.'),
    alert: z.string().nullable().describe('Id of the alert on a data problem it waits for.'),
  }),
)

export const pendingBaselineSchema = named(
  'PendingBaseline',
  z.strictObject({
    reason: z.string().describe('What it waits for, or what prevents it.'),
    expected_at: timeSchema.nullable(),
  }),
)

const trainingSchema = named(
  'RetrainTraining',
  z.strictObject({
    ...periodSchema.shape,
    basis: z
      .enum(TRAINING_BASES)
      .describe(
        'Where it begins: at the hour of the change, with the first window that drifted, or with the newest window.',
      ),
    exclude: z
      .array(z.strictObject({ ...periodSchema.shape, reason: z.string() }))
      .describe('Periods with broken data, which are better left out.'),
  }),
)

export const retrainSchema = named(
  'Retrain',
  z.strictObject({
    id: z.string().describe('The same at every attempt: `webhook-id` and `idempotency-key`.'),
    model: z.string(),
    monitor: z.string(),
    kind: z
      .string()
      .describe('The kind of the leading alert; `manual` if a person requested it without an alert.'),
    alert: z.string().nullable().describe('Id of the event of its leading alert.'),
    alerts: z.array(alertSchema).describe('All alerts that request it, the leading one first.'),
    target: z.string().describe('Name of the channel.'),
    status: statusSchema,
    status_since: timeSchema,
    created_at: timeSchema,
    expires_at: timeSchema.nullable().describe('When it is considered lost if no further report arrives.'),
    attempts: z.int().describe('Delivery attempts since it was last abandoned.'),
    next_attempt_at: timeSchema.nullable(),
    version: z.string().nullable().describe('The new version of the model.'),
    baseline: z
      .int()
      .nullable()
      .describe('Number of the baseline that was made active, or bound to the new version, after it.'),
    note: z.string().describe('The latest comment, reason or error.'),
    waiting: waitingSchema.nullable().describe('What it waits for before it is sent.'),
    pending_baseline: pendingBaselineSchema
      .nullable()
      .describe('What the baseline of the new version waits for, if the policy makes one.'),
  }),
)

const retrainEventSchema = named(
  'RetrainEvent',
  z.strictObject({
    seq: z.int(),
    at: timeSchema,
    type: z.enum(RETRAIN_EVENT_TYPES),
    by: z.string(),
    comment: z.string(),
    http_status: z.int().nullable(),
    latency_ms: z.int().nullable(),
    error: z.string().nullable(),
    next_attempt_at: timeSchema.nullable(),
    version: z.string().nullable(),
    baseline: z.int().nullable(),
  }),
)

const callSchema = named(
  'RetrainCall',
  z.strictObject({
    target: z.string(),
    method: z.string(),
    url: z.string().describe('Without `write`, only scheme and host are shown.'),
    headers: z.record(z.string(), z.string()),
    body: z.string().describe('The exact body that is sent, with the callback token masked.'),
  }),
)

const detailSchema = named(
  'RetrainDetail',
  z.strictObject({
    ...retrainSchema.shape,
    summary: z.string(),
    window: periodSchema,
    training: trainingSchema.describe('Data to train on, starting where the drift began.'),
    events: z.array(retrainEventSchema).describe('All its events, including every delivery attempt.'),
    call: callSchema.nullable().describe('The call that is sent; null if the channel no longer exists.'),
  }),
)

const newBaseline = z.union(
  [
    z.strictObject({
      window: z
        .strictObject({ from: hourSchema, to: hourSchema })
        .refine(({ from, to }) => from < to, '"from" must be before "to"'),
      all_versions: z.boolean().default(false),
    }),
    z.strictObject({ data: z.union([z.int().min(1), z.string().min(1).max(100)]) }),
  ],
  'give a { window: { from, to } } of stored predictions, or { data: … } with the number or name of a baseline',
)

const params = z.strictObject({ retrain: idSchema })
const comment = named('RetrainDecision', z.strictObject({ comment: commentSchema }))
const tag = 'Retraining'

const decision = (verb: string, summary: string) =>
  route({
    method: 'post',
    path: `/retrains/:retrain/${verb}`,
    tag,
    summary,
    scope: 'write',
    params,
    body: comment,
    bodyOptional: true,
    changes: ['retrains'],
    answers: { 200: retrainSchema },
    problems: [409],
  })

export const retrainRoutes = {
  listRetrains: route({
    method: 'get',
    path: '/retrains',
    tag,
    summary: 'Retraining requests, newest first',
    scope: 'read',
    query: z.strictObject({
      model: z.string().optional(),
      monitor: z.string().optional(),
      kind: z.string().optional(),
      alert: idSchema.optional(),
      status: statusSchema.optional(),
      ...pageQuery({ most: 1000, default: 100 }),
    }),
    answers: {
      200: named(
        'RetrainPage',
        z.strictObject({ retrains: z.array(retrainSchema), next_cursor: nextCursor }),
      ),
    },
  }),
  getRetrain: route({
    method: 'get',
    path: '/retrains/:retrain',
    tag,
    summary: 'One request with its history',
    scope: 'read',
    params,
    answers: { 200: detailSchema },
  }),
  requestRetrain: route({
    method: 'post',
    path: '/retrains',
    tag,
    summary: 'Request a retraining manually, or preview the call',
    description:
      'Takes an alert, or a monitor without an alert; the monitor must name a target in `retrain`. The kinds, cooldown and ' +
      'daily limit of its policy do not apply to a person, but the request is refused while another retraining of the ' +
      'model is in progress or waits for a data problem, a cooldown or the daily limit. With `dry_run`, nothing is recorded or sent, and the response is the call that would be sent.',
    scope: 'write',
    body: named(
      'RetrainRequest',
      z
        .strictObject({
          alert: idSchema.optional(),
          monitor: nameSchema.optional(),
          comment: commentSchema,
          dry_run: z.boolean().default(false),
        })
        .refine(
          ({ alert, monitor }) => (alert === undefined) !== (monitor === undefined),
          'give either "alert" or "monitor"',
        ),
    ),
    changes: ['retrains'],
    answers: { 201: retrainSchema, 200: callSchema },
    problems: [404, 409, 422],
  }),
  approveRetrain: decision('approve', 'Approve a request that is waiting for approval'),
  rejectRetrain: decision('reject', 'Reject a request that is waiting for approval'),
  cancelRetrain: decision(
    'cancel',
    'Cancel a request that has not ended; the pipeline learns about it when it next reports',
  ),
  replayRetrain: decision('replay', 'Resend a request that could not be delivered'),
  reportRetrain: route({
    method: 'post',
    path: '/retrains/:retrain/status',
    tag,
    summary: 'Report on a retraining, from the pipeline',
    description:
      'Requires the token of the request instead of a key, as `Authorization: Bearer TOKEN`; the token can do nothing else. ' +
      'A repeated or late report returns 200 and changes nothing; a report that contradicts the outcome returns 409. ' +
      'A success may activate a baseline for the new version, created from a window of its predictions or already ' +
      'stored. If the monitor has `by_version`, the baseline applies to that version only.',
    scope: 'write',
    ownToken: 'retrain',
    params,
    body: named(
      'RetrainReport',
      z
        .strictObject({
          status: z.enum(CALLBACKS),
          version: z.string().trim().min(1).max(100).optional(),
          message: z.string().max(2000).default(''),
          baseline: newBaseline.optional(),
        })
        .refine(({ status, version }) => status !== 'succeeded' || version !== undefined, {
          path: ['version'],
          error: 'a success requires the new version of the model',
        })
        .refine(({ status, baseline }) => status === 'succeeded' || baseline === undefined, {
          path: ['baseline'],
          error: 'only a success can have a baseline',
        }),
    ),
    changes: ['retrains', 'alerts', 'baselines'],
    answers: { 200: retrainSchema },
    problems: [409, 422],
  }),
}
