import { monitors, type Monitor } from '../../control/declared/monitor.ts'
import { recount } from '../../store/events/recount.ts'
import type { Store } from '../../store/engine/client.ts'
import { namedBaseline } from './compared-baseline.ts'

/** Stores a monitor. Where it names another baseline than before, every stored hour is counted over its bins. */
export async function declareMonitor(store: Store, monitor: Monitor, now: Date): Promise<void> {
  const before = await monitors.find(store.control, monitor.name)
  const named = namedBaseline(monitor.baseline)
  const isNew = named !== undefined && named !== (before && namedBaseline(before.baseline))
  // Before, so that a crash in between leaves no hour uncounted; and after, for what is counted meanwhile.
  if (isNew) await recount(store, monitor.model, now)
  await monitors.put(store.control, monitor.name, monitor, now)
  if (isNew) await recount(store, monitor.model, now)
}
