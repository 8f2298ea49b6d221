import { z } from 'zod'
import { route } from './route.ts'
import { named, nextCursor, pageQuery, periodQuery, timeSchema } from './shared.ts'

const entrySchema = named(
  'AuditEntry',
  z.strictObject({
    id: z.string(),
    at: timeSchema,
    actor: z.string().describe('A key by its name, a monitor, the pipeline, the service itself.'),
    action: z
      .string()
      .describe('The operation of the API, or a step of a retraining such as `retrain.sent`.'),
    subject: z.string().describe('What kind of thing was changed.'),
    name: z.string().describe('Its name or id; of a baseline `model/version`.'),
    request_id: z.string().nullable().describe('Null where no request asked for it.'),
    before: z
      .string()
      .nullable()
      .describe('Fingerprint of what was declared, or the status of a retraining.'),
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
    description: 'Entries are only ever added, and hold no secrets. Needs `write`, because it names keys.',
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
