import fc from 'fast-check'
import { expect } from 'vitest'
import { modelSchema, type Model } from '../../control/declared/model.ts'
import type { EventKind } from '../../ingest/columnar/layout.ts'
import { storeBody } from '../../ingest/columnar/store-body.ts'
import {
  storeLabels,
  storePredictions,
  type IntakeContext,
  type IntakeResult,
} from '../../ingest/intake/pipeline.ts'
import { batchesOfLines } from '../../ingest/intake/records.ts'
import { storeReferenceFeatures } from '../../ingest/intake/store-reference.ts'
import { createWriter } from '../../ingest/intake/writer.ts'
import { insertErasedIds } from '../../control/erasure/erased-ids.ts'
import type { Store } from '../../store/engine/client.ts'
import { rows } from '../../store/engine/query.ts'
import { literal } from '../../store/engine/sql.ts'
import { openModels } from '../../store/models.ts'
import { dirtyHours } from '../../store/events/dirty-hours.ts'
import { columnarBody, type ColumnarFormat } from '../support/columnar/body.ts'
import { stagedBody } from '../support/columnar/staged-body.ts'

const NOW = new Date('2026-01-05T12:00:00Z')

/** A cell as JSON has it, and as the engine is given it to write it into a column. */
interface Value {
  json: string
  cell: unknown
}
interface ColumnType {
  type: string
  value: fc.Arbitrary<Value>
}

const same = (value: unknown): Value => ({ json: JSON.stringify(value), cell: value })
const NULL: Value = { json: 'null', cell: null }
const column = (type: string, value: fc.Arbitrary<Value>, nulls = 4): ColumnType => ({
  type: `Nullable(${type})`,
  value: fc.oneof({ weight: nulls, arbitrary: value }, { weight: 1, arbitrary: fc.constant(NULL) }),
})
const spelled = fc.constantFrom('a', 'b', 'true', 'False', '1.0', '-0.0', '007', '', ' a', 'é😀', '1e5', 'x'.repeat(1001), 'é'.repeat(600), "'", '\\', '\0', 'none', '2.50', '1') // prettier-ignore
const text = column('String', spelled.map(same))
const dictionary: ColumnType = {
  ...column('String', spelled.map(same)),
  type: 'LowCardinality(Nullable(String))',
}
const integer = column('Int64', fc.oneof(fc.constantFrom('0', '1', '2', '-1', '9007199254740993', '-9223372036854775808'), fc.integer().map(String)).map((json) => ({ json, cell: json }))) // prettier-ignore
const unsigned = column('UInt64', fc.constantFrom('0', '1', '18446744073709551615', '7').map((json) => ({ json, cell: json }))) // prettier-ignore
const small = column('Int8', fc.integer({ min: -128, max: 127 }).map(same))
const double = column('Float64', fc.oneof(fc.constantFrom(0, -0, 1, 0.5, 1.5, 1e21, 1e-7, 1e300, NaN, Infinity, -Infinity, 1 + 5e-7, 1.1, 0.1), fc.double()).map(floating)) // prettier-ignore
const single = column('Float32', fc.oneof(fc.constantFrom(0, 1, 0.5, NaN), fc.float().map(Math.fround)).map(floating)) // prettier-ignore
const boolean = column('Bool', fc.boolean().map(same))
const decimal = column('Decimal(20, 2)', fc.constantFrom('1.20', '0.10', '-3.45', '12345678901234567.89', '2.00').map((digits) => ({ json: digits.replace(/\.00$|0$/, ''), cell: digits }))) // prettier-ignore
const list: ColumnType = {
  type: 'Array(Nullable(Int64))',
  value: fc.constantFrom([], [1, null], [1, 2]).map(same),
}
const share = column('Float64', fc.constantFrom(0, 0.5, 0.25, 1, 0.5000001, 0.4, 2, NaN, -1e-7).map(floating), 20) // prettier-ignore

