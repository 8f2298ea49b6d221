import { Router, type Response, type Request } from 'express'
import {
  storeLabels,
  storePredictions,
  type IntakeContext,
  type IntakeResult,
  type RawRecord,
} from '../../ingest/pipeline.ts'
import { batchesOfJson, batchesOfLines } from '../../ingest/records.ts'
import { unpacked, wholeBody } from '../body.ts'
import { modelOr404, type ApiContext, type ModelRequest } from '../context.ts'

/** Reasons listed in an answer; the counts are always complete, and the dead letters hold every one. */
const MAX_LISTED = 100

type Take = (context: IntakeContext, records: readonly RawRecord[]) => Promise<IntakeResult>

/** Intake of predictions and labels. Answers once everything is stored, accepted or as a dead letter. */
export function intakeRoutes(context: ApiContext): Router {
  const router = Router()
  router.post('/models/:model/predictions', (request, response) =>
    intake(context, request, response, 'predictions', storePredictions),
  )
  router.post('/models/:model/labels', (request, response) =>
    intake(context, request, response, 'labels', storeLabels),
  )
  return router
}

async function intake(
  context: ApiContext,
  request: ModelRequest,
  response: Response,
  kind: string,
  take: Take,
): Promise<void> {
  const model = await modelOr404(context, request)
  const rejections: IntakeResult['rejected'] = []
  let [seen, accepted, rejected] = [0, 0, 0]
  for await (const records of batches(request)) {
    const into = { store: context.store, model, source: `http:${kind}`, now: context.clock() }
    const result = await take(into, records)
    accepted += result.accepted
    rejected += result.rejected.length
    for (const { index, ...reason } of result.rejected.slice(0, MAX_LISTED - rejections.length)) {
      rejections.push({ index: seen + index, ...reason })
    }
    seen += records.length
  }
  response.status(accepted === 0 && rejected > 0 ? 422 : 200).json({ accepted, rejected, rejections })
}

async function* batches(request: Request): AsyncGenerator<RawRecord[]> {
  if (request.is(['application/x-ndjson', 'application/ndjson', 'application/jsonl']))
    yield* batchesOfLines(unpacked(request))
  else yield* batchesOfJson(await wholeBody(request))
}
