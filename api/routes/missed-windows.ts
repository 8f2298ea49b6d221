import { missedWindows } from '../answers/missed-windows.ts'
import type { missedWindowRoutes } from '../contract/overview.ts'
import type { HandlersOf } from '../router.ts'

/** What is still to be evaluated after the service was down. */
export const missedWindowHandlers: HandlersOf<typeof missedWindowRoutes> = ({ store }) => ({
  async listMissedWindows() {
    return { status: 200, body: { missed_windows: await missedWindows(store.control) } }
  },
})
