import { z } from 'zod'
import { experimentSchema } from '../../../control/declared/experiment.ts'
import { nameSchema } from '../../../control/declared/model.ts'
import { EXPERIMENT_METRICS, EXPERIMENT_STATES } from '../../../domain/experiment.ts'
import { mergePatchOf } from '../merge-patch.ts'
import { route } from '../route.ts'
import { etags, named, nextCursor, pageQuery, timeSchema } from '../shared.ts'

const declaration = named('ExperimentDeclaration', experimentSchema)
const stateSchema = z.enum(EXPERIMENT_STATES)

const pointSchema = z.strictObject({
  hour: timeSchema.describe('Beginning of the newest hour that it contains.'),
  hours: z.int().describe('Hours with rows so far.'),
  rows: z.int().describe('Pairs so far, or the rows of both versions.'),
  least_rows: z.int().describe('Of these, the rows of the version that has fewer; of pairs all.'),
  even_hours: z
    .number()
    .describe('Hours that tell as much if all have as many rows: fewer where few hours hold most rows.'),
  difference: z
    .number()
    .describe('Mean loss of the challenger minus that of the champion: above 0, the champion is better.'),
  lower: z.number().nullable().describe('The confidence sequence; null before the first look.'),
  upper: z.number().nullable(),
  state: stateSchema,
})

const standingSchema = z.strictObject({
  state: stateSchema.describe('`undecided` goes on; all others are final.'),
  reason: z.string().describe('The numbers behind the state. Contains unescaped names.'),
  started_at: timeSchema.describe('Predictions from here on count.'),
  ends_at: timeSchema,
  mature_until: timeSchema.nullable().describe('All hours before this one have entered.'),
  problem: z.string().nullable().describe('Why nothing could be compared at the newest look.'),
  looked_at: timeSchema,
  decided_at: timeSchema.nullable(),
  point: pointSchema.nullable(),
  closed: z
    .strictObject({
      decision: z.enum(['promoted', 'kept']),
      version: z.string().describe('The version that is in use from then on.'),
      by: z.string(),
      at: timeSchema,
      comment: z.string(),
    })
    .nullable()
    .describe('What a person made of it.'),
})

export const experimentAnswer = named(
  'Experiment',
  z.strictObject({
    name: z.string(),
    model: z.string(),
    champion: z.string(),
    challenger: z.string(),
    design: z.enum(['paired', 'split']),
    metric: z.enum(EXPERIMENT_METRICS),
    margin: z.number().optional(),
    alpha: z.number(),
    min_rows: z.int(),
    min_hours: z.int(),
    from: timeSchema.optional(),
    duration: z.string(),
    label_delay: z.string().optional(),
    channels: z.array(z.string()),
    standing: standingSchema.nullable().describe('Null before the first look.'),
  }),
)

const segmentsAnswer = named(
  'ExperimentSegments',
  z.strictObject({
    from: timeSchema.nullable().describe('Null before the first mature hour.'),
    to: timeSchema.nullable(),
    columns: z.array(z.string()).describe('Segment columns of the model.'),
    level: z.number().describe('Of each interval by itself.'),
    segments: z
      .array(
        z.strictObject({
          segment: z.string().describe('Its name in results and queries.'),
          column: z.string(),
          value: z.string().nullable().describe('The unescaped value; null for rows without one.'),
          rows: z.int().describe('Pairs, or the rows of both versions, that were compared.'),
          hours: z.int().describe('Hours with such rows.'),
          difference: z.number().describe('Mean loss of the challenger minus that of the champion.'),
          lower: z.number().nullable().describe('Null if there are too few hours, or nothing varied.'),
          upper: z.number().nullable(),
          worse: z
            .boolean()
            .describe('Whether the interval excludes 0 at a level shared among all segments (Bonferroni).'),
        }),
      )
      .describe('Segments in which the challenger is worse first, then by difference.'),
  }),
)

const params = z.strictObject({ experiment: nameSchema })
const tag = 'Experiments'
const decisionBody = named(
  'ExperimentDecision',
  z.strictObject({
    comment: z.string().max(2000).default(''),
    version: z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .describe(
        'Which version to promote, if the challenger is `shadow` and several versions have shadow traffic.',
      ),
    force: z
      .boolean()
      .default(false)
      .describe('Promotes the challenger although the experiment has not found it better or equivalent.'),
  }),
)

