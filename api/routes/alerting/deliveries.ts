import { z } from 'zod'
import { currentAlerts, findAlertEvents } from '../../../control/alerting/alert-events.ts'
import { insertDeliveries, listDeliveries, type Delivery } from '../../../control/alerting/deliveries.ts'
import { toDelivery } from '../../answers/alert.ts'
import type { ApiContext } from '../../context.ts'
import type { deliveryRoutes } from '../../contract/alerting/deliveries.ts'
import { decodeCursor, pageOf } from '../../paging.ts'
import { notFound, Problem } from '../../problem.ts'
import type { HandlersOf } from '../../router.ts'

const position = z.tuple([z.int(), z.string().regex(/^[0-9a-f]{32}$/), z.string(), z.int()])

/** The delivery log. */
export const deliveryHandlers: HandlersOf<typeof deliveryRoutes> = (context) => ({
  async listDeliveries({ query: { alert, limit, cursor, ...filter } }) {
    const after = decodeCursor(cursor, position)
    const found = await listDeliveries(context.store.control, {
      ...filter,
      eventId: alert,
      after,
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(found, limit, ({ at, eventId, channel: name, attempt }) => [
      at.getTime(),
      eventId,
      name,
      attempt,
    ])
    return { status: 200, body: { deliveries: items.map(toDelivery), next_cursor } }
  },
  async replayDelivery({ params }) {
    const { store, clock } = context
    const last = await givenUpOr409(context, params.delivery)
    const { eventId, channel, attempt } = last
    const replayed: Delivery = { eventId, channel, attempt: attempt + 1, at: clock(), status: 'replayed' }
    await insertDeliveries(store.control, [replayed])
    return { status: 200, body: toDelivery(replayed) }
  },
})

/** How a delivery stands: given up, and its event the newest of the alert. */
async function givenUpOr409({ store }: ApiContext, id: string): Promise<Delivery> {
  const [eventId, channel] = id.split(':')
  const [last] = await listDeliveries(store.control, { eventId, channel, newest: true, limit: 1 })
  const [event] = await findAlertEvents(store.control, [eventId])
  if (last === undefined || event === undefined) throw notFound(`delivery ${id}`)
  if (last.status !== 'given_up')
    throw new Problem(
      409,
      'Not abandoned',
      `The status of this delivery is ${last.status}; only an abandoned delivery (given_up) can be replayed.`,
    )
  const { monitor, kind } = event
  const [current] = await currentAlerts(store.control, { scope: 'alert', monitor, kind })
  if (current.id !== eventId)
    throw new Problem(
      409,
      'Out of date',
      `The alert has changed since then; GET /alerts/${current.id} returns its current state.`,
    )
  return last
}
