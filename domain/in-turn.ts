/**
 * Works through items, each worker on the next one that is left; the results in the order of the items. After a failure no
 * further item is begun, and the failure is thrown once those that were begun have ended.
 */
export async function inTurn<Worker, Item, Result>(
  workers: readonly Worker[],
  items: readonly Item[],
  work: (worker: Worker, item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const run = async (worker: Worker) => {
    while (next < items.length) {
      const index = next++
      try {
        results[index] = await work(worker, items[index])
      } catch (cause) {
        next = items.length
        throw cause
      }
    }
  }
  const ended = await Promise.allSettled(workers.map(run))
  for (const one of ended) if (one.status === 'rejected') throw one.reason
  return results
}
