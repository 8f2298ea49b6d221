import { rows } from './query.ts'
import { silverTables } from './silver.ts'
import { hourLiteral, instant, literal } from './sql.ts'
import type { Store } from './client.ts'

/** Rows of one kind by the beginning of their step, epoch milliseconds; steps without rows are absent. */
export type Counts = Map<number, number>

export interface Volume {
  predictions: Counts
  labels: Counts
  deadLetters: Counts
}

/**
 * Stored rows of a model in `[from, to)`, by steps of whole hours: distinct predictions, and labels by the hour of
 * their prediction; dead letters by the time they came in. `from` is a whole multiple of the step since 1970.
 */
export async function readVolume(
  store: Store,
  model: string,
  { from, to, stepMs }: { from: Date; to: Date; stepMs: number },
): Promise<Volume> {
  const tables = silverTables(model)
  const seconds = stepMs / 1000
  const count = async (source: string, time: string): Promise<Counts> => {
    const found = await rows<{ step: number; n: number }>(
      store.read,
      `SELECT intDiv(toUnixTimestamp(${time}), ${seconds}) AS step, count() AS n FROM ${source} GROUP BY step`,
    )
    return new Map(found.map(({ step, n }) => [step * stepMs, n]))
  }
  const within = (time: string) => `${time} >= ${instant(from)} AND ${time} < ${instant(to)}`
  return {
    predictions: await count(`${tables.predictions} FINAL WHERE ${within('ts')}`, 'ts'),
    labels: await count(
      `${tables.labels} FINAL WHERE hour >= ${hourLiteral(from)} AND hour < ${hourLiteral(to)} AND label IS NOT NULL`,
      'hour',
    ),
    deadLetters: await count(
      `dead_letters FINAL WHERE model = ${literal(model)} AND ${within('received_at')}`,
      'received_at',
    ),
  }
}
