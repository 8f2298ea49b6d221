import { channelsSinceFirst } from '../../control/alerting/alert-episode.ts'
import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import { alertRoutes } from '../../control/declared/alert-route.ts'
import type { Store } from '../../store/engine/client.ts'
import { channelsFor } from './route.ts'

/** New events with the channels that are to be told of them. */
export async function routeEvents(store: Store, events: readonly AlertEvent[]): Promise<AlertEvent[]> {
  if (!events.some(({ notify }) => notify)) return [...events]
  const routes = await alertRoutes.list(store.control)
  return Promise.all(
    events.map(async (event) => {
      if (!event.notify) return event
      const earlier = event.status === 'resolved' ? await channelsSinceFirst(store.control, event) : []
      return { ...event, channels: channelsFor(event, routes, earlier) }
    }),
  )
}
