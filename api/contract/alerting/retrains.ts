import { z } from 'zod'
import { CALLBACKS, RETRAIN_STATUSES } from '../../../alerts/retraining/state.ts'
import { nameSchema } from '../../../store/declared/model.ts'
import { RETRAIN_EVENT_TYPES } from '../../../store/alerting/retrains.ts'
import { route } from '../route.ts'
import { hourSchema, named, nextCursor, pageQuery, timeSchema } from '../shared.ts'

const idSchema = z.string().regex(/^[0-9a-f]{32}$/, 'an id has 32 hexadecimal digits')
const statusSchema = z.enum(RETRAIN_STATUSES)
const periodSchema = z.strictObject({ from: timeSchema, to: timeSchema })
const commentSchema = z.string().max(2000).default('')

export const retrainSchema = named(
  'Retrain',
  z.strictObject({
    id: z.string().describe('The same at every attempt: `webhook-id` and `idempotency-key`.'),
    model: z.string(),
    monitor: z.string(),
    kind: z.string().describe('The kind of drift; `manual` where a person asked without an alert.'),
    alert: z.string().nullable().describe('Id of the event that asked for it.'),
    target: z.string().describe('Name of the channel.'),
    status: statusSchema,
    status_since: timeSchema,
    created_at: timeSchema,
    expires_at: timeSchema.nullable().describe('When it counts as lost if nothing more is heard of it.'),
    attempts: z.int().describe('To send it, since it was last given up.'),
    next_attempt_at: timeSchema.nullable(),
    version: z.string().nullable().describe('The new version of the model.'),
    baseline: z
      .int()
      .nullable()
      .describe('Number of the baseline that was made active, or bound to the new version, after it.'),
    note: z.string().describe('What was last said of it: a comment, a reason, an error.'),
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
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string().describe('As it goes over the wire; the token of the callback is masked.'),
  }),
)

const detailSchema = named(
  'RetrainDetail',
  z.strictObject({
    ...retrainSchema.shape,
    summary: z.string(),
    window: periodSchema,
    training: periodSchema.describe('Data to train on: from where the drift began.'),
    events: z.array(retrainEventSchema).describe('All that happened to it, every attempt to send it too.'),
    call: callSchema.nullable().describe('What is sent; null where the channel is gone.'),
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
    summary: 'Requests for retraining, newest first',
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
    summary: 'One request with all that happened to it',
    scope: 'read',
    params,
    answers: { 200: detailSchema },
  }),
  requestRetrain: route({
    method: 'post',
    path: '/retrains',
    tag,
    summary: 'Ask for a retraining by hand, or look at what would be sent',
    description:
      'From an alert, or from a monitor without one; the monitor must name a target in `retrain`. Kinds, cooldown and ' +
      'number of its policy do not hold for a person; beside another retraining of the model it is refused. With ' +
      '`dry_run` nothing is recorded or sent, and the answer is the call as it would be made.',
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
  approveRetrain: decision('approve', 'Let a request go that waits for approval'),
  rejectRetrain: decision('reject', 'Decide against a request that waits for approval'),
  cancelRetrain: decision(
    'cancel',
    'Give up a request that is not over; the pipeline is told when it next reports',
  ),
  replayRetrain: decision('replay', 'Send a request again that could not be delivered'),
  reportRetrain: route({
    method: 'post',
    path: '/retrains/:retrain/status',
    tag,
    summary: 'Report on a retraining, from the pipeline',
    description:
      'Asks for no key but for the token of the request, `Authorization: Bearer TOKEN`, which can do nothing else. ' +
      'What is repeated, or comes late, is answered 200 and changes nothing; what contradicts the end is answered 409. ' +
      'A success may make a baseline for the new version and activate it, for that version alone where the monitor has ' +
      '`by_version`: of a window of its predictions, or one that is stored already.',
    scope: 'write',
    ownToken: true,
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
          error: 'a success comes with the new version of the model',
        })
        .refine(({ status, baseline }) => status === 'succeeded' || baseline === undefined, {
          path: ['baseline'],
          error: 'only a success comes with a baseline',
        }),
    ),
    changes: ['retrains', 'alerts', 'baselines'],
    answers: { 200: retrainSchema },
    problems: [409, 422],
  }),
}
