import { z } from 'zod'
import { route } from './route.ts'
import { named, nextCursor, pageQuery, timeSchema } from './shared.ts'

const scopesSchema = z
  .array(z.enum(['ingest', 'read', 'write']))
  .min(1)
  .max(3)

const keyFields = {
  id: z.string(),
  name: z.string(),
  scopes: scopesSchema,
  created_at: timeSchema,
  expires_at: timeSchema
    .nullable()
    .describe(
      'From then on the key is refused, because another one has replaced it. Null: it does not expire.',
    ),
}

const keySchema = named(
  'Key',
  z.strictObject({
    ...keyFields,
    last_used_at: timeSchema.nullable().describe('Recorded once a minute. Null: no use is recorded.'),
    uses_recorded_from: timeSchema.describe(
      'When recording began: that of the key, or of an earlier release that recorded none.',
    ),
  }),
)
const newKeySchema = named('NewKey', z.strictObject({ ...keyFields, key: z.string() }))
const keyParams = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{16}$/, 'an id has 16 hexadecimal digits'),
})
/** A month, within which every program can have been given the new key. */
const MOST_GRACE_HOURS = 24 * 30
const tag = 'Keys'

export const keyRoutes = {
  listKeys: route({
    method: 'get',
    path: '/keys',
    tag,
    summary: 'Stored keys, without the keys themselves',
    scope: 'write',
    query: z.strictObject(pageQuery({ most: 1000, default: 100 })),
    answers: {
      200: named('KeyPage', z.strictObject({ keys: z.array(keySchema), next_cursor: nextCursor })),
    },
  }),
  getOwnKey: route({
    method: 'get',
    path: '/keys/own',
    tag,
    summary: "The scopes of the request's key",
    scope: 'read',
    answers: {
      200: named(
        'OwnKey',
        z.strictObject({
          actor: z.string().describe('As the audit log names the key.'),
          scopes: z.array(z.enum(['ingest', 'read', 'write', 'admin'])),
        }),
      ),
    },
  }),
  createKey: route({
    method: 'post',
    path: '/keys',
    tag,
    summary: 'Create a key; it is shown only once',
    description:
      'Only its hash is stored. A key cannot grant a scope that it does not have. Refused if the service does not require keys.',
    scope: 'write',
    audited: 'key',
    body: named(
      'KeyRequest',
      z.strictObject({ name: z.string().trim().min(1).max(100), scopes: scopesSchema }),
    ),
    answers: { 201: newKeySchema },
    problems: [409],
  }),
  rotateKey: route({
    method: 'post',
    path: '/keys/:key/rotate',
    tag,
    summary: 'Replace a key by a new one with the same name and scopes; it is shown only once',
    description:
      'The old key works for `grace_hours` more, so that programs can change over one by one; with 0 it is refused at once. A key cannot replace one that has a scope it does not have, nor one that was replaced before.',
    scope: 'write',
    audited: 'key',
    params: keyParams,
    body: named(
      'KeyRotation',
      z.strictObject({ grace_hours: z.int().min(0).max(MOST_GRACE_HOURS).default(24) }),
    ),
    bodyOptional: true,
    answers: { 201: newKeySchema },
    problems: [409],
  }),
  deleteKey: route({
    method: 'delete',
    path: '/keys/:key',
    tag,
    summary: 'Revoke a key',
    description: 'Other processes that use the same store notice within five seconds.',
    scope: 'write',
    audited: 'key',
    params: keyParams,
    answers: { 204: null },
  }),
}
