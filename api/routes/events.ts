import type { eventRoutes } from '../contract/events.ts'
import { eventStream } from '../event-stream.ts'
import type { HandlersOf } from '../router.ts'

/** Live changes. */
export const eventHandlers: HandlersOf<typeof eventRoutes> = ({ live }) => ({
  async getEvents() {
    return { status: 200, stream: eventStream(live) }
  },
})
