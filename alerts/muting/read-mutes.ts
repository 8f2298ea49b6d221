import { DATA_KIND } from '../../domain/drift-kind.ts'
import { currentAlerts } from '../../control/alerting/alert-events.ts'
import type { Store } from '../../store/engine/client.ts'
import { listSilences } from '../../control/alerting/silences.ts'
import type { Mutes } from './mute.ts'

/** What can mute messages now: silences that have not ended, and findings about the data that fire. */
export async function readMutes(store: Store, now: Date): Promise<Mutes> {
  const [silences, found] = await Promise.all([
    listSilences(store.control, now),
    currentAlerts(store.control, { scope: 'member', kind: DATA_KIND }),
  ])
  return { silences, findings: found.filter(({ status }) => status === 'firing') }
}
