import type { Store } from '../../store/engine/client.ts'
import { plain } from '../message/wording.ts'
import { MANUAL_KIND } from './manual-request.ts'
import { readRetrains, type Retrain } from './retrain.ts'
import { shortId } from './short-id.ts'

/** Says of an alert of a monitor what retraining has done since its drift began. */
export async function retrainedVersions(
  store: Store,
  monitor: string,
): Promise<(kind: string, since: Date) => string | undefined> {
  const all = await readRetrains(store, { monitor })
  return (kind, since) => retrainedSince(all, kind, since)
}

/** The newest success that an alert of this kind, or a person, has asked for since then. Pure. */
export function retrainedSince(all: readonly Retrain[], kind: string, since: Date): string | undefined {
  const found = all.find(
    ({ request, state }) =>
      state.status === 'succeeded' &&
      (request.kind === MANUAL_KIND || request.evidence.alerts.some((alert) => alert.kind === kind)) &&
      new Date(request.evidence.window.to) >= since,
  )
  if (found === undefined) return undefined
  return `retraining ${shortId(found.request.id)} produced version "${plain(found.state.version ?? '')}"`
}
