import { ConfigError } from '../../config.ts'
import { featureSource } from '../../control/declared/model.ts'
import { HOUR_MS } from '../../domain/time.ts'
import { isRecord } from '../../domain/json.ts'
import { parseTime } from '../../ingest/decode/parse-time.ts'
import type { OutcomeColumns } from '../../ingest/baseline/outcome-columns.ts'
import { fileFormat } from '../../ingest/files/file-format.ts'
import { overRows, stageFile, type StagedFile } from '../../ingest/files/files.ts'
import { rows } from '../../store/engine/query.ts'
import { identifier } from '../../store/engine/sql.ts'
import { DEFAULT_COLUMNS, FIELDS, type FieldColumns } from '../../ingest/rows/fields.ts'
import { linesOf } from '../../ingest/rows/line-rows.ts'
import type { FileReading } from '../shared/workspace.ts'
import { printable } from '../shared/text.ts'
import { columnsByName } from '../../ingest/columns/column-names.ts'
import type { Traffic } from './windows.ts'

/** What a log of predictions shows. */
export interface Log {
  rows: number
  /** The column of each field that it has. */
  columns: FieldColumns
  /** Its lines have the shape of events, with the features in an object of their own. */
  isEvents: boolean
  features: string[]
  /** Undefined where no column holds times. */
  traffic: Traffic | undefined
}

const LOGGED = ['id', 'ts', 'version', 'prediction', 'score', 'label'] as const
/** So many lines show how a log is made. */
const MAX_LINES = 200_000

interface Expected {
  features: ReadonlySet<string>
  /** What the outcomes are called in the training file. */
  outcomes: OutcomeColumns
}

/** Reads a log of the model of a training file. Throws {@link ConfigError}. */
export async function readLog(workspace: FileReading, path: string, expected: Expected): Promise<Log> {
  const events = fileFormat(path)!.encoding === 'json' ? await readEvents(path) : undefined
  return events ?? readTable(workspace, path, expected)
}

/** NDJSON with an object `features` in its first record; undefined where it has none. */
async function readEvents(path: string): Promise<Log | undefined> {
  const [keys, features, hours] = [new Set<string>(), new Set<string>(), new Set<number>()]
  let [count, first, last] = [0, Infinity, -Infinity]
  for await (const chunk of linesOf(path, 0)) {
    for (const row of chunk.rows) {
      if (row.status !== 'record') continue
      const { record } = row
      if (count === 0 && !isRecord(record.features)) return undefined
      count++
      for (const key of Object.keys(record)) keys.add(key)
      if (isRecord(record.features)) for (const name of Object.keys(record.features)) features.add(name)
      const time = parseTime(record.ts)
      if ('problem' in time) continue
      first = Math.min(first, time.at)
      last = Math.max(last, time.at)
      hours.add(Math.floor(time.at / HOUR_MS))
    }
    if (count >= MAX_LINES) break
  }
  if (count === 0) throw new ConfigError(`${printable(path)}: no line is a JSON object`)
  const columns = Object.fromEntries(Object.entries(DEFAULT_COLUMNS).filter(([, column]) => keys.has(column)))
  const traffic = hours.size === 0 ? undefined : { rows: count, first, last, hours: hours.size }
  return { rows: count, columns, isEvents: true, features: [...features], traffic }
}

async function readTable(
  { store, spool }: FileReading,
  path: string,
  { features, outcomes }: Expected,
): Promise<Log> {
  const outcome = await stageFile(store, path, { spool, source: featureSource })
  if (outcome.status === 'unreadable') throw new ConfigError(printable(outcome.reason))
  const { file } = outcome
  try {
    if (file.rows === 0) throw new ConfigError(`${printable(path)}: the file has no rows`)
    const names = file.columns.map(({ name }) => name)
    const same = Object.fromEntries(
      Object.entries(outcomes).filter(([, column]) => names.includes(column)),
    ) as FieldColumns
    // A feature of the model is a feature in its log as well.
    const free = names.filter((name) => !features.has(name))
    const columns = columnsByName(LOGGED, free, same)
    const taken = new Set<string | undefined>([...FIELDS, ...Object.values(columns)])
    const traffic = await overRows(
      file,
      () => trafficOf(store, file, columns.ts),
      (reason) => new ConfigError(`${printable(path)}: ${printable(reason)}`),
    )
    const others = names.filter((name) => features.has(name) || !taken.has(name))
    return { rows: file.rows, columns, isEvents: false, features: others, traffic }
  } finally {
    await file.drop()
  }
}

/** When the rows of a table were made, by its column of times: ISO 8601, or a number since 1970. */
async function trafficOf(
  store: FileReading['store'],
  file: StagedFile,
  column: string | undefined,
): Promise<Traffic | undefined> {
  const found = file.columns.find(({ name }) => name === column)
  if (found?.kind !== 'numeric') return undefined
  const source = file.source(found.name)
  const seconds = `${identifier(source)} / multiIf(abs(${identifier(source)}) < 1e11, 1, abs(${identifier(source)}) < 1e14, 1e3, abs(${identifier(source)}) < 1e17, 1e6, 1e9)`
  const [times] = await rows<{ n: number; low: number; high: number; hours: number }>(
    store.rollup,
    `SELECT count(seconds) AS n, min(seconds) AS low, max(seconds) AS high, uniqExact(intDiv(toInt64(seconds), 3600)) AS hours
     FROM (SELECT assumeNotNull(${seconds}) AS seconds FROM ${file.from([source])} WHERE isFinite(ifNull(${identifier(source)}, nan)))`,
  )
  if (times.n === 0) return undefined
  return { rows: file.rows, first: times.low * 1000, last: times.high * 1000, hours: times.hours }
}
