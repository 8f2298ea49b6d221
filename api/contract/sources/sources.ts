import { z } from 'zod'
import { nameSchema } from '../../../control/declared/model.ts'
import { sourceSchema } from '../../../control/declared/sources/source.ts'
import { FILE_STATES } from '../../../control/sources/ledger.ts'
import { mergePatchOf } from '../merge-patch.ts'
import { route } from '../route.ts'
import { etags, named, nextCursor, pageQuery, timeSchema } from '../shared.ts'

const declaration = named('Source', sourceSchema)
const params = z.strictObject({ source: nameSchema })
const tag = 'Sources'

export const sourceState = named(
  'SourceState',
  z.strictObject({
    looked_at: timeSchema.nullable().describe('When the location was last asked for its files.'),
    next_look_at: timeSchema.nullable().describe('When it is asked next; null for as soon as possible.'),
    listed: z.int().describe('Files that it had then.'),
    settling: z.int().describe('Files that changed too recently, and are left until later.'),
    left_out: z.int().describe('Files that do not match, or whose format is not known.'),
    files: z
      .strictObject(
        Object.fromEntries(FILE_STATES.map((state) => [state, z.int()])) as Record<
          (typeof FILE_STATES)[number],
          z.ZodInt
        >,
      ) // prettier-ignore
      .describe('Files by what became of them; `replaced` ones were changed later.'),
    accepted: z.int().describe('Predictions and labels that were stored.'),
    rejected: z.int().describe('Those that became dead letters.'),
    problem: z.string().nullable().describe('Why the location cannot be read now.'),
    problem_since: timeSchema.nullable(),
  }),
)

const sourceWithState = named(
  'SourceWithState',
  z.strictObject({ ...sourceSchema.shape, state: sourceState }),
)

export const sourceFile = named(
  'SourceFile',
  z.strictObject({
    number: z.int(),
    path: z.string(),
    size: z.int().describe('Bytes; 0 where it is not known.'),
    modified_at: timeSchema,
    state: z.enum(FILE_STATES),
    seen_at: timeSchema,
    started_at: timeSchema.nullable(),
    ended_at: timeSchema.nullable(),
    rows: z.int().nullable().describe('Rows that were read so far.'),
    accepted: z.int(),
    rejected: z.int(),
    erased: z.int().describe('Left out, since their ids have been erased.'),
    problem: z.string().describe('Why it failed; else empty.'),
  }),
)

export const sourceRoutes = {
  listSources: route({
    method: 'get',
    path: '/sources',
    tag,
    summary: 'Declared batch sources and how they stand, by name',
    scope: 'read',
    query: z.strictObject(pageQuery({ most: 1000, default: 100 })),
    answers: {
      200: named(
        'SourcePage',
        z.strictObject({ sources: z.array(sourceWithState), etags, next_cursor: nextCursor }),
      ),
    },
  }),
  declareSource: route({
    method: 'post',
    path: '/sources',
    tag,
    summary: 'Declare or change a batch source',
    description:
      'The body is an entry of `sources` in the YAML file. The model that it names must be declared.',
    scope: 'write',
    audited: 'source',
    body: declaration,
    changes: ['sources'],
    etag: true,
    preconditions: ['If-Match', 'If-None-Match'],
    answers: { 201: declaration, 200: declaration },
    problems: [409, 422],
  }),
  checkSource: route({
    method: 'post',
    path: '/sources/check',
    tag,
    summary: 'What a batch source would take, without declaring it',
    description: 'Asks the location for its files, and reads none of them. Nothing is stored.',
    scope: 'write',
    body: declaration,
    answers: {
      200: named(
        'CheckedSource',
        z.strictObject({
          listed: z.int().describe('Files that would be taken.'),
          settling: z.int(),
          left_out: z.int(),
          is_complete: z.boolean().describe('False where the location has more files than a check looks at.'),
          files: z
            .array(z.strictObject({ path: z.string(), size: z.int(), modified_at: timeSchema }))
            .describe('The first of them.'),
          problem: z.string().nullable().describe('Why the location cannot be read.'),
        }),
      ),
    },
    problems: [422],
  }),
  getSource: route({
    method: 'get',
    path: '/sources/:source',
    tag,
    summary: 'The declaration of a batch source, with defaults, and how it stands',
    scope: 'read',
    params,
    etag: true,
    answers: { 200: sourceWithState },
  }),
  patchSource: route({
    method: 'patch',
    path: '/sources/:source',
    tag,
    summary: 'Change parts of a declaration',
    scope: 'write',
    audited: 'source',
    params,
    body: named('SourcePatch', mergePatchOf(sourceSchema)),
    changes: ['sources'],
    etag: true,
    preconditions: ['If-Match'],
    answers: { 200: declaration },
    problems: [422],
  }),
  deleteSource: route({
    method: 'delete',
    path: '/sources/:source',
    tag,
    summary: 'Remove a batch source; what was taken from it stays',
    scope: 'write',
    audited: 'source',
    params,
    changes: ['sources'],
    preconditions: ['If-Match'],
    answers: { 204: null },
  }),
  runSource: route({
    method: 'post',
    path: '/sources/:source/run',
    tag,
    summary: 'Ask a source for its files now, and take those that are new',
    description:
      'Answers after a few seconds at most, while the run goes on; repeat it, without a body, until `running` is false.',
    scope: 'write',
    params,
    body: named(
      'SourceRun',
      z.strictObject({
        retry_failed: z
          .boolean()
          .default(false)
          .describe('Take failed files once more, from their beginning.'),
        again: z
          .string()
          .min(1)
          .max(4000)
          .optional()
          .describe('Path of a file to take once more, although it was taken.'),
      }),
    ),
    changes: ['sources'],
    answers: { 200: named('SourceRunning', z.strictObject({ running: z.boolean(), state: sourceState })) },
    problems: [409, 422],
  }),
  listSourceFiles: route({
    method: 'get',
    path: '/sources/:source/files',
    tag,
    summary: 'Files of a source and what became of them, the newest first',
    scope: 'read',
    params,
    query: z.strictObject({
      ...pageQuery({ most: 500, default: 50 }),
      state: z.enum(FILE_STATES).optional(),
    }),
    answers: {
      200: named('SourceFilePage', z.strictObject({ files: z.array(sourceFile), next_cursor: nextCursor })),
    },
  }),
}
