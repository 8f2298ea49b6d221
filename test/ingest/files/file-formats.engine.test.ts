/** The same rows are the same counts, whatever they come as: CSV, TSV, NDJSON, Parquet, or predictions over the intake. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { baselineFromWindow, type BaselineOutcome } from '../../../ingest/baseline/baseline.ts'
import { baselineFromFile, stageBaseline } from '../../../ingest/baseline/file-baseline.ts'
import { storePredictions } from '../../../ingest/intake/pipeline.ts'
import { parseRecord } from '../../../ingest/intake/raw-record.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { baselineColumns } from '../../../store/profiles/baselines.ts'
import { modelSchema, type Model } from '../../../control/declared/model.ts'
import { syncSilver } from '../../../store/events/silver.ts'
import { float, literal } from '../../../store/engine/sql.ts'
import { temporaryStore } from '../../support/stores/store.ts'

interface Row {
  x: number | null
  n: number | null
  big: bigint | null
  c: string | null
  b: boolean | null
}

const START = new Date('2026-01-05T10:00:00Z')
const store = await temporaryStore()
const now = new Date('2026-01-06T00:00:00Z')

const words = fc.constantFrom('', ' ', 'A', 'a', ' a', 'true', 'False', '1.0', '1', '-0', '007', 'NaN', 'None', 'null', '12,5', 'é 😀', 'say "hi"', "it's", 'a,b;c', 'two\nlines', 'tab\there', 'back\\slash', '\\N', '日本') // prettier-ignore
const row: fc.Arbitrary<Row> = fc.record({
  x: fc.option(fc.double()),
  n: fc.option(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.maxSafeInteger(), fc.constant(-0))),
  big: fc.option(fc.bigInt({ min: 2n ** 53n, max: 2n ** 53n + 3n })),
  c: fc.option(fc.oneof({ weight: 4, arbitrary: words }, { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }) })), // prettier-ignore
  b: fc.option(fc.boolean()),
})

/** JSON writes it as an integer that 64 bits do not hold. */
const LONG_INTEGER: Row = { x: -(2 ** 63), n: null, big: null, c: null, b: null }

const NAMES = ['x', 'n', 'big', 'c', 'b'] as const

/** As Python writes numbers, and words for what JSON has no number for. */
function jsonCell(value: Row[keyof Row]): string {
  if (typeof value === 'bigint') return String(value)
  return typeof value === 'number' ? numeral(value) : JSON.stringify(value)
}

const numeral = (x: number) => (Object.is(x, -0) ? '-0.0' : String(x))
const json = (values: Row) => `{${NAMES.map((name) => `"${name}": ${jsonCell(values[name])}`).join(', ')}}`

function delimited(rows: readonly Row[], delimiter: string): string {
  const cell = (value: Row[keyof Row]): string => {
    if (value === null) return ''
    if (typeof value === 'string') return `"${value.replaceAll('"', '""')}"`
    if (typeof value === 'boolean') return value ? 'True' : 'False'
    return typeof value === 'number' ? numeral(value).replace('Infinity', 'inf').toLowerCase() : String(value)
  }
  const lines = rows.map((values) => NAMES.map((name) => cell(values[name])).join(delimiter))
  return [NAMES.join(delimiter), ...lines, ''].join('\n')
}

async function writeParquet(path: string, rows: readonly Row[]): Promise<void> {
  const sql = (value: Row[keyof Row]): string => {
    if (value === null) return 'NULL'
    return typeof value === 'number'
      ? float(value)
      : typeof value === 'string'
        ? literal(value)
        : String(value)
  }
  const types = literal('x Nullable(Float64), n Nullable(Float64), big Nullable(Int64), c Nullable(String), b Nullable(Bool)') // prettier-ignore
  const values = rows.map((one) => `(${NAMES.map((name) => sql(one[name])).join(', ')})`).join(', ')
  await store.rollup.command({
    query: `INSERT INTO FUNCTION file(${literal(path)}, Parquet, ${types}) SELECT * FROM values(${types}, ${values})`,
  })
}

let made = 0

function declared(): Model {
  const features = { x: 'numeric', n: 'numeric', big: 'categorical', c: 'categorical', b: 'categorical' }
  return modelSchema.parse({ name: `m${++made}`, task: 'binary', features })
}

async function counts(model: Model, outcome: BaselineOutcome) {
  if (outcome.status !== 'created') throw new Error(outcome.reason)
  const columns = await baselineColumns(store, model, outcome.baseline)
  return columns.map(({ name, binning, profile }) => ({
    name,
    bins: binning.kind === 'numeric' ? binning.edges : binning.categories,
    counts: profile.counts,
  }))
}

async function ofFile(path: string) {
  const model = declared()
  const staged = await stageBaseline(store, path, join(store.directory, 'spool'), model)
  if (staged.status === 'unreadable') throw new Error(staged.reason)
  const request = { model, name: 'file', source: { file: path }, now }
  return counts(model, await baselineFromFile(store, staged.file, request))
}

async function ofIntake(rows: readonly Row[]) {
  const model = declared()
  await syncSilver(store, model)
  const records = rows.map((values, i) => {
    // A number beyond 2^53 goes as text, which keeps its digits in any producer.
    const features = json({ ...values, big: null }).replace('"big": null', `"big": ${values.big === null ? 'null' : `"${values.big}"`}`) // prettier-ignore
    return parseRecord(`{"id": "${i}", "ts": "${START.toISOString()}", "features": ${features}}`)
  })
  const stored = await storePredictions({ store, writer: createWriter(store), model, source: 'test', now }, records) // prettier-ignore
  expect(stored.rejected).toEqual([])
  const window = { from: START.toISOString(), to: new Date(START.getTime() + 3_600_000).toISOString() }
  return counts(model, await baselineFromWindow(store, { model, name: 'window', source: { window }, now }))
}

test('the same rows are counted alike from every format', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), async (rows) => {
      const path = (extension: string) => join(store.directory, `${made}.${extension}`)
      const texts = {
        csv: delimited(rows, ','),
        tsv: delimited(rows, '\t'),
        ndjson: rows.map((values) => `${json(values)}\n`).join(''),
      }
      const expected = await ofIntake(rows)
      for (const [extension, text] of Object.entries(texts)) {
        writeFileSync(path(extension), text)
        expect(await ofFile(path(extension)), extension).toEqual(expected)
      }
      await writeParquet(path('parquet'), rows)
      expect(await ofFile(path('parquet')), 'parquet').toEqual(expected)
    }),
    { numRuns: 8, examples: [[[LONG_INTEGER, { ...LONG_INTEGER, x: null }]]] },
  )
}, 180_000)
