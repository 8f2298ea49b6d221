import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { modelOfTable } from '../events/silver.ts'

/** A month of one of a model's own tables, which is a partition of it. */
export interface EventMonth {
  model: string
  table: string
  /** `202601`. */
  partition: string
  start: Date
  end: Date
  rows: number
}

/** The months of predictions, labels and reference features that are stored. */
export async function eventMonths(store: Store): Promise<EventMonth[]> {
  const { prefix, system, database } = store.shards
  const found = await rows<{ own: string; partition: string; count: number }>(
    store.rollup,
    `SELECT substring(table, ${prefix.length + 1}) AS own, partition, sum(rows) AS count
     FROM ${system('parts', 'one')}
     WHERE database = ${database} AND active AND match(table, '^${prefix}(predictions|labels|reference_features)_') AND rows > 0
     GROUP BY own, partition`,
  )
  return found.map(({ own: table, partition, count }) => {
    const [year, month] = [Number(partition.slice(0, 4)), Number(partition.slice(4)) - 1]
    return {
      model: modelOfTable(table)!,
      table,
      partition,
      start: new Date(Date.UTC(year, month)),
      end: new Date(Date.UTC(year, month + 1)),
      rows: count,
    }
  })
}
