import { setTimeout } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../../store/engine/query.ts'
import { literal } from '../../store/engine/sql.ts'

const LOOK_EVERY_MS = 250

/**
 * Fills a table, and ends the statements that do so once it holds more than `most` bytes, uncompressed: from a few bytes, a
 * body can unfold to more than a disk holds. Resolves with whether they were ended.
 * @param client on another connection than the statements
 * @param table its name, unquoted, which the statements have in them
 */
export async function withinBytes(
  client: ClickHouseClient,
  table: string,
  most: number,
  fill: () => Promise<void>,
): Promise<'filled' | 'ended'> {
  const filled = new AbortController()
  let ended = false
  const look = async () => {
    const [{ bytes }] = await rows<{ bytes: number }>(
      client,
      `SELECT sum(data_uncompressed_bytes) AS bytes FROM system.parts
       WHERE database = currentDatabase() AND active AND table = ${literal(table)}`,
    )
    if (bytes <= most) return
    ended = true
    // One that is sent with its data has a line break behind its first word.
    await client.command({ query: `KILL QUERY WHERE query LIKE ${literal(`INSERT%${table}%`)} ASYNC` })
  }
  const watching = (async () => {
    while (await waited(filled.signal)) {
      // After one that fails comes the next.
      await look().catch(() => {})
    }
  })()
  try {
    await fill()
  } catch (cause) {
    if (!ended) throw cause
  } finally {
    filled.abort()
    await watching
  }
  return ended ? 'ended' : 'filled'
}

/** Resolves when it is time for another look, or at once with false where there is to be none. */
const waited = (signal: AbortSignal): Promise<boolean> =>
  setTimeout(LOOK_EVERY_MS, true, { signal }).catch(() => false)
