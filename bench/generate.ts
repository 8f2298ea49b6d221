import { featureSource, type Feature, type Model } from '../control/declared/model.ts'
import type { Store } from '../store/engine/client.ts'
import { identifier } from '../store/engine/sql.ts'
import { silverTables } from '../store/events/silver.ts'

export interface Generated {
  /** Milliseconds since 1970. */
  from: number
  to: number
  /** Evenly over `[from, to)`; ids count up from `first`. */
  rows: number
  first?: number
  /** SQL for the value of a feature; the row has a `number`. */
  featureValue?: (feature: Feature, index: number) => string
}

/** Of an insert, so that its memory is bounded. */
const MAX_VALUES = 15_000_000

/** Has the engine make predictions by itself, past the intake: many of them in little time. */
export async function generatePredictions(
  store: Store,
  model: Model,
  { from, to, rows, first = 0, featureValue = normalOrOneOf25 }: Generated,
): Promise<void> {
  const values: Record<string, string> = {
    id: `concat('event-', toString(number))`,
    ts: `fromUnixTimestamp64Milli(toInt64(${from} + (number - ${first}) * ${(to - from) / rows}), 'UTC')`,
    version: `'1'`,
    received_at: `fromUnixTimestamp64Milli(toInt64(${to}), 'UTC')`,
    prediction: model.task === 'regression' ? 'rand() % 100' : `if(rand() % 4 = 0, 'yes', 'no')`,
    ...Object.fromEntries(
      model.features.map((feature, i) => [featureSource(feature.name), featureValue(feature, i)]),
    ),
  }
  const columns = Object.keys(values).map(identifier).join(', ')
  const step = Math.max(1, Math.floor(MAX_VALUES / model.features.length))
  for (let done = 0; done < rows; done += step) {
    const source = `numbers(${first + done}, ${Math.min(step, rows - done)})`
    await store.rollup.command({
      query: `INSERT INTO ${silverTables(model.name).predictions} (${columns})
        SELECT ${Object.values(values).join(', ')} FROM ${source}`,
    })
  }
}

const normalOrOneOf25 = ({ kind }: Feature, index: number) =>
  kind === 'numeric' ? `randNormal(0, 1, ${index})` : 'toString(number % 25)'
