import { monitors } from '../../control/declared/monitor.ts'
import { listMissedWindows } from '../../control/scheduling/missed-windows.ts'
import { endsFrom } from '../../detectors/run/schedule.ts'
import type { missedWindowRoutes } from '../contract/overview.ts'
import type { HandlersOf } from '../router.ts'

/** What is still to be evaluated after the service was down. */
export const missedWindowHandlers: HandlersOf<typeof missedWindowRoutes> = ({ store }) => ({
  async listMissedWindows() {
    const declared = new Map((await monitors.list(store.control)).map((monitor) => [monitor.name, monitor]))
    const answers = (await listMissedWindows(store.control)).flatMap(
      ({ monitor: name, stream, first, last }) => {
        const monitor = declared.get(name)
        if (monitor === undefined) return []
        const windows = endsFrom(monitor, first, last).length
        const [oldest, newest] = [first, last].map((end) => end.toISOString())
        return [
          {
            monitor: name,
            model: monitor.model,
            part: stream,
            windows,
            oldest_end: oldest,
            newest_end: newest,
          },
        ]
      },
    )
    return { status: 200, body: { missed_windows: answers } }
  },
})
