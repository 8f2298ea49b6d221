import { canonicalCategory } from '../../domain/canonical-category.ts'
import { predictionColumns } from '../../store/events/silver.ts'
import { array, float, instant, literal } from '../../store/engine/sql.ts'
import { MAX_TEXT } from '../decode/fields.ts'
import { ROUNDING } from '../decode/scores.ts'
import type { Cell } from './cells.ts'
import { all, knownClass, notDeleted, ownModel, type CleanRows, type RowContext } from './clean-rows.ts'
import { featureCells, type Layout } from './layout.ts'
import {
  categoryReading,
  numberReading,
  probabilityReading,
  textReading,
  timeReading,
  type Reading,
} from './values-sql.ts'

const NULL_NUMBER = 'CAST(NULL AS Nullable(Float64))'
const NULL_TEXT = 'CAST(NULL AS Nullable(String))'

/** {@link CleanRows} of predictions: what `predictionDecoder` makes of rows that it has nothing to say about. */
export function cleanPredictions(layout: Layout, context: RowContext): CleanRows {
  const { model, classes, now, deletedBefore } = context
  const { fields, others } = layout
  const id = textReading(fields.get('id')!)
  const ts = timeReading(fields.get('ts')!, now)
  const version = versionReading(fields.get('version'))
  const shadow = shadowReading(fields.get('shadow'))
  const prediction = outcomeReading(model.task === 'regression', fields.get('prediction'))
  const score = fields.has('score') ? probabilityReading(fields.get('score')!) : absent(NULL_NUMBER)
  const scores = scoresReading(layout.scores)
  const features = featureValues(layout, context)
  const clean = all([
    // Objects in a cell are read by the decoder.
    others.length > 0 ? '0' : '1',
    isRefusedAsStrict(layout, context) ? '0' : '1',
    ownModel(model, fields.get('model')),
    id.clean,
    ts.clean,
    notDeleted(ts.value, deletedBefore),
    version.clean,
    shadow.clean,
    `(${shadow.value} = 0 OR ${version.value} != '')`,
    prediction.clean,
    knownClass(prediction.value, classes),
    score.clean,
    scores.clean,
    sayingSomething(layout, [prediction.value, score.value]),
    ...features.map(({ clean }) => clean),
  ])
  return {
    clean,
    key: id.value,
    at: ts.value,
    reportedAt: 'at',
    inserts: [
      {
        target: 'predictions',
        where: '1',
        values: ({ receivedAt, unknown }) => ({
          id: 'assumeNotNull(key)',
          ts: `fromUnixTimestamp64Milli(assumeNotNull(at), 'UTC')`,
          version: version.value,
          received_at: instant(receivedAt),
          prediction: prediction.value,
          score: score.value,
          scores: scores.value,
          shadow: shadow.value,
          invalid: 'emptyArrayString()',
          unknown: array(unknown.map(literal), 'String'),
          ...Object.fromEntries(features.map(({ column, value }) => [column, value])),
        }),
      },
    ],
  }
}

const absent = (value: string): Reading => ({ value, clean: '1' })

function versionReading(cell: Cell | undefined): Reading {
  if (cell === undefined) return absent("''")
  const { kind, sql } = cell
  if (kind === 'text')
    return { value: `ifNull(${sql}, '')`, clean: `ifNull(length(${sql}) BETWEEN 1 AND ${MAX_TEXT}, 1)` }
  // That it is a number is reported of each.
  if (kind === 'integer') return { value: `ifNull(toString(${sql}), '')`, clean: `isNotNull(${sql})` }
  return { value: "''", clean: `isNull(${sql})` }
}

function shadowReading(cell: Cell | undefined): Reading {
  if (cell === undefined) return absent('0')
  const { kind, sql } = cell
  if (kind !== 'boolean' && kind !== 'integer') return { value: '0', clean: `isNull(${sql})` }
  return { value: `toUInt8(ifNull(${sql} != 0, 0))`, clean: `ifNull(toInt64(${sql}) IN (0, 1), 1)` }
}

function outcomeReading(isNumber: boolean, cell: Cell | undefined): Reading {
  if (cell === undefined) return absent(isNumber ? NULL_NUMBER : NULL_TEXT)
  return isNumber ? numberReading(cell) : categoryReading(cell)
}

/** Where the body has columns for what a model says, a row without a value in them is reported. */
function sayingSomething({ fields, scores }: Layout, values: readonly string[]): string {
  if (!fields.has('prediction') && !fields.has('score') && scores.length === 0) return '1'
  const scored = scores.map(({ cell }) => probabilityReading(cell).value)
  return `(${[...values, ...scored].map((value) => `isNotNull(${value})`).join(' OR ')})`
}

/** As `parseScores` reads them: all or none, in the order of an object's keys, which a sum depends on. */
function scoresReading(columns: Layout['scores']): Reading {
  if (columns.length === 0) return absent(scoreMap([]))
  const byName = Object.fromEntries(columns.map(({ name, cell }) => [name, probabilityReading(cell)]))
  const readings = Object.entries(byName).map(([name, reading]) => ({ name: canonicalCategory(name), ...reading })) // prettier-ignore
  const isUnclear =
    readings.length < columns.length ||
    new Set(readings.map(({ name }) => name)).size < readings.length ||
    readings.some(({ name }) => name.length > MAX_TEXT)
  const sum = readings.map(({ value }) => value).join(' + ')
  const none = all(readings.map(({ value }) => `isNull(${value})`))
  const whole = `if(abs(${sum} - 1) > ${float(1e-9)}, ${sum}, 1.)`
  const entries = readings.map(({ name, value }) => [literal(name), `assumeNotNull((${value}) / ${whole})`])
  return {
    value: `if(${none}, ${scoreMap([])}, ${scoreMap(entries.flat())})`,
    clean: isUnclear
      ? none
      : all([
          ...readings.map(({ clean }) => clean),
          `(${none} OR ifNull(abs(${sum} - 1) <= ${float(ROUNDING)}, 0))`,
        ]),
  }
}

const scoreMap = (entries: readonly string[]) =>
  `CAST(map(${entries.join(', ')}) AS Map(LowCardinality(String), Float64))`

interface FeatureReading extends Reading {
  /** The column of the table. */
  column: string
}

function featureValues(layout: Layout, { model }: RowContext): FeatureReading[] {
  const cells = featureCells(layout, model)
  const kinds = new Map(predictionColumns(model).map(({ name, type }) => [name, type]))
  return [...cells].map(([column, cell]) => {
    if (kinds.get(column) === 'Nullable(Float64)') return { column, ...numberReading(cell) }
    const { value, clean } = categoryReading(cell)
    // An empty text is no category.
    return { column, value: `nullIf(${value}, '')`, clean }
  })
}

function isRefusedAsStrict(layout: Layout, { model }: RowContext): boolean {
  return model.unknown_features === 'strict' && layout.features.length > featureCells(layout, model).size
}
