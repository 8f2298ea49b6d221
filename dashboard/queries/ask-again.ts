import type { Query, QueryClient } from '@tanstack/svelte-query'

/**
 * Asks again for all that `isStale` says. A first answer that is still awaited is not asked for twice by the client, though
 * it may be of the state before the change: what waited for one is asked for once more after it.
 */
export async function askAgain(
  client: QueryClient,
  isStale: (query: Query) => boolean = () => true,
): Promise<void> {
  const awaited = client
    .getQueryCache()
    .findAll({ predicate: isStale, fetchStatus: 'fetching' })
    .filter(({ state }) => state.data === undefined)
  await client.invalidateQueries({ predicate: isStale })
  if (awaited.length > 0) await client.invalidateQueries({ predicate: (query) => awaited.includes(query) })
}