function floating(value: number): Value {
  if (Number.isNaN(value)) return { json: 'NaN', cell: 'nan' }
  if (!Number.isFinite(value)) return { json: `${value}`, cell: value > 0 ? 'inf' : '-inf' }
  return { json: JSON.stringify(value), cell: value }
}

const HOURS = ['2026-01-05T11:59:59.999Z', '2026-01-05T12:30:00.000Z', '2025-12-31T23:00:00.001Z', '2025-11-30T00:00:00.000Z', '2026-01-05T13:00:00.001Z', '1969-01-01T00:00:00.000Z'] // prettier-ignore
const instants: ColumnType = column("DateTime64(3, 'UTC')", fc.constantFrom(...HOURS).map((iso) => ({ json: JSON.stringify(iso), cell: iso.replace('T', ' ').replace('Z', '') })), 12) // prettier-ignore
const timeTexts = column('String', fc.constantFrom(...HOURS, '2026-01-05T11:00:00+02:00', '2026-01-05T11:00:00.123456789Z', '2026-01-30T00:00:00Z', '2025-12-30T01:02:03Z', '2025-11-31T01:02:03Z', '2025-12-31T05:00:00.5+00:00', '2026-01-05 11:00:00', '2026-01-05', '1767610800', 'soon').map(same), 12) // prettier-ignore
const seconds = column('Int64', fc.constantFrom(1767610800, 1767610800123, 1767610800123456, 20260105, 202601051100, 0, -1).map(same), 12) // prettier-ignore
const nanoseconds = column(
  'Int64',
  fc.constantFrom('1767610800123456789').map((json) => ({ json, cell: json })),
  12,
)
const fractions = column(
  'Float64',
  fc.constantFrom(1767610800.123, 1767610800.9995, 1.7e9, 1e20).map(floating),
  12,
)
const times = [instants, timeTexts, seconds, nanoseconds, fractions]
const ids = [column('String', fc.constantFrom('a', 'b', 'c', 'd', 'e', '', 'x'.repeat(1001), 'gone', '7').map(same), 12), integer, small, double, decimal] // prettier-ignore
const anything = [text, dictionary, integer, unsigned, small, double, single, boolean, decimal, list]

/** Columns that a body may have, each of one of some types; `?` before a name that it may lack. */
const COLUMNS: Record<EventKind, Record<string, ColumnType[]>> = {
  predictions: {
    id: ids,
    ts: times,
    '?model': [column('String', fc.constantFrom('MODEL', 'MODEL', 'other').map(same))],
    '?version': [column('String', fc.constantFrom('1', '1', '2', '').map(same), 12), small, double, boolean],
    '?shadow': [boolean, small, text],
    '?prediction': anything,
    '?score': [double, share, single, small, text, boolean, decimal],
    '?scores.a': [share, small],
    '?scores.b': [share, double, text],
    '?n': anything,
    '?c': anything,
    '?score.c': [double],
    '?ten': [small],
    '?__proto__': [small],
    '?unknown': anything,
  },
  labels: {
    id: ids,
    label: anything,
    '?labelled_at': times,
    '?prediction_ts': times,
    '?label_delay': [column('String', fc.constantFrom('24h', 'soon').map(same), 1)],
    '?unknown': anything,
  },
  'reference-features': {
    id: ids,
    '?ts': times,
    '?model': [column('String', fc.constantFrom('MODEL', 'MODEL', 'other').map(same))],
    '?n': anything,
    '?c': anything,
    '?score.c': [double],
    '?ten': [small],
    '?scores.a': [share],
    '?score': [double],
    '?unknown': anything,
  },
}
/** Columns that are a field of an event. */
const FIELDS: Record<EventKind, string[]> = {
  predictions: ['id', 'ts', 'model', 'version', 'shadow', 'prediction', 'score'],
  labels: Object.keys(COLUMNS.labels).map((name) => name.replace('?', '')),
  'reference-features': ['id', 'ts', 'model'],
}
const TAKE = { predictions: storePredictions, labels: storeLabels, 'reference-features': storeReferenceFeatures } // prettier-ignore

