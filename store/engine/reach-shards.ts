import type { Store } from './client.ts'
import { rows } from './query.ts'

/** Rejects where a node of the cluster cannot be reached, from here or from the first node. */
export async function reachShards({ read, shards }: Pick<Store, 'read' | 'shards'>): Promise<void> {
  if (shards.cluster === undefined) return
  await shards.each((client) => rows(client, 'SELECT 1'))
  await rows(read, `SELECT count() FROM ${shards.system('one', 'all')}`)
}
