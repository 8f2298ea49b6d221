import { monitors, type Monitor } from '../../control/declared/monitor.ts'
import { recount } from '../../store/events/recount.ts'
import type { Store } from '../../store/engine/client.ts'
import { namedBaseline } from './compared-baseline.ts'

/** Stores a monitor, whatever is declared, see {@link countNamedBaseline}. */
export async function declareMonitor(store: Store, monitor: Monitor, now: Date): Promise<void> {
  const before = await monitors.find(store.control, monitor.name)
  await countNamedBaseline(store, monitor, before, now)
  await monitors.put(store.control, monitor.name, monitor, now)
  await countNamedBaseline(store, monitor, before, now)
}

/**
 * Where a monitor names another baseline than before, has every stored hour counted over its bins. To be called before the
 * monitor is stored, so that a crash in between leaves no hour uncounted; and after, for what is counted meanwhile.
 */
export async function countNamedBaseline(
  store: Store,
  monitor: Monitor,
  before: Monitor | undefined,
  now: Date,
): Promise<void> {
  const named = namedBaseline(monitor.baseline)
  if (named === undefined || named === (before && namedBaseline(before.baseline))) return
  await recount(store, monitor.model, now)
}
