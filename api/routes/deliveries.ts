import { z } from 'zod'
import { listDeliveries } from '../../store/deliveries.ts'
import { toDelivery } from '../answers/alert.ts'
import type { deliveryRoutes } from '../contract/deliveries.ts'
import { decodeCursor, pageOf } from '../paging.ts'
import type { HandlersOf } from '../router.ts'

const position = z.tuple([z.int(), z.string().regex(/^[0-9a-f]{32}$/), z.string(), z.int()])

/** The delivery log. */
export const deliveryHandlers: HandlersOf<typeof deliveryRoutes> = ({ store }) => ({
  async listDeliveries({ query: { alert, channel, status, limit, cursor } }) {
    const after = decodeCursor(cursor, position)
    const found = await listDeliveries(store, { eventId: alert, channel, status, after, limit: limit + 1 })
    const { items, next_cursor } = pageOf(found, limit, ({ at, eventId, channel: name, attempt }) => [
      at.getTime(),
      eventId,
      name,
      attempt,
    ])
    return { status: 200, body: { deliveries: items.map(toDelivery), next_cursor } }
  },
})
