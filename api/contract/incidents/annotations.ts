import { z } from 'zod'
import { httpUrl } from '../../../control/declared/channels/http-url.ts'
import { nameSchema } from '../../../control/declared/model.ts'
import { ANNOTATION_KINDS, ANNOTATION_TEXT } from '../../../domain/annotation.ts'
import { route } from '../route.ts'
import { etags, instantSchema, named, nextCursor, pageQuery, periodQuery, timeSchema } from '../shared.ts'

const annotationSchema = named(
  'Annotation',
  z.strictObject({
    id: z.string(),
    external_id: z.string().nullable(),
    model: z.string().nullable().describe('Null for all models.'),
    kind: z.enum(ANNOTATION_KINDS),
    text: z.string(),
    from: timeSchema,
    to: timeSchema.nullable().describe('Null if it does not last.'),
    link: z.string().nullable(),
    created_by: z.string(),
    created_at: timeSchema,
    revision: z.int().describe('Counts up from 1 with each change.'),
  }),
)

const kindSchema = z.enum(ANNOTATION_KINDS)
const textSchema = z.string().trim().min(1, 'say what it is').max(ANNOTATION_TEXT)
const linkSchema = httpUrl('a link')
const externalIdSchema = z.string().trim().min(1).max(200)

const params = z.strictObject({
  annotation: z.string().regex(/^[0-9a-f]{12}$/, 'the id of an annotation has 12 hexadecimal digits'),
})
const tag = 'Annotations'
const changes = ['annotations'] as const

/** What people and pipelines note on the axis of time: deployments, holidays, incidents, notes. */
export const annotationRoutes = {
  listAnnotations: route({
    method: 'get',
    path: '/annotations',
    tag,
    summary: 'Annotations that overlap a period, by their beginning',
    scope: 'read',
    query: z.strictObject({
      model: z.string().optional().describe('Includes annotations of all models.'),
      ...periodQuery,
      ...pageQuery({ most: 1000, default: 100 }),
    }),
    answers: {
      200: named(
        'AnnotationPage',
        z.strictObject({ annotations: z.array(annotationSchema), etags, next_cursor: nextCursor }),
      ),
    },
  }),
  createAnnotation: route({
    method: 'post',
    path: '/annotations',
    tag,
    summary: 'Annotate a time or a period',
    description:
      'With an `external_id`, sending the same request again creates nothing: the annotation that exists is returned with status 200, unchanged.',
    scope: 'write',
    audited: 'annotation',
    body: named(
      'AnnotationRequest',
      z.strictObject({
        external_id: externalIdSchema.optional().describe('An id of your own, such as that of a build.'),
        model: nameSchema.optional().describe('Defaults to all models.'),
        kind: kindSchema,
        text: textSchema,
        from: instantSchema.optional().describe('Defaults to now.'),
        to: instantSchema.optional().describe('Only of something that lasts.'),
        link: linkSchema.optional(),
        created_by: z.string().trim().min(1).max(200).optional().describe('Defaults to the name of the key.'),
      }),
    ),
    changes,
    etag: true,
    answers: { 201: annotationSchema, 200: annotationSchema },
    problems: [422],
  }),
  patchAnnotation: route({
    method: 'patch',
    path: '/annotations/:annotation',
    tag,
    summary: 'Change an annotation',
    description: 'Null removes `model` (it is then of all models), `to` or `link`.',
    scope: 'write',
    audited: 'annotation',
    params,
    body: named(
      'AnnotationChange',
      z.strictObject({
        model: nameSchema.nullable().optional(),
        kind: kindSchema.optional(),
        text: textSchema.optional(),
        from: instantSchema.optional(),
        to: instantSchema.nullable().optional(),
        link: linkSchema.nullable().optional(),
      }),
    ),
    changes,
    etag: true,
    preconditions: ['If-Match'],
    answers: { 200: annotationSchema },
    problems: [422],
  }),
  deleteAnnotation: route({
    method: 'delete',
    path: '/annotations/:annotation',
    tag,
    summary: 'Remove an annotation',
    scope: 'write',
    audited: 'annotation',
    params,
    changes,
    preconditions: ['If-Match'],
    answers: { 204: null },
  }),
}
