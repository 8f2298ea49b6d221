import { featureSource, type Model } from '../../control/declared/model.ts'
import { listed } from '../columns/listed.ts'
import { BodyRefused } from './body-format.ts'
import { cellOf, isLocalTime, type BodyColumn, type Cell, type CellUse } from './cells.ts'

const SCORES = 'scores.'
export const TIMES: ReadonlySet<string> = new Set(['ts', 'labelled_at', 'prediction_ts'])

/** What the fields of an event are called, and which must be there; columns called otherwise are features, or unknown keys. */
export const EVENT_FIELDS = {
  predictions: {
    fields: ['model', 'id', 'ts', 'version', 'shadow', 'prediction', 'score'],
    required: ['id', 'ts'],
  },
  labels: {
    fields: ['model', 'id', 'label', 'labelled_at', 'label_delay', 'prediction_ts'],
    required: ['id', 'label'],
  },
  'reference-features': { fields: ['model', 'id', 'ts'], required: ['id'] },
} as const
export type EventKind = keyof typeof EVENT_FIELDS

/** Fields that hold an object, which a nested column can be. */
const NESTED = {
  predictions: new Set(['features', 'scores']),
  'reference-features': new Set(['features']),
}

/** What the columns of a body are to an event. */
export interface Layout {
  kind: EventKind
  /** By name. */
  fields: ReadonlyMap<string, Cell>
  /** Of the classes that columns are called after. */
  scores: readonly { name: string; cell: Cell }[]
  /** Declared ones and others. */
  features: readonly Cell[]
  /** Columns that stand beside the fields of the event, as keys of its own. */
  others: readonly Cell[]
  cells: readonly Cell[]
}

/** Throws {@link BodyRefused} where a column that every event needs is not there, or times have no zone. */
export function layoutOf(
  model: Model,
  kind: EventKind,
  columns: readonly BodyColumn[],
  timezone: string | undefined,
): Layout {
  const { fields: names, required } = EVENT_FIELDS[kind]
  const present = new Set(columns.filter(({ isFeature }) => isFeature !== true).map(({ name }) => name))
  const missing = required.find((name) => !present.has(name))
  if (missing !== undefined)
    throw new BodyRefused(
      'unreadable',
      `The body has no column "${missing}", which ${kind.replace('-', ' ')} need. Its columns: ${listed([...present])}.`,
    )
  const declared = new Map(model.features.map((feature) => [feature.name, feature.kind]))
  const isField = ({ name, isFeature }: BodyColumn) =>
    isFeature !== true && (names as readonly string[]).includes(name)
  const fields = new Map<string, Cell>()
  const scores: Layout['scores'][number][] = []
  const features: Cell[] = []
  const others: Cell[] = []
  const cells = columns.map((column, place): Cell => {
    const { name } = column
    const use: CellUse = isField(column) ? (TIMES.has(name) ? 'time' : 'other') : kind !== 'labels' && declared.get(name) === 'numeric' ? 'numeric' : 'other' // prettier-ignore
    if (use === 'time' && timezone === undefined && isLocalTime(column)) throw withoutZone(name)
    const cell = cellOf(column, use, place, timezone)
    if (isField(column)) fields.set(name, cell)
    else if (kind === 'labels' || (cell.kind === 'nested' && NESTED[kind].has(name) && !declared.has(name)))
      others.push(cell)
    else if (kind === 'predictions' && name.startsWith(SCORES) && !declared.has(name))
      scores.push({ name: name.slice(SCORES.length), cell })
    else features.push(cell)
    return cell
  })
  // Beside an object of features, other columns are no features.
  if (others.some(({ name }) => name === 'features'))
    return { kind, fields, scores, features: [], others: [...others, ...features], cells }
  return { kind, fields, scores, features, others, cells }
}

const withoutZone = (name: string) =>
  new BodyRefused(
    'unreadable',
    `The column "${name}" holds times without a time zone. Give the column a zone, such as pyarrow.timestamp("us", "UTC"), or add ?timezone=UTC to the address if the times are in UTC.`,
  )

/** The cell of a declared feature in a row; undefined where the body has no such column. */
export function featureCells({ features }: Layout, model: Model): ReadonlyMap<string, Cell> {
  const declared = new Set(model.features.map(({ name }) => name))
  return new Map(
    features.filter(({ name }) => declared.has(name)).map((cell) => [featureSource(cell.name), cell]),
  )
}
