import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Request } from 'express'
import { eventsDeletedBefore } from '../../control/retention/deleted-events.ts'
import { bodyColumns } from '../../ingest/columnar/body-columns.ts'
import { BODY_FORMATS, BodyRefused, type BodyFormat } from '../../ingest/columnar/body-format.ts'
import { cleanRows } from '../../ingest/columnar/clean-rows.ts'
import { layoutOf, type EventKind } from '../../ingest/columnar/layout.ts'
import { stageBody } from '../../ingest/columnar/stage-body.ts'
import { storeBody, type BodyBatch } from '../../ingest/columnar/store-body.ts'
import type { IntakeContext } from '../../ingest/intake/pipeline.ts'
import type { ApiContext } from '../context.ts'
import { Problem } from '../problem.ts'
import { atMost, mediaType, tooLarge, unpacked } from './body.ts'
import { writeBody } from './upload.ts'

/** The format of a body of columns; undefined for any other. */
export const bodyFormat = (request: Request): BodyFormat | undefined => BODY_FORMATS[mediaType(request)]

export interface ColumnarBody {
  request: Request
  format: BodyFormat
  kind: EventKind
  /** Of times that name none. */
  timezone: 'UTC' | undefined
  /** Resolves when the body may be read, to what lets the next one on. */
  turn: () => Promise<() => void>
}

const WAY_OUT = 'Send several requests, or raise the limit DRIFTGAUGE_MAX_INTAKE_MB of the service.'

/** The rows of a body of columns in batches to be stored. Throws a {@link Problem} before the first one if it cannot be read. */
export async function* columnarBatches(
  { store, spool, limits }: Pick<ApiContext, 'store' | 'spool' | 'limits'>,
  { request, format, kind, timezone, turn }: ColumnarBody,
  intake: () => Promise<IntakeContext>,
): AsyncGenerator<BodyBatch> {
  // A name of our own: in one from outside, the engine would expand wildcards.
  const path = join(resolve(spool), `${randomUUID()}${format.extension}`)
  try {
    const chunks = atMost(unpacked(request), limits.intakeBytes, WAY_OUT)
    await writeBody(without(format.skipped, chunks), path, limits.freeBytes)
    const done = await turn()
    const client = store.connect()
    try {
      const context = await intake()
      const columns = await bodyColumns(client, path, format, limits.intakeBytes)
      const layout = layoutOf(context.model, kind, columns, timezone)
      const deletedBefore = await eventsDeletedBefore(store.control, context.model.name)
      const { model, classes, now, labelDelay } = context
      const clean = cleanRows(layout, { model, classes, now, labelDelay, deletedBefore })
      const file = { path, format, columns }
      const staged = await stageBody(client, { embedded: store.embedded, most: limits.intakeBytes, watcher: store.ingest }, file, layout, clean) // prettier-ignore
      try {
        yield* storeBody(context, { client, layout, clean, timezone, ...staged })
      } finally {
        // What is left goes as what a killed process leaves behind.
        await staged.drop().catch(() => {})
      }
    } finally {
      await client.close()
      done()
    }
  } catch (cause) {
    throw cause instanceof BodyRefused ? asProblem(cause) : cause
  } finally {
    await rm(path, { force: true })
  }
}

function asProblem(refused: BodyRefused): Problem {
  return refused.why === 'too_large'
    ? tooLarge(refused.message)
    : new Problem(400, 'Unreadable body', refused.message)
}

async function* without(skipped: number, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = skipped
  for await (const chunk of chunks) {
    if (chunk.length > left) yield chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
  }
}

/** Lets one after the other on, in the order in which they ask. */
export function createTurns(): () => Promise<() => void> {
  let last = Promise.resolve()
  return async () => {
    const before = last
    let done = () => {}
    last = new Promise((resolve) => (done = resolve))
    await before
    return done
  }
}
