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
}

const keySchema = named('Key', z.strictObject(keyFields))
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
    answers: { 201: named('NewKey', z.strictObject({ ...keyFields, key: z.string() })) },
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
    params: z.strictObject({ key: z.string().regex(/^[0-9a-f]{16}$/, 'an id has 16 hexadecimal digits') }),
    answers: { 204: null },
  }),
}
