import { HOUR_MS } from '../../domain/time.ts'
import type { ErasedIds } from '../../control/erasure/erased-ids.ts'
import { predictionColumns, silverTables } from '../../store/events/silver.ts'
import { rows } from '../../store/engine/query.ts'
import { identifier } from '../../store/engine/sql.ts'
import { LABEL_KEYS, labelDecoder } from '../decode/decode-label.ts'
import { PREDICTION_KEYS, predictionDecoder } from '../decode/decode-prediction.ts'
import type { FieldProblem, InputWarning } from '../decode/input-problem.ts'
import { eraseMeanwhile } from '../intake/erased-records.ts'
import { writeProblems, type IntakeContext } from '../intake/pipeline.ts'
import { ProblemTally } from '../intake/problem-tally.ts'
import type { CleanInsert, Stamp } from './clean-rows.ts'
import { readRecords } from './read-records.ts'
import type { Body } from './body.ts'

export interface CleanBatch {
  from: number
  to: number
  /** Rows of it that are read as records. */
  except: readonly number[]
  receivedAt: Date
  erasedIds: ErasedIds
}

export interface CleanStored {
  accepted: number
  warnings: InputWarning[]
}

/** Clean rows of the same hours. */
interface Hours {
  /** Number of the hour since 1970 that is counted again; null where the rows name none. */
  counted: number | null
  reported: number
  events: number
  first: number
}

/** Stores the clean rows of a batch: within the engine, as a writer of records would store them. */
export async function storeClean(
  context: IntakeContext,
  body: Body,
  { from, to, except, receivedAt, erasedIds }: CleanBatch,
): Promise<CleanStored> {
  const { client, table, clean, layout } = body
  const among = `row >= ${from} AND row < ${to} AND clean = 1${except.length === 0 ? '' : ` AND row NOT IN (${except.join(', ')})`}`
  const hours = await rows<Hours>(
    client,
    `SELECT intDiv(at, ${HOUR_MS}) AS counted, intDiv(${clean.reportedAt}, ${HOUR_MS}) AS reported, count() AS events, min(row) AS first
     FROM ${table} WHERE ${among} GROUP BY counted, reported ORDER BY first`,
  )
  if (hours.length === 0) return { accepted: 0, warnings: [] }
  // What there is to say about one of them can be said of all.
  const [example] = await readRecords(client, table, layout, [hours[0].first], { ...body, long: false })
  const { fieldProblems, unknown } = decoded(context, body, (example as { value: unknown }).value)
  for (const one of clean.inserts) await copy(context, body, one, among, hours, { receivedAt, unknown })
  const problems = new ProblemTally(
    context.model,
    layout.kind === 'predictions' ? PREDICTION_KEYS : LABEL_KEYS,
  )
  for (const { reported, events } of hours) problems.add(fieldProblems, reported * HOUR_MS, events)
  await writeProblems(context, problems)
  const { store, model, now } = context
  await eraseMeanwhile({ store, model: model.name, now }, erasedIds, async (newer) => {
    const stored = await rows<{ key: string }>(client, `SELECT key FROM ${table} WHERE ${among}`)
    return stored.map(({ key }) => key).filter(newer.has)
  })
  return { accepted: eventsOf(hours), warnings: problems.warnings() }
}

function decoded(
  { model, classes, now, labelDelay }: IntakeContext,
  { layout }: Body,
  value: unknown,
): { fieldProblems: readonly FieldProblem[]; unknown: readonly string[] } {
  const at = now.getTime()
  const event =
    layout.kind === 'predictions'
      ? predictionDecoder(model, classes)(value, at)
      : labelDecoder(model, { classes, delay: labelDelay })(value, at, at)
  if (event.status === 'rejected')
    throw new Error(`the engine takes a row that is refused as a record: ${event.detail}`)
  if (!('line' in event)) return { fieldProblems: event.fieldProblems, unknown: [] }
  const place = predictionColumns(model).findIndex(({ name }) => name === 'unknown')
  return { fieldProblems: event.fieldProblems, unknown: (JSON.parse(event.line) as string[][])[place] }
}

/**
 * In order, since of two rows for the same event the later one counts. Rows that replace one another may lie side by side
 * until ClickHouse merges them, as those of two requests do: to look for them takes as long as to store them.
 */
const COPIED = 'max_threads = 1, max_insert_threads = 1, optimize_on_insert = 0'

async function copy(
  { writer, model, now }: IntakeContext,
  { client, table }: Body,
  { target, where, values }: CleanInsert,
  among: string,
  hours: readonly Hours[],
  stamped: Stamp,
): Promise<void> {
  const isPending = target === 'pending_labels'
  const own = hours.filter(({ counted }) => (counted === null) === isPending)
  if (own.length === 0) return
  const counted = [...new Set(own.flatMap(({ counted }) => counted ?? []))].sort((a, b) => a - b)
  const starts = counted.map((hour) => new Date(hour * HOUR_MS))
  const { predictions, labels } = silverTables(model.name)
  const into = { predictions, labels, pending_labels: 'pending_labels' }[target]
  const columns = Object.entries(values(stamped))
  const statement = `INSERT INTO ${into} (${columns.map(([name]) => identifier(name)).join(', ')})
    SELECT ${columns.map(([, value]) => value).join(', ')} FROM ${table} WHERE ${among} AND ${where}`
  await writer.copy({ model, target, rows: eventsOf(own), hours: starts, now }, async (part) => {
    const within = isPending ? '1' : `at >= ${part[0].getTime()} AND at < ${part.at(-1)!.getTime() + HOUR_MS}`
    const query = `${statement} AND ${within} ORDER BY row SETTINGS ${COPIED}`
    await client.command({ query })
  })
}

const eventsOf = (hours: readonly Hours[]) => hours.reduce((sum, { events }) => sum + events, 0)
