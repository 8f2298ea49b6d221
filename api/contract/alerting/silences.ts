import { z } from 'zod'
import { matcherSchema, matchersSchema } from '../../../control/alerting/silences.ts'
import { SEVERITIES } from '../../../domain/severity.ts'
import { route } from '../route.ts'
import { etags, instantSchema, named, nextCursor, pageQuery, timeSchema } from '../shared.ts'

/** Members that a preview names. */
export const MAX_PREVIEWED = 50

const personSchema = z.string().trim().min(1, 'say who').max(200)
const commentSchema = z.string().max(2000)

const silenceSchema = named(
  'Silence',
  z.strictObject({
    id: z.string(),
    state: z.enum(['pending', 'active', 'expired']),
    matchers: z.array(named('Matcher', matcherSchema)),
    start: timeSchema,
    end: timeSchema,
    author: z.string(),
    comment: z.string(),
    created_at: timeSchema,
    changed_at: timeSchema,
    changed_by: z.string(),
    revision: z.int().describe('Counts up from 1 with each change.'),
  }),
)

const silenceParams = z.strictObject({
  silence: z.string().regex(/^[0-9a-f]{12}$/, 'the id of a silence has 12 hexadecimal digits'),
})
const tag = 'Silences'
const changes = ['silences', 'alerts'] as const

/** Silences mute notifications of alerts for a time; alerts are still recorded. */
export const silenceRoutes = {
  listSilences: route({
    method: 'get',
    path: '/silences',
    tag,
    summary: 'Silences, latest end first',
    scope: 'read',
    query: z.strictObject({
      state: z.enum(['pending', 'active', 'expired']).optional(),
      ...pageQuery({ most: 1000, default: 100 }),
    }),
    answers: {
      200: named(
        'SilencePage',
        z.strictObject({ silences: z.array(silenceSchema), etags, next_cursor: nextCursor }),
      ),
    },
  }),
  getSilence: route({
    method: 'get',
    path: '/silences/:silence',
    tag,
    summary: 'A silence with its earlier revisions',
    scope: 'read',
    params: silenceParams,
    etag: true,
    answers: {
      200: named(
        'SilenceDetail',
        z.strictObject({
          ...silenceSchema.shape,
          history: z.array(silenceSchema).describe('Earlier revisions, newest first.'),
        }),
      ),
    },
  }),
  createSilence: route({
    method: 'post',
    path: '/silences',
    tag,
    summary: 'Create a silence',
    description:
      'Holds back notifications for members that match all matchers. Alerts keep firing and are shown as silenced; muted notifications that still apply are sent when the silence ends.',
    scope: 'write',
    audited: 'silence',
    body: named(
      'SilenceRequest',
      z.strictObject({
        matchers: matchersSchema,
        start: instantSchema.optional().describe('Defaults to now.'),
        end: instantSchema.describe('At most 90 days from now.'),
        author: personSchema,
        comment: commentSchema.default(''),
      }),
    ),
    changes,
    etag: true,
    answers: { 201: silenceSchema },
  }),
  previewSilence: route({
    method: 'post',
    path: '/silences/preview',
    tag,
    summary: 'Find out what a silence would mute, without creating it',
    description:
      'Compares matchers with every member of an alert that has fired so far, as it stands now. A member is what an alert is about: a column, a metric, or a finding about the data.',
    scope: 'read',
    body: named('SilencePreviewRequest', z.strictObject({ matchers: matchersSchema })),
    answers: {
      200: named(
        'SilencePreview',
        z.strictObject({
          firing: z.int().describe('Number of members that fire now and match.'),
          beside: z
            .int()
            .describe(
              'Number of members that fire now in the same alerts and do not match: they are not muted.',
            ),
          earlier: z.int().describe('Number of members that match and fired before, but not now.'),
          members: z
            .array(
              z.strictObject({
                model: z.string(),
                monitor: z.string(),
                kind: z.string(),
                column: z.string(),
                segment: z.string(),
                version: z.string(),
                severity: z.enum(SEVERITIES),
              }),
            )
            .describe(`Those that fire now; at most ${MAX_PREVIEWED}.`),
        }),
      ),
    },
  }),
  patchSilence: route({
    method: 'patch',
    path: '/silences/:silence',
    tag,
    summary: 'Change a silence that has not ended',
    description: 'The earlier revision is kept. The start cannot be changed once the silence has started.',
    scope: 'write',
    audited: 'silence',
    params: silenceParams,
    body: named(
      'SilenceChange',
      z.strictObject({
        matchers: matchersSchema.optional(),
        start: instantSchema.optional(),
        end: instantSchema.optional(),
        author: personSchema.describe('Who changes it.'),
        comment: commentSchema.optional(),
      }),
    ),
    changes,
    etag: true,
    preconditions: ['If-Match'],
    answers: { 200: silenceSchema },
    problems: [409],
  }),
  expireSilence: route({
    method: 'post',
    path: '/silences/:silence/expire',
    tag,
    summary: 'End a silence now',
    scope: 'write',
    audited: 'silence',
    params: silenceParams,
    body: named('SilenceEnd', z.strictObject({ author: personSchema.describe('Who ends it.') })),
    changes,
    etag: true,
    preconditions: ['If-Match'],
    answers: { 200: silenceSchema },
    problems: [409],
  }),
}