interface Case {
  kind: EventKind
  types: Record<string, string>
  rows: Record<string, Value>[]
  task: Model['task']
  unknown: 'strict' | 'warn' | 'ignore'
  classes: boolean
  delay: number | undefined
}

export const cases: fc.Arbitrary<Case> = fc
  .constantFrom<EventKind>('predictions', 'labels', 'reference-features')
  .chain((kind) => {
    const chosen = Object.entries(COLUMNS[kind]).map(([name, types]) =>
      fc
        .tuple(fc.constantFrom(...types), name.startsWith('?') ? fc.boolean() : fc.constant(true))
        .map(([type, isThere]) => ({ name: name.replace('?', ''), type, isThere })),
    )
    return fc.tuple(...chosen).chain((all) => {
      const present = all.filter(({ isThere }) => isThere)
      const row = fc
        .tuple(...present.map(({ type }) => type.value))
        .map((values) => Object.fromEntries(values.map((value, i) => [present[i].name, value])))
      return fc.record({
        kind: fc.constant(kind),
        types: fc.constant(Object.fromEntries(present.map(({ name, type }) => [name, type.type]))),
        rows: fc.array(row, { minLength: 1, maxLength: 12 }),
        task: fc.constantFrom<Model['task']>('binary', 'multiclass', 'regression'),
        unknown: fc.constantFrom<'strict' | 'warn' | 'ignore'>('strict', 'warn', 'warn', 'ignore'),
        classes: fc.boolean(),
        delay: fc.constantFrom(undefined, 3_600_000),
      })
    })
  })

/** The record that a row of columns is, as a line of JSON. */
function lineOf(
  { kind, rows: _ }: Pick<Case, 'kind' | 'rows'>,
  row: Record<string, Value>,
  model: string,
): string {
  const own: string[] = []
  const features: string[] = []
  const scores: string[] = []
  for (const [name, { json }] of Object.entries(row)) {
    const entry = (key: string) => `${JSON.stringify(key)}:${json.replace('MODEL', model)}`
    if (name === 'model' && json === 'null') continue
    if (FIELDS[kind].includes(name)) own.push(entry(name))
    else if (kind === 'predictions' && name.startsWith('scores.'))
      scores.push(entry(name.slice('scores.'.length)))
    else features.push(entry(name))
  }
  // Columns of scores without a value in a row say nothing.
  if (scores.some((entry) => !/:(null|NaN|-?Infinity)$/.test(entry)))
    own.push(`"scores":{${scores.join(',')}}`)
  if (kind !== 'labels') own.push(`"features":{${features.join(',')}}`)
  return `{${own.join(',')}}`
}

