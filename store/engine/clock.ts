import type { Store } from './client.ts'
import { rows } from './query.ts'

/** The time of the ClickHouse server, the same for all processes that share it. The embedded engine has their own. */
export async function storeTime(store: Store): Promise<Date> {
  const [{ ms }] = await rows<{ ms: number }>(store.read, 'SELECT toUnixTimestamp64Milli(now64(3)) AS ms')
  return new Date(ms)
}
