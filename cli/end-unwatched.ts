import { endWatch } from '../alerts/end-watch.ts'
import { DATA_KIND } from '../alerts/policy.ts'
import { insertAlertEvents, openEventsOutside } from '../store/alert-events.ts'
import type { Store } from '../store/client.ts'
import type { Monitor } from '../store/monitor.ts'

/** Ends the alerts that no monitor checks any longer, so that none stays open for ever. */
export async function endUnwatched(store: Store, watching: readonly Monitor[], now: Date): Promise<void> {
  const watched = watching.flatMap(({ name, checks }) =>
    [...checks, DATA_KIND].map((kind) => [name, kind] as const),
  )
  await insertAlertEvents(store, endWatch(await openEventsOutside(store, watched), now))
}
