import { DATA_KIND, EXPERIMENT_KIND } from '../../domain/drift-kind.ts'
import { experiments } from '../../control/declared/experiment.ts'
import { endWatch } from '../../alerts/state/end-watch.ts'
import { RETRAINING_KIND } from '../../alerts/state/policy.ts'
import { routeEvents } from '../../alerts/routing/route-events.ts'
import { insertAlertEvents, type Fence } from '../../control/alerting/insert-alert-events.ts'
import { openEventsOutside } from '../../control/alerting/alert-events.ts'
import type { Store } from '../../store/engine/client.ts'
import type { Monitor } from '../../control/declared/monitor.ts'

/** Ends the alerts that no monitor checks any longer, so that none stays open for ever. */
export async function endUnwatched(
  store: Store,
  watching: readonly Monitor[],
  now: Date,
  fence?: Fence,
): Promise<void> {
  const watched = watching.flatMap(({ name, checks, retrain }) =>
    [...checks, DATA_KIND, ...(retrain ? [RETRAINING_KIND] : [])].map((kind) => [name, kind] as const),
  )
  for (const { name } of await experiments.list(store.control)) watched.push([name, EXPERIMENT_KIND])
  const ends = endWatch(await openEventsOutside(store.control, watched), now)
  await insertAlertEvents(store.control, await routeEvents(store, ends), fence)
}
