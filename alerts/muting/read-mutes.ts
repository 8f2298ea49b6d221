import { DATA_KIND } from '../../domain/drift-kind.ts'
import { isColumnFinding } from '../../domain/data-finding.ts'
import { usualLength } from '../../domain/monitor-window.ts'
import { currentAlerts } from '../../control/alerting/alert-events.ts'
import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import { monitors, type Monitor } from '../../control/declared/monitor.ts'
import type { Store } from '../../store/engine/client.ts'
import { listSilences } from '../../control/alerting/silences.ts'
import type { Ended, Mutes } from './mute.ts'

/**
 * What can mute messages now: silences that have not ended, findings about the data that fire, and those about a column
 * that have ended, of which windows of drift still hold rows.
 */
export async function readMutes(store: Store, now: Date): Promise<Mutes> {
  const [silences, found, watching] = await Promise.all([
    listSilences(store.control, now),
    currentAlerts(store.control, { scope: 'member', kind: DATA_KIND }),
    monitors.list(store.control),
  ])
  const byName = new Map(watching.map((monitor) => [monitor.name, monitor]))
  return {
    silences,
    findings: found.filter(({ status }) => status === 'firing'),
    ended: found.flatMap((event) => endedFinding(event, byName.get(event.monitor)) ?? []),
  }
}

/** Of a column that was steady only the end of the window was judged, so that the window holds its rows for longer. */
const OF_THE_END: readonly (string | undefined)[] = ['constant', 'schema']

function endedFinding(event: AlertEvent, monitor: Monitor | undefined): Ended | undefined {
  const { status, windowEnd, members } = event
  const finding = members.at(0)?.finding
  if (status !== 'resolved' || !isColumnFinding(finding)) return undefined
  const after = OF_THE_END.includes(finding) && monitor !== undefined ? usualLength(monitor.window) : 0
  return { finding: event, until: new Date(windowEnd.getTime() + after) }
}
