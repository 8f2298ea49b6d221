import type { Request } from 'express'
import {
  storeLabels,
  storePredictions,
  type IntakeContext,
  type IntakeResult,
  type RawRecord,
} from '../../ingest/intake/pipeline.ts'
import { totalWarnings, type InputWarning } from '../../ingest/decode/input-problem.ts'
import { countRecords } from '../../ingest/intake/metrics.ts'
import { batchesOfJson, batchesOfLines } from '../../ingest/intake/records.ts'
import { createAdmission, type HeldBody } from '../admission.ts'
import { mediaType, unpacked, wholeBody } from '../body.ts'
import { modelOr404, type ApiContext } from '../context.ts'
import type { intakeRoutes } from '../contract/intake.ts'
import { notStored, Problem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'

/** Reasons and warnings listed in an answer; the counts are always complete, and the dead letters hold every one. */
const MAX_LISTED = 100
const LINE_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl']

/** Memory that all bodies under way may take. */
const BUDGET_BYTES = 96_000_000
/** A record as text takes about so many times its size while it is parsed and encoded. */
const MEMORY_PER_BYTE = 3

type Take = (context: IntakeContext, records: readonly RawRecord[]) => Promise<IntakeResult>

/** Intake of predictions and labels. Answers once everything is stored, accepted or as a dead letter. */
export const intakeHandlers: HandlersOf<typeof intakeRoutes> = (context) => {
  const admission = createAdmission(BUDGET_BYTES)
  const { bodyBytes, refused } = context.intake.metrics
  const admitted = async (name: string, request: Request, kind: IntakeKind, take: Take, delay?: number) => {
    const entry = admission.enter()
    if (!entry.admitted) {
      refused.inc()
      throw tooBusy(entry.retryAfterSeconds)
    }
    const { body } = entry
    const heldBody: HeldBody = {
      ...body,
      add(bytes) {
        body.add(MEMORY_PER_BYTE * bytes)
        bodyBytes.set(admission.held)
      },
    }
    try {
      return await intake(context, name, request, { kind, take, delay }, heldBody)
    } finally {
      body.leave()
      bodyBytes.set(admission.held)
    }
  }
  return {
    storePredictions: ({ params, request }) =>
      admitted(params.model, request, 'predictions', storePredictions),
    storeLabels: ({ params, query, request }) =>
      admitted(params.model, request, 'labels', storeLabels, query.label_delay),
  }
}

type IntakeKind = 'predictions' | 'labels'

function tooBusy(seconds: number): Problem {
  const detail = `The intake is behind. Send the same request again in ${seconds} s; nothing was read from this one.`
  return new Problem(429, 'Too many requests', detail, {}, { retryAfter: seconds })
}

async function intake(
  context: ApiContext,
  name: string,
  request: Request,
  { kind, take, delay }: { kind: IntakeKind; take: Take; delay: number | undefined },
  body: HeldBody,
) {
  const model = await modelOr404(context, name)
  const { store, intake, live, clock } = context
  const rejections: IntakeResult['rejected'] = []
  let warnings: InputWarning[] = []
  let [seen, accepted, rejected] = [0, 0, 0]
  for await (const records of batches(request, body)) {
    const source = `http:${kind}`
    const stored = intake
      .classesOf(model)
      .then((classes) =>
        take(
          { store, writer: intake.writer, model, classes, source, now: clock(), labelDelay: delay },
          records,
        ),
      )
    const result = await stored.catch((cause: unknown) => {
      intake.metrics.storeFailures.inc({ source: 'http' })
      throw notStored(cause)
    })
    countRecords(intake.metrics, { source: 'http', records: kind, model: model.name }, result)
    accepted += result.accepted
    rejected += result.rejected.length
    if (result.accepted > 0) live.publish({ topic: 'volume', model: model.name })
    if (result.rejected.length > 0) live.publish({ topic: 'dead_letters', model: model.name })
    for (const { index, ...reason } of result.rejected.slice(0, MAX_LISTED - rejections.length)) {
      rejections.push({ index: seen + index, ...reason })
    }
    warnings = totalWarnings([...warnings, ...result.warnings])
    seen += records.length
    body.clear()
  }
  const status = accepted === 0 && rejected > 0 ? (422 as const) : (200 as const)
  return { status, body: { accepted, rejected, rejections, warnings: warnings.slice(0, MAX_LISTED) } }
}

async function* batches(request: Request, body: HeldBody): AsyncGenerator<RawRecord[]> {
  const isLines = LINE_TYPES.includes(mediaType(request))
  const chunks = held(unpacked(request), body)
  if (isLines) yield* batchesOfLines(chunks)
  else yield* batchesOfJson(await wholeBody(chunks))
}

/** The same chunks, told to be in memory. */
async function* held(chunks: AsyncIterable<Buffer>, body: HeldBody): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    body.add(chunk.length)
    yield chunk
  }
}
