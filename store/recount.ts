import { markDirty } from './dirty-hours.ts'
import { predictionHours } from './predictions.ts'
import type { Store } from './client.ts'

/** Has every stored hour of a model counted again, over the bins of all baselines that are in use by then. */
export async function recount(store: Store, model: string, now: Date): Promise<void> {
  await markDirty(store, model, ['predictions', 'labels'], await predictionHours(store, model), now)
}