const close = (verb: 'promote' | 'keep', summary: string, description: string) =>
  route({
    method: 'post',
    path: `/experiments/:experiment/${verb}`,
    tag,
    summary,
    description,
    scope: 'write',
    params,
    body: decisionBody,
    changes: ['experiments', 'alerts'],
    answers: { 200: experimentAnswer },
    problems: [409],
  })

export const experimentRoutes = {
  listExperiments: route({
    method: 'get',
    path: '/experiments',
    tag,
    summary: 'Declared experiments and how they stand, by name',
    scope: 'read',
    query: z.strictObject({ model: nameSchema.optional(), ...pageQuery({ most: 1000, default: 100 }) }),
    answers: {
      200: named(
        'ExperimentPage',
        z.strictObject({ experiments: z.array(experimentAnswer), etags, next_cursor: nextCursor }),
      ),
    },
  }),
  declareExperiment: route({
    method: 'post',
    path: '/experiments',
    tag,
    summary: 'Declare or change an experiment',
    description:
      'The body is an entry of `experiments` in the YAML file. An experiment that changes in anything but its channels begins again.',
    scope: 'write',
    audited: 'experiment',
    body: declaration,
    changes: ['experiments'],
    etag: true,
    preconditions: ['If-Match', 'If-None-Match'],
    answers: { 201: experimentAnswer, 200: experimentAnswer },
    problems: [409, 422],
  }),
  getExperiment: route({
    method: 'get',
    path: '/experiments/:experiment',
    tag,
    summary: 'An experiment and how it stands',
    scope: 'read',
    params,
    etag: true,
    answers: { 200: experimentAnswer },
  }),
  patchExperiment: route({
    method: 'patch',
    path: '/experiments/:experiment',
    tag,
    summary: 'Change an experiment',
    scope: 'write',
    audited: 'experiment',
    params,
    body: named('ExperimentPatch', mergePatchOf(experimentSchema)),
    changes: ['experiments'],
    etag: true,
    preconditions: ['If-Match'],
    answers: { 200: experimentAnswer },
    problems: [422],
  }),
  deleteExperiment: route({
    method: 'delete',
    path: '/experiments/:experiment',
    tag,
    summary: 'Remove an experiment',
    scope: 'write',
    audited: 'experiment',
    params,
    changes: ['experiments'],
    preconditions: ['If-Match'],
    answers: { 204: null },
  }),
  getExperimentSequence: route({
    method: 'get',
    path: '/experiments/:experiment/sequence',
    tag,
    summary: 'How the confidence sequence of an experiment narrowed, hour by hour',
    description:
      'At most 2,000 points, evenly chosen; the first, the deciding and the last one are always there.',
    scope: 'read',
    params,
    answers: {
      200: named(
        'ExperimentSequence',
        z.strictObject({
          points: z.array(pointSchema),
          margin: z.number().nullable(),
          coverage: z
            .strictObject({
              champion: z.int().describe('Predictions of the champion in these hours.'),
              challenger: z
                .int()
                .nullable()
                .describe('The same of the challenger; null where both see each request.'),
              compared: z.int().describe('Pairs, or rows, that had a loss and so were compared.'),
            })
            .describe('What was there, and how much of it could be compared.'),
        }),
      ),
    },
  }),
  getExperimentSegments: route({
    method: 'get',
    path: '/experiments/:experiment/segments',
    tag,
    summary: 'How champion and challenger compare within each segment',
    description:
      'The 20 most frequent values of each segment column among the predictions of the champion, and rows without a value, over all mature hours. Intervals are for a single look, unlike the confidence sequence.',
    scope: 'read',
    params,
    answers: { 200: segmentsAnswer },
  }),
  promoteChallenger: close(
    'promote',
    'Promote the challenger',
    'Records that the challenger takes over, and tells the channels of the experiment. Requires that it was found better or equivalent, or `force`.',
  ),
  keepChampion: close('keep', 'Keep the champion', 'Records that the champion stays, and ends the alert.'),
}
