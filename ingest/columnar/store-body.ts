import { stamp } from '../../control/database/counters.ts'
import { readErasedIds, type ErasedIds } from '../../control/erasure/erased-ids.ts'
import { rows } from '../../store/engine/query.ts'
import { StoreUnavailable } from '../../store/engine/errors.ts'
import { isRefusal } from '../../store/engine/refusal.ts'
import { totalWarnings } from '../decode/input-problem.ts'
import { MAX_LINE_BYTES } from '../intake/lines.ts'
import { storeLabels, storePredictions, type IntakeContext, type IntakeResult } from '../intake/pipeline.ts'
import type { RawRecord } from '../intake/raw-record.ts'
import { storeReferenceFeatures } from '../intake/store-reference.ts'
import { readRecords } from './read-records.ts'
import { IS_SLOW } from './stage-body.ts'
import type { Body } from './body.ts'
import { storeClean, type CleanStored } from './store-clean.ts'

export interface BodyBatch {
  rows: number
  /** Resolves once they are stored, with rejected ones by their place in the batch. */
  store: () => Promise<IntakeResult>
}

const BATCH_ROWS = 250_000
const BATCH_VALUES = 5_000_000
/** Rows that are read as records at a time. */
const RECORDS = 5_000
const RECORD_VALUES = 200_000
const RECORD_BYTES = 8_000_000

/**
 * The rows of a staged body in batches, to be stored in their order: clean ones within the engine, and the rest as the
 * records that they would be in JSON.
 * @param start the first row that is not stored yet
 */
export function* storeBody(context: IntakeContext, body: Body, start = 0): Generator<BodyBatch> {
  const columns = body.layout.cells.length
  const step = Math.max(1_000, Math.min(BATCH_ROWS, Math.floor(BATCH_VALUES / columns)))
  for (let from = start; from < body.rows; from += step) {
    const to = Math.min(from + step, body.rows)
    yield { rows: to - from, store: () => storeStaged(context, body, from, to) }
  }
}

async function storeStaged(
  context: IntakeContext,
  body: Body,
  from: number,
  to: number,
): Promise<IntakeResult> {
  try {
    return await storeBatch(context, body, from, to)
  } finally {
    await requireStaged(body)
  }
}

/** Without the rows that a server had in memory when it ended, a body would seem to have none. */
async function requireStaged({ client, table, staged }: Body): Promise<void> {
  const [{ n }] = await rows<{ n: number }>(client, `SELECT count() AS n FROM ${table}`)
  if (n < staged) throw new StoreUnavailable('ClickHouse was restarted while it stored the body.')
}

const TAKE = {
  predictions: storePredictions,
  labels: storeLabels,
  'reference-features': storeReferenceFeatures,
} as const

async function storeBatch(
  context: IntakeContext,
  body: Body,
  from: number,
  to: number,
): Promise<IntakeResult> {
  const { control } = context.store
  const [receivedAt, erasedIds] = await Promise.all([
    // A correction must win, whatever the clock of the process says that takes it.
    stamp(control, context.now),
    readErasedIds(control, context.model.name),
  ])
  const slow = await slowRows(body, from, to, erasedIds)
  let clean: CleanStored = { accepted: 0, warnings: [] }
  if (slow.length < to - from) {
    const batch = { from, to, except: slow.map(({ row }) => row), receivedAt, erasedIds }
    const stored = await storeClean(context, body, batch).catch((cause: unknown) => {
      // Which of the rows ClickHouse does not take is found where they are records.
      if (isRefusal(cause)) return undefined
      throw cause
    })
    if (stored === undefined) slow.splice(0, slow.length, ...(await everyRow(body, from, to)))
    else clean = stored
  }
  const results = [clean.warnings]
  const rejected: IntakeResult['rejected'] = []
  let [accepted, erased] = [clean.accepted, 0]
  const take = TAKE[body.layout.kind]
  for (const part of inParts(slow, body.layout.cells.length)) {
    const long = part[0].bytes > MAX_LINE_BYTES
    const numbers = part.map(({ row }) => row)
    const records = await readRecords(body.client, body.table, body.layout, numbers, { ...body, long })
    const result = await take(context, withOrigins(records, numbers, body))
    accepted += result.accepted
    erased += result.erased
    results.push(result.warnings)
    for (const one of result.rejected) rejected.push({ ...one, index: numbers[one.index] - from })
  }
  return {
    accepted,
    erased,
    rejected: rejected.sort((a, b) => a.index - b.index),
    warnings: totalWarnings(results.flat()),
  }
}

function withOrigins(records: RawRecord[], numbers: readonly number[], { originOf }: Body): RawRecord[] {
  return originOf === undefined
    ? records
    : records.map((record, i) => ({ ...record, origin: originOf(numbers[i]) }))
}

interface SlowRow {
  row: number
  /** Of its text. */
  bytes: number
}

/**
 * Rows that are read as records, in order: those that are not clean, and clean ones with the id of such a one, of which the
 * later must win.
 */
async function slowRows(
  { client, table, hasSlow }: Body,
  from: number,
  to: number,
  erasedIds: ErasedIds,
): Promise<SlowRow[]> {
  const range = `row >= ${from} AND row < ${to}`
  const found = !hasSlow
    ? []
    : await rows<SlowRow>(
        client,
        `SELECT row, bytes FROM ${table} WHERE ${range} AND (${IS_SLOW} OR key IN (
           SELECT key FROM ${table} WHERE ${range} AND ${IS_SLOW} AND isNotNull(key))) ORDER BY row`,
      )
  if (erasedIds.revision === 0) return found
  const known = new Set(found.map(({ row }) => row))
  const ids = await rows<SlowRow & { key: string }>(
    client,
    `SELECT row, bytes, key FROM ${table} WHERE ${range} AND isNotNull(key) ORDER BY row`,
  )
  const erased = ids.filter(({ row, key }) => !known.has(row) && erasedIds.has(key))
  return [...found, ...erased].sort((a, b) => a.row - b.row)
}

const everyRow = ({ client, table }: Body, from: number, to: number): Promise<SlowRow[]> =>
  rows<SlowRow>(client, `SELECT row, bytes FROM ${table} WHERE row >= ${from} AND row < ${to} ORDER BY row`)

/** Rows in parts of a bounded size, in order; one whose text is too long for a record is a part of its own. */
function* inParts(slow: readonly SlowRow[], columns: number): Generator<SlowRow[]> {
  const most = Math.max(1, Math.min(RECORDS, Math.floor(RECORD_VALUES / columns)))
  let [part, size]: [SlowRow[], number] = [[], 0]
  for (const one of slow) {
    const isLong = one.bytes > MAX_LINE_BYTES
    if (part.length > 0 && (isLong || part.length >= most || size + one.bytes > RECORD_BYTES)) {
      yield part
      ;[part, size] = [[], 0]
    }
    part.push(one)
    size += isLong ? RECORD_BYTES : one.bytes
  }
  if (part.length > 0) yield part
}