/** Takes the same rows in as NDJSON and in columns, and compares all that is stored and answered. */
export function columnarComparison(store: Store, formats: readonly ColumnarFormat[]) {
  const writer = createWriter(store)
  const models = openModels(store)
  let erased = false

  async function declared(name: string, one: Case): Promise<Model> {
    const model = modelSchema.parse({
      name: `${name}_${one.task}_${one.unknown}`,
      task: one.task,
      unknown_features: one.unknown,
      features: { n: 'numeric', c: 'categorical', 'score.c': 'numeric', ten: 'categorical' },
    })
    await models.declare(model, NOW)
    return model
  }

  async function outcomeOf(name: string, one: Case, take: (context: IntakeContext) => Promise<IntakeResult>) {
    const model = await declared(name, one)
    const tables = ['predictions', 'labels', 'reference_features'].map(
      (table) => `\`${table}_${model.name}\``,
    )
    for (const table of [...tables, 'pending_labels', 'dead_letters', 'input_problems', 'dirty_hours'])
      await store.rollup.command({ query: `TRUNCATE TABLE ${table}` })
    await insertErasedIds(store.control, model.name, ['gone'])
    const classes = one.classes && one.task !== 'regression' ? new Set(['a', '1', 'b']) : undefined
    const context = { store, writer, model, source: `http:${one.kind}`, classes, now: NOW, labelDelay: one.delay } // prettier-ignore
    const result = await take(context)
    const read = (query: string) => rows<Record<string, unknown>>(store.rollup, query)
    const all = (table: string) => read(`SELECT * FROM ${table} FINAL ORDER BY ALL`)
    return {
      answer: {
        ...result,
        rejected: result.rejected.map((one) => ({ ...one, detail: withoutModel(one.detail, model) })),
        warnings: result.warnings.map(({ example: _, ...warning }) => warning).sort(byText),
      },
      predictions: (await all(tables[0])).map(({ received_at: _, scores, ...row }) => ({ ...row, scores: rounded(scores as object) })), // prettier-ignore
      labels: await all(tables[1]),
      reference: (await all(tables[2])).map(({ received_at: _, ...row }) => row),
      pending: (await all('pending_labels')).map(({ model: _, ...row }) => row),
      // Lines that only NaN tells from null are two dead letters; as rows of columns they are the same, and so one.
      deadLetters: [
        ...new Set(
          (await read(`SELECT reason, detail, payload, source FROM dead_letters FINAL`)).map(
            ({ payload, detail, ...letter }) =>
              JSON.stringify({
                ...letter,
                detail: withoutModel(detail as string, model),
                payload: plain(payload as string, model),
              }),
          ),
        ),
      ].sort(),
      problems: (await read('SELECT hour, field, reason, events FROM input_problems FINAL')).sort(byText),
      // In batches of any number.
      hours: new Set((await dirtyHours(store, model.name, NOW)).map(({ stream, hour }) => `${stream} ${hour.toISOString()}`)), // prettier-ignore
    }
  }

  return async (one: Case): Promise<void> => {
    erased = true
    const expected = await outcomeOf('json', one, async (context) => {
      const lines = one.rows.map((row) => lineOf(one, row, context.model.name)).join('\n')
      async function* body() {
        yield Buffer.from(lines)
      }
      for await (const records of batchesOfLines(body())) return TAKE[one.kind](context, records)
      throw new Error('no batch')
    })
    for (const format of formats) {
      const found = await outcomeOf('cols', one, async (context) => {
        const cells = one.rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, { cell }]) => [name, cell === 'MODEL' ? context.model.name : cell]))) // prettier-ignore
        const body = await columnarBody(store, format, one.types, cells)
        return takeBody(store, context, one.kind, format, body)
      })
      expect(found, `${format} ${JSON.stringify(one.types)}`).toEqual(expected)
    }
    expect(erased).toBe(true)
  }
}

/** Takes a body in as the API does. */
async function takeBody(
  store: Store,
  context: IntakeContext,
  kind: EventKind,
  format: ColumnarFormat,
  content: Buffer,
): Promise<IntakeResult> {
  const body = await stagedBody(store, context, kind, format, content)
  try {
    for (const batch of storeBody(context, body)) return await batch.store()
    throw new Error('no batch')
  } finally {
    await body.drop()
  }
}

const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
const withoutModel = (detail: string, { name }: Model) => detail.replaceAll(name, 'MODEL')

/** Sums of shares may be added up in another order. */
const rounded = (scores: object) =>
  Object.fromEntries(
    Object.entries(scores)
      .map(([name, score]) => [name, Number((score as number).toPrecision(14))] as const)
      .sort(),
  )

/** The payload without what says nothing, its keys in order. */
function plain(payload: string, { name }: Model): string {
  const numbers = payload.replace(/NaN|-?Infinity/g, 'null')
  const { features, scores, ...record } = JSON.parse(numbers) as Record<string, unknown>
  const kept = Object.entries(record).filter(([key, value]) => value !== null || key === 'label')
  return JSON.stringify([kept.sort(byText), features, scores])
    .replaceAll(name, 'MODEL')
    .replaceAll(literal(name), '')
}
