import type { Request } from 'express'
import {
  storeLabels,
  storePredictions,
  type IntakeContext,
  type IntakeResult,
  type RawRecord,
} from '../../ingest/pipeline.ts'
import { batchesOfJson, batchesOfLines } from '../../ingest/records.ts'
import { mediaType, unpacked, wholeBody } from '../body.ts'
import { modelOr404, type ApiContext } from '../context.ts'
import type { intakeRoutes } from '../contract/intake.ts'
import type { HandlersOf } from '../router.ts'

/** Reasons listed in an answer; the counts are always complete, and the dead letters hold every one. */
const MAX_LISTED = 100
const LINE_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl']

type Take = (context: IntakeContext, records: readonly RawRecord[]) => Promise<IntakeResult>

/** Intake of predictions and labels. Answers once everything is stored, accepted or as a dead letter. */
export const intakeHandlers: HandlersOf<typeof intakeRoutes> = (context) => ({
  storePredictions: ({ params, request }) =>
    intake(context, params.model, request, 'predictions', storePredictions),
  storeLabels: ({ params, request }) => intake(context, params.model, request, 'labels', storeLabels),
})

async function intake(context: ApiContext, name: string, request: Request, kind: string, take: Take) {
  const model = await modelOr404(context, name)
  const rejections: IntakeResult['rejected'] = []
  let [seen, accepted, rejected] = [0, 0, 0]
  for await (const records of batches(request)) {
    const into = { store: context.store, model, source: `http:${kind}`, now: context.clock() }
    const result = await take(into, records)
    accepted += result.accepted
    rejected += result.rejected.length
    if (result.accepted > 0) context.live.publish({ topic: 'volume', model: model.name })
    if (result.rejected.length > 0) context.live.publish({ topic: 'dead_letters', model: model.name })
    for (const { index, ...reason } of result.rejected.slice(0, MAX_LISTED - rejections.length)) {
      rejections.push({ index: seen + index, ...reason })
    }
    seen += records.length
  }
  const status = accepted === 0 && rejected > 0 ? (422 as const) : (200 as const)
  return { status, body: { accepted, rejected, rejections } }
}

async function* batches(request: Request): AsyncGenerator<RawRecord[]> {
  if (LINE_TYPES.includes(mediaType(request, LINE_TYPES))) yield* batchesOfLines(unpacked(request))
  else yield* batchesOfJson(await wholeBody(request))
}
