import { z } from 'zod'
import { route } from '../route.ts'
import { named, timeSchema } from '../shared.ts'

const tag = 'Views'

/** A browser takes `//` and `/\\` for the beginning of another host. */
const isPath = (path: string) => /^\/[^\\\p{Cc}\s]*$/u.test(path) && !path.includes('//')

const pathSchema = z
  .string()
  .min(1)
  .max(2000)
  .refine(isPath, 'must be the path of a page: it starts with "/", and has no "//", "\\" or spaces')

const viewSchema = named(
  'View',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    path: z.string().describe('Of the dashboard, with its query.'),
    saved_at: timeSchema,
    saved_by: z.string().describe('The name of the key, as the audit log has it.'),
  }),
)

export const viewRoutes = {
  listViews: route({
    method: 'get',
    path: '/views',
    tag,
    summary: 'Saved views of the dashboard, by name',
    scope: 'read',
    answers: { 200: named('ViewList', z.strictObject({ views: z.array(viewSchema) })) },
  }),
  saveView: route({
    method: 'post',
    path: '/views',
    tag,
    summary: 'Save a page of the dashboard under a name that all see',
    scope: 'write',
    audited: 'view',
    body: named('ViewRequest', z.strictObject({ name: z.string().trim().min(1).max(100), path: pathSchema })),
    changes: ['views'],
    answers: { 201: viewSchema },
    problems: [409],
  }),
  deleteView: route({
    method: 'delete',
    path: '/views/:view',
    tag,
    summary: 'Remove a saved view',
    scope: 'write',
    audited: 'view',
    params: z.strictObject({ view: z.string().regex(/^[0-9a-f]{16}$/, 'an id has 16 hexadecimal digits') }),
    changes: ['views'],
    answers: { 204: null },
  }),
}
