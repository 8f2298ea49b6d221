import { channelsSinceFirst } from '../../control/alerting/alert-episode.ts'
import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import { alertRoutes } from '../../control/declared/alert-route.ts'
import { modelDocuments } from '../../control/declared/model.ts'
import type { Store } from '../../store/engine/client.ts'
import { channelsFor } from './route.ts'

/** New events with their owners, and the channels that are to be told of them. */
export async function routeEvents(
  { control }: Pick<Store, 'control'>,
  events: readonly AlertEvent[],
): Promise<AlertEvent[]> {
  if (!events.some(({ notify }) => notify)) return [...events]
  const routes = await alertRoutes.list(control)
  const owners = await ownersOf({ control }, events)
  return Promise.all(
    events.map(async (event) => {
      if (!event.notify) return event
      const owned = { ...event, owner: owners.get(event.model)?.[event.kind] }
      const earlier = event.status === 'resolved' ? await channelsSinceFirst(control, event) : []
      return { ...owned, channels: channelsFor(owned, routes, earlier) }
    }),
  )
}

/** Who deals with each kind of alert, by model. */
async function ownersOf({ control }: Pick<Store, 'control'>, events: readonly AlertEvent[]) {
  const owners = new Map<string, Partial<Record<string, string>>>()
  for (const name of new Set(events.map(({ model }) => model)))
    owners.set(name, (await modelDocuments.find(control, name))?.owners ?? {})
  return owners
}
