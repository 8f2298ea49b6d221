import { z } from 'zod'
import { route } from './route.ts'
import { named, nextCursor, pageQuery, periodQuery, timeSchema } from './shared.ts'

const entrySchema = named(
  'AuditEntry',
  z.strictObject({
    id: z.string(),
    at: timeSchema,
    actor: z.string().describe('The name of a key, a monitor, the pipeline or the service itself.'),
    action: z
      .string()
      .describe('The operation of the API, or a step of a retraining such as `retrain.sent`.'),
    subject: z.string().describe('The type of the changed object.'),
    name: z.string().describe('Its name or id; for a baseline, `model/version`.'),
    request_id: z.string().nullable().describe('Null if no request caused the change.'),
    before: z.string().nullable().describe('Fingerprint of the declaration, or status of the retraining.'),
    after: z.string().nullable(),
    detail: z.string(),
  }),
)

export const auditRoutes = {
  listAudit: route({
    method: 'get',
    path: '/audit',
    tag: 'Audit',
    summary: 'Who changed what, newest first',
    description:
      'Entries are never changed or removed, and contain no secrets. Requires `write`, because it names keys.',
    scope: 'write',
    query: z.strictObject({
      actor: z.string().optional(),
      action: z.string().optional(),
      subject: z.string().optional(),
      name: z.string().optional(),
      ...periodQuery,
      ...pageQuery({ most: 1000, default: 100 }),
    }),
    answers: {
      200: named('AuditPage', z.strictObject({ entries: z.array(entrySchema), next_cursor: nextCursor })),
    },
  }),
}
