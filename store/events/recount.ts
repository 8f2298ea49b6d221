import { markDirty } from './dirty-hours.ts'
import { predictionHours } from './predictions.ts'
import type { Store } from '../engine/client.ts'

/**
 * Has every stored hour of a model counted again, over the bins of all baselines that are in use by then; with a
 * version only the hours that hold predictions of it.
 */
export async function recount(store: Store, model: string, now: Date, version?: string): Promise<void> {
  const hours = await predictionHours(store, model, version)
  await markDirty(store, model, ['predictions', 'labels'], hours, now)
}
