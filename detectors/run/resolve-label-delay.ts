import type { Baseline } from '../../control/declared/baselines.ts'
import type { Store } from '../../store/engine/client.ts'
import { newestLabelled, readLabelDelays, type LabelDelaysQuery } from '../../store/labelled/label-delays.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import { observedDelay, type LabelDelay } from './label-delay.ts'

/**
 * The delay that a monitor waits for: its own, or what the model's labels show; undefined while too few do.
 * @param delays what {@link readLabelDelays} gives, where that has been read
 */
export async function resolveLabelDelay(
  store: Store,
  { label_delay }: Pick<Monitor, 'label_delay'>,
  { model, binning }: Baseline,
  now: Date,
  delays?: readonly number[],
): Promise<LabelDelay | undefined> {
  if (label_delay !== undefined) return { delay: label_delay, source: 'declared' }
  const query = { model, binning, now }
  const delay =
    observedDelay(delays ?? (await readLabelDelays(store, query))) ?? (await delayOfThePast(store, query))
  return delay === undefined ? undefined : { delay, source: 'observed' }
}

/** Where none came lately, as of data of the past, what labels took when they last came. */
async function delayOfThePast(store: Store, query: LabelDelaysQuery): Promise<number | undefined> {
  const until = await newestLabelled(store, query)
  return until && observedDelay(await readLabelDelays(store, { ...query, until }))
}
