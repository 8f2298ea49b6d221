import type { Baseline } from '../store/baselines.ts'
import type { Store } from '../store/client.ts'
import { readLabelDelays } from '../store/label-delays.ts'
import type { Monitor } from '../store/monitor.ts'
import { observedDelay, type LabelDelay } from './label-delay.ts'

/** The delay that a monitor waits for: its own, or what the model's labels show; undefined while too few do. */
export async function resolveLabelDelay(
  store: Store,
  { label_delay }: Pick<Monitor, 'label_delay'>,
  { model, binning }: Baseline,
  now: Date,
): Promise<LabelDelay | undefined> {
  if (label_delay !== undefined) return { delay: label_delay, source: 'declared' }
  const delay = observedDelay(await readLabelDelays(store, { model, binning, now }))
  return delay === undefined ? undefined : { delay, source: 'observed' }
}
