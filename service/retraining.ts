import { DAY_MS } from '../domain/time.ts'
import { releaseHeld } from '../alerts/retraining/release-held.ts'
import { sendPendingRetrains, type SendPendingRequest } from '../alerts/retraining/send-pending.ts'
import { readRetrains, type Retrain } from '../alerts/retraining/retrain.ts'
import { activateNewBaseline } from '../api/retrain-baseline.ts'
import { resolveLabelDelay } from '../detectors/run/resolve-label-delay.ts'
import { baselineOf } from '../control/declared/baseline-bindings.ts'
import { monitors } from '../control/declared/monitor.ts'
import { firstHourOf } from '../store/events/predictions.ts'
import type { Store } from '../store/engine/client.ts'
import type { Models } from '../store/models.ts'

const NEED_LABELS: ReadonlySet<string> = new Set(['label', 'concept', 'performance'])
/** A version that makes no prediction for so long was never put to use. */
const MAX_WAIT_MS = 30 * DAY_MS

export interface RetrainingWork extends SendPendingRequest {
  models: Models
}

/** All that retraining needs done now and then. Returns whether anything has changed. */
export async function workOnRetraining(work: RetrainingWork): Promise<boolean> {
  const released = await releaseHeld(work)
  const sent = await sendPendingRetrains(work)
  const made = await makeFirstBaselines(work)
  return released + sent + made > 0
}

/**
 * Makes a baseline of the beginning of each new version whose policy asks for one, once that has passed; and again once
 * its labels have come, where the monitor needs them.
 */
async function makeFirstBaselines({ store, models, clock, log }: RetrainingWork): Promise<number> {
  let made = 0
  for (const retrain of (await readRetrains(store)).filter(asksForBaseline)) {
    const now = clock()
    if (now.getTime() - retrain.state.since.getTime() > MAX_WAIT_MS) continue
    const window = await (retrain.state.baseline === undefined ? beginning : labelled)(store, retrain, now)
    if (window === undefined || (await models.find(retrain.request.model)) === undefined) continue
    await activateNewBaseline({ store, models, clock }, retrain, { window }, { by: 'driftgauge' })
    log.info({ retrain: retrain.request.id, ...window }, 'baseline of the new version created')
    made++
  }
  return made
}

function asksForBaseline({ request, state }: Retrain): boolean {
  return request.baselineFirst !== undefined && state.status === 'succeeded'
}

/** The first hours of the new version, once they are over. */
async function beginning(store: Store, { request, state }: Retrain, now: Date) {
  const version = state.version ?? ''
  const from = await firstHourOf(store, request.model, version, new Date(request.evidence.window.to))
  if (from === undefined) return undefined
  const to = new Date(from.getTime() + request.baselineFirst!)
  return to <= now ? { from: from.toISOString(), to: to.toISOString(), version } : undefined
}

/** The period of the baseline that was made, once its labels have come, where it is still compared with and lacks them. */
async function labelled(store: Store, { request, state }: Retrain, now: Date) {
  const monitor = await monitors.find(store.control, request.monitor)
  if (monitor === undefined || !monitor.checks.some((check) => NEED_LABELS.has(check))) return undefined
  const version = monitor.by_version ? state.version : undefined
  const baseline = await baselineOf(store.control, request.model, version)
  if (baseline === undefined || baseline.version !== state.baseline) return undefined
  if (!('window' in baseline.source)) return undefined
  const { window } = baseline.source
  const delay = await resolveLabelDelay(store, monitor, baseline, now)
  if (delay === undefined) return undefined
  const mature = Date.parse(window.to) + delay.delay
  return Date.parse(baseline.createdAt) < mature && mature <= now.getTime() ? window : undefined
}
