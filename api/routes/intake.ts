import type { Request } from 'express'
import {
  storeLabels,
  storePredictions,
  type IntakeContext,
  type IntakeResult,
} from '../../ingest/intake/pipeline.ts'
import { storeReferenceFeatures } from '../../ingest/intake/store-reference.ts'
import type { EventKind } from '../../ingest/columnar/layout.ts'
import { countRecords } from '../../ingest/intake/metrics.ts'
import type { RawRecord } from '../../ingest/intake/raw-record.ts'
import { batchesOfJson, batchesOfLines } from '../../ingest/intake/records.ts'
import { createAdmission, held, type HeldBody } from '../request/admission.ts'
import { atMost, MAX_JSON_BYTES, mediaType, unpacked, wholeBody } from '../request/body.ts'
import { bodyFormat, columnarBatches, createTurns } from '../request/columnar-body.ts'
import type { Model } from '../../control/declared/model.ts'
import { modelOr404, type ApiContext } from '../context.ts'
import type { intakeRoutes } from '../contract/intake.ts'
import { IntakeProgress } from '../request/intake-progress.ts'
import type { Limits } from '../request/limits.ts'
import { invalid, notStored, Problem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'

const LINE_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl']

/** Memory that all bodies under way may take. */
const BUDGET_BYTES = 96_000_000
/** A record as text takes about so many times its size while it is parsed and encoded. */
const MEMORY_PER_BYTE = 3

/** After so many rejected records a body is not read on: whoever sends them has something to correct first. */
const MAX_REJECTED = 10_000
const TOO_MANY = `Reading stopped, because ${MAX_REJECTED} or more records were rejected: correct them first.`

type Take = (context: IntakeContext, records: readonly RawRecord[]) => Promise<IntakeResult>

/** Intake of predictions, labels and reference features. Answers once everything is stored, accepted or as a dead letter. */
export const intakeHandlers: HandlersOf<typeof intakeRoutes> = (context) => {
  const admission = createAdmission(BUDGET_BYTES)
  // Of what bodies of columns unfold to, one may be in memory.
  const turn = createTurns()
  const { bodyBytes, refused } = context.intake.metrics
  const admitted = async (name: string, request: Request, intakeRequest: IntakeRequest) => {
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
      return await intake(context, name, request, { ...intakeRequest, turn }, heldBody)
    } finally {
      body.leave()
      bodyBytes.set(admission.held)
    }
  }
  return {
    storePredictions: ({ params, query: { timezone }, request }) =>
      admitted(params.model, request, { kind: 'predictions', take: storePredictions, timezone }),
    storeLabels: ({ params, query: { label_delay: delay, timezone }, request }) =>
      admitted(params.model, request, { kind: 'labels', take: storeLabels, delay, timezone }),
    storeReferenceFeatures: ({ params, query: { timezone }, request }) =>
      admitted(params.model, request, { kind: 'reference-features', take: storeReferenceFeatures, timezone }),
  }
}

interface IntakeRequest {
  kind: EventKind
  take: Take
  /** Of labels that say no time. */
  delay?: number | undefined
  /** Of times in columns that name none. */
  timezone?: 'UTC' | undefined
}

/** As metrics name what is taken in. */
const RECORDS = {
  predictions: 'predictions',
  labels: 'labels',
  'reference-features': 'reference_features',
} as const

function tooBusy(seconds: number): Problem {
  const detail = `The intake is behind. Send the same request again in ${seconds} s; nothing was read from this one.`
  return new Problem(429, 'Too many requests', detail, {}, { retryAfter: seconds })
}

async function intake(
  context: ApiContext,
  name: string,
  request: Request,
  intakeRequest: IntakeRequest & { turn: () => Promise<() => void> },
  body: HeldBody,
) {
  const model = await modelOr404(context, name)
  const { intake, live } = context
  const { kind } = intakeRequest
  const progress = new IntakeProgress()
  let stopped = false
  for await (const { records, place, store } of batches(
    context,
    model,
    request,
    intakeRequest,
    body,
    progress,
  )) {
    stopped = progress.rejected >= MAX_REJECTED
    if (stopped) break
    const result = await store().catch((cause: unknown) => {
      intake.metrics.storeFailures.inc({ source: 'http' })
      throw notStored(cause)
    })
    countRecords(intake.metrics, { source: 'http', records: RECORDS[kind], model: model.name }, result)
    if (result.accepted > 0) live.publish({ topic: 'volume', model: model.name })
    if (result.rejected.length > 0) live.publish({ topic: 'dead_letters', model: model.name })
    progress.add(records, place, result)
    body.clear()
  }
  const failed = stopped || (progress.accepted === 0 && progress.rejected > 0)
  return {
    status: failed ? (422 as const) : (200 as const),
    body: progress.answer(stopped ? TOO_MANY : undefined),
  }
}

const AS_LINES = 'Send NDJSON (application/x-ndjson) instead, or several requests.'

/** Records that are stored together. */
interface Batch {
  records: number
  /** Of the last of so many records. */
  place: (upTo: number) => string
  store: () => Promise<IntakeResult>
}

async function* batches(
  context: ApiContext,
  model: Model,
  request: Request,
  { kind, take, delay, timezone, turn }: IntakeRequest & { turn: () => Promise<() => void> },
  body: HeldBody,
  progress: IntakeProgress,
): AsyncGenerator<Batch> {
  const { store, intake, clock, limits } = context
  const into = async (): Promise<IntakeContext> => {
    const classes = await intake.classesOf(model)
    return {
      store,
      writer: intake.writer,
      model,
      classes,
      source: `http:${kind}`,
      now: clock(),
      labelDelay: delay,
    }
  }
  const format = bodyFormat(request)
  if (format !== undefined) {
    const place = (upTo: number) => `row ${upTo - 1}`
    for await (const { rows, store } of columnarBatches(
      context,
      { request, format, kind, timezone, turn },
      into,
    ))
      yield { records: rows, place, store }
    return
  }
  if (timezone !== undefined)
    throw invalid('timezone', 'it applies to Parquet and Arrow only; write the zone into each time')
  for await (const records of recordBatches(request, body, limits, progress)) {
    const line = records.at(-1)?.line
    yield {
      records: records.length,
      place: (upTo) => (line === undefined ? `element ${upTo - 1} of the array` : `line ${line}`),
      store: async () => take(await into(), records),
    }
  }
}

async function* recordBatches(
  request: Request,
  body: HeldBody,
  { intakeBytes }: Limits,
  progress: IntakeProgress,
): AsyncGenerator<RawRecord[]> {
  const isLines = LINE_TYPES.includes(mediaType(request))
  const chunks = held(unpacked(request), body)
  const inParts = () =>
    `${progress.sentence} Send the rest as several requests; the limit is DRIFTGAUGE_MAX_INTAKE_MB of the service.`
  if (isLines) yield* batchesOfLines(atMost(chunks, intakeBytes, inParts))
  else yield* batchesOfJson(await wholeBody(chunks, MAX_JSON_BYTES, AS_LINES))
}
