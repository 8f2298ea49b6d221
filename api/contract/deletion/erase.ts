import { z } from 'zod'
import { route } from '../route.ts'
import { modelParams, named, timeSchema } from '../shared.ts'

/** Ids of one request. */
export const MAX_ERASED_IDS = 10_000

export const eraseRoutes = {
  erase: route({
    method: 'post',
    path: '/models/:model/erase',
    tag: 'Models',
    summary: 'Delete everything that is stored under prediction ids',
    description:
      'Deletes predictions, labels, waiting labels, waiting halves of KServe exchanges, reference features and dead letters that name one of the ids, and has the hours counted again. Ids are remembered as hashes, so records with these ids that arrive later are dropped. Responds once no data in use contains the rows. Sending a request again is harmless. `docs/privacy.md` says what is kept.',
    scope: 'write',
    audited: 'model',
    params: modelParams,
    body: named(
      'Erase',
      z.strictObject({
        ids: z
          .array(z.union([z.string().min(1).max(1000), z.int()]))
          .min(1)
          .max(MAX_ERASED_IDS)
          .describe('Ids of predictions.'),
        dry_run: z
          .boolean()
          .default(false)
          .describe('Counts what would be deleted, and deletes and remembers nothing.'),
      }),
    ),
    changes: ['volume', 'dead_letters', 'models'],
    answers: {
      200: named(
        'Erased',
        z.strictObject({
          model: z.string(),
          dry_run: z.boolean(),
          ids: z.int().describe('Number of different ids.'),
          not_found: z.int().describe('Number of ids under which nothing was stored.'),
          predictions: z.int(),
          labels: z.int().describe('Labels of an hour, whether or not their predictions are stored.'),
          waiting_labels: z.int().describe('Labels whose predictions were not found yet.'),
          inference_logs: z.int().describe('Requests and responses of KServe, kept for seven days.'),
          reference_features: z.int().describe('Rows of features that were computed offline.'),
          dead_letters: z.int(),
          example_hours: z
            .int()
            .describe('Hours of which the example values of input problems were removed.'),
          recounted_hours: z
            .array(timeSchema)
            .describe('Hours that contained the rows and are counted again within about a minute.'),
        }),
      ),
    },
  }),
}
