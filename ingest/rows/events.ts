import { isRecord } from '../../domain/json.ts'
import type { Field, FieldColumns } from './fields.ts'
import { zonedTimes } from './timezone.ts'

type Json = Record<string, unknown>

/** What a record of a file says, in the shape of the intake. */
export interface Events {
  prediction?: Json
  label?: Json
  /** How long after its prediction the label is taken to have come, where it does not say. */
  givenDelay?: string
}

export interface EventOptions {
  /** IANA name of the zone of times that name none. */
  timezone?: string | undefined
  /** How long after its prediction a label of the model came that does not say when; undefined where it came now. */
  delayOf?: ((model: unknown) => string) | undefined
}

/** When a label's own record says it; else the time of the prediction is the record's. */
const PREDICTION_TS = 'prediction_ts'

/**
 * Compiles how events are made of records, the columns of whose fields are given. With an object called `features` a
 * record is a prediction in our own shape and keeps whatever else it holds; else all columns that no field takes are
 * features. A label without a prediction beside it is only a label: its record must not replace the prediction's.
 * @param model of all records, whatever they say
 */
export function compileEvents(
  columns: FieldColumns,
  model: string | undefined,
  { timezone, delayOf }: EventOptions = {},
): (record: Json) => Events {
  const time = timezone === undefined ? (value: unknown) => value : zonedTimes(timezone)
  // No feature is called `__proto__`, and to assign to it would do something else.
  const taken = new Set<string>(['__proto__', PREDICTION_TS, ...Object.values(columns)])
  return (record) => {
    const has = (field: Field) => columns[field] !== undefined && Object.hasOwn(record, columns[field])
    const read = (field: Field) => (has(field) ? record[columns[field]!] : undefined)
    const isPrediction = isRecord(record.features) || has('prediction') || has('score') || !has('label')
    const common = { model: model ?? read('model'), id: read('id') }
    const [ts, label] = [time(read('ts')), read('label')]
    const came = time(read('labelled_at'))
    const predictionTs = time(record[PREDICTION_TS]) ?? ts
    const events: Events = {}
    if (isPrediction)
      events.prediction = {
        ...rest(record, taken),
        ...common,
        ts,
        version: read('version'),
        shadow: read('shadow'),
        prediction: read('prediction'),
        score: read('score'),
      }
    // Null withdraws a label; beside a prediction it only says that there is none yet.
    if (label !== undefined && (label !== null || !isPrediction)) {
      // Beside a prediction it would be a feature.
      const own = isPrediction ? undefined : record.label_delay
      if (came == null && own == null) events.givenDelay = delayOf?.(common.model)
      const delay = own ?? events.givenDelay
      events.label = {
        ...common,
        label,
        ...(came == null ? { label_delay: delay } : { labelled_at: came }),
        [PREDICTION_TS]: predictionTs,
      }
    }
    return events
  }
}

function rest(record: Json, taken: ReadonlySet<string>): Json {
  const others: Json = {}
  for (const name of Object.keys(record)) if (!taken.has(name)) others[name] = record[name]
  if (isRecord(record.features) || Object.keys(others).length === 0) return others
  if (!isRecord(others.scores)) return { features: others }
  const { scores, ...features } = others
  return { scores, features }
}

/** Whether an event says what the record says already, so that the record can pass as it is. */
export function isSame(record: Json, event: Json): boolean {
  const said = Object.keys(event).filter((key) => event[key] !== undefined)
  return said.length === Object.keys(record).length && said.every((key) => record[key] === event[key])
}
