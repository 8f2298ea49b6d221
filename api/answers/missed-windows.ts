import { monitors } from '../../control/declared/monitor.ts'
import type { Control } from '../../control/database/control.ts'
import { listMissedWindows } from '../../control/scheduling/missed-windows.ts'
import { endsFrom } from '../../detectors/run/schedule.ts'

/** What is still to be evaluated after the service was down, by monitor and part. */
export async function missedWindows(control: Control) {
  const declared = new Map((await monitors.list(control)).map((monitor) => [monitor.name, monitor]))
  return (await listMissedWindows(control)).flatMap(({ monitor: name, stream, first, last }) => {
    const monitor = declared.get(name)
    if (monitor === undefined) return []
    return [
      {
        monitor: name,
        model: monitor.model,
        part: stream,
        windows: endsFrom(monitor, first, last).length,
        oldest_end: first.toISOString(),
        newest_end: last.toISOString(),
      },
    ]
  })
}
