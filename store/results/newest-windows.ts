import { rows } from '../engine/query.ts'
import type { Store } from '../engine/client.ts'

/**
 * The newest window of each monitor that has results, kept beside them: to look for it among the results would
 * read them all. What is inserted twice leaves the same maximum.
 */
export const NEWEST_WINDOWS_MIGRATIONS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS newest_windows (
    model LowCardinality(String), monitor LowCardinality(String), labels UInt8, window_end DateTime('UTC')
  ) ENGINE = ReplacingMergeTree(window_end) ORDER BY (model, monitor, labels)`,

  `CREATE MATERIALIZED VIEW IF NOT EXISTS view_newest_windows TO newest_windows
    AS SELECT DISTINCT model, monitor, kind = 'label' AS labels, window_end FROM results`,

  `INSERT INTO newest_windows
    SELECT model, monitor, kind = 'label' AS labels, max(window_end) FROM results GROUP BY model, monitor, labels`,
]

export interface NewestWindow {
  model: string
  monitor: string
  /** Labels mature later than predictions, so each has a newest window of its own. */
  labels: boolean
  end: Date
}

/** The newest windows of every model and monitor, removed ones included. */
export async function newestWindows(store: Store): Promise<NewestWindow[]> {
  const found = await rows<Omit<NewestWindow, 'labels' | 'end'> & { part: number; ended: number }>(
    store.read,
    `SELECT model, monitor, labels AS part, toUnixTimestamp(max(window_end)) AS ended
     FROM newest_windows GROUP BY model, monitor, part`,
  )
  return found.map(({ part, ended, ...window }) => ({
    ...window,
    labels: part === 1,
    end: new Date(ended * 1000),
  }))
}
