import { z } from 'zod'
import { modelSchema, nameSchema } from '../../control/declared/model.ts'
import { fileBodies, fileColumns } from './baselines.ts'
import { mergePatchOf } from './merge-patch.ts'
import { route } from './route.ts'
import { etags, modelParams, named, nextCursor, pageQuery } from './shared.ts'

/** In answers as in bodies: the declared form. */
export const modelDeclaration = named('Model', modelSchema)

const tag = 'Models'

export const modelRoutes = {
  listModels: route({
    method: 'get',
    path: '/models',
    tag,
    summary: 'Declared models, by name',
    scope: 'read',
    query: z.strictObject(pageQuery({ most: 1000, default: 100 })),
    answers: {
      200: named(
        'ModelPage',
        z.strictObject({ models: z.array(modelDeclaration), etags, next_cursor: nextCursor }),
      ),
    },
  }),
  declareModel: route({
    method: 'post',
    path: '/models',
    tag,
    summary: 'Declare or change a model',
    description:
      'The body is an entry of `models` in the YAML file. Columns are added; columns of features that are no longer declared are kept.',
    scope: 'write',
    audited: 'model',
    body: modelDeclaration,
    changes: ['models'],
    etag: true,
    preconditions: ['If-Match', 'If-None-Match'],
    answers: { 201: modelDeclaration, 200: modelDeclaration },
    problems: [409],
  }),
  suggestModel: route({
    method: 'post',
    path: '/models/suggested',
    tag,
    summary: 'Suggest the declaration of a model from a file of its rows',
    description:
      '`prediction`, `score` and `label` are what the query names, or if it names none of them, what is called so, or as they often are, such as `target` or `y_pred`. Other columns become features, except those that look like an index, an id or a time. Nothing is stored.',
    scope: 'write',
    query: z.strictObject({ name: nameSchema.describe('Name of the model.'), ...fileColumns }),
    rawBodies: fileBodies,
    answers: {
      200: named(
        'SuggestedModel',
        z.strictObject({
          model: modelDeclaration,
          rows: z.int().describe('Rows of the file.'),
          columns: z.array(z.string()).describe('All columns of the file that can be read.'),
          outcomes: z
            .array(z.enum(['prediction', 'score', 'label']))
            .describe('Which of these columns the file has.'),
          outcome_columns: z
            .strictObject({
              prediction: z.string().optional(),
              score: z.string().optional(),
              label: z.string().optional(),
            })
            .describe('What these columns are called in the file.'),
          left_out: z
            .array(
              z.strictObject({
                column: z.string(),
                reason: z.enum(['index', 'id', 'time', 'unsupported']),
                detail: z.string().describe('What it was judged by, or its type. Contains unescaped names.'),
              }),
            )
            .describe('Columns that became no feature.'),
        }),
      ),
    },
    problems: [422],
  }),
  getModel: route({
    method: 'get',
    path: '/models/:model',
    tag,
    summary: 'The declaration of a model',
    scope: 'read',
    params: modelParams,
    etag: true,
    answers: { 200: modelDeclaration },
  }),
  patchModel: route({
    method: 'patch',
    path: '/models/:model',
    tag,
    summary: 'Change parts of a declaration',
    description: '`{"features": {"new": "numeric", "old": null}}` adds one feature and drops another.',
    scope: 'write',
    audited: 'model',
    params: modelParams,
    body: named('ModelPatch', mergePatchOf(modelSchema)),
    changes: ['models'],
    etag: true,
    preconditions: ['If-Match'],
    answers: { 200: modelDeclaration },
    problems: [409],
  }),
  deleteModel: route({
    method: 'delete',
    path: '/models/:model',
    tag,
    summary: 'Remove a model with its predictions and labels',
    description:
      'Baselines, results and alerts stay, but no baseline is active. Refused while a monitor or topic names the model.',
    scope: 'write',
    audited: 'model',
    params: modelParams,
    changes: ['models'],
    preconditions: ['If-Match'],
    answers: {
      200: named(
        'ModelDeleted',
        z.strictObject({
          model: z.string(),
          deleted: z.array(z.string()).describe('What was deleted.'),
          kept: z.array(z.string()).describe('What is still stored under the name.'),
        }),
      ),
    },
    problems: [409],
  }),
}
