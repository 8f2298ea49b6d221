import { sendPendingRetrains, type SendPendingRequest } from '../alerts/retraining/send-pending.ts'
import { readRetrains, type Retrain } from '../alerts/retraining/retrain.ts'
import { activateNewBaseline } from '../api/retrain-baseline.ts'
import { firstHourOf } from '../store/predictions.ts'
import type { Models } from '../store/models.ts'

const DAY_MS = 86_400_000
/** A version that makes no prediction for so long was never put to use. */
const LONGEST_WAIT_MS = 30 * DAY_MS

export interface RetrainingWork extends SendPendingRequest {
  models: Models
}

/** All that retraining needs done now and then. Returns whether anything has changed. */
export async function workOnRetraining(work: RetrainingWork): Promise<boolean> {
  const sent = await sendPendingRetrains(work)
  const made = await makeFirstBaselines(work)
  return sent + made > 0
}

/** Makes a baseline of the beginning of each new version whose policy asks for one, once that has passed. */
async function makeFirstBaselines({ store, models, clock, log }: RetrainingWork): Promise<number> {
  let made = 0
  for (const retrain of (await readRetrains(store)).filter(awaitsBaseline)) {
    const window = await beginning(store, retrain, clock())
    if (window === undefined || (await models.find(retrain.request.model)) === undefined) continue
    await activateNewBaseline({ store, models, clock }, retrain, { window }, { by: 'driftgauge' })
    log.info({ retrain: retrain.request.id, ...window }, 'baseline of the new version made')
    made++
  }
  return made
}

function awaitsBaseline({ request, state }: Retrain): boolean {
  return request.baselineFirst !== undefined && state.status === 'succeeded' && state.baseline === undefined
}

/** The first hours of the new version, once they are over. */
async function beginning(store: RetrainingWork['store'], { request, state }: Retrain, now: Date) {
  if (now.getTime() - state.since.getTime() > LONGEST_WAIT_MS) return undefined
  const version = state.version ?? ''
  const from = await firstHourOf(store, request.model, version, new Date(request.evidence.window.to))
  if (from === undefined) return undefined
  const to = new Date(from.getTime() + request.baselineFirst!)
  return to <= now ? { from: from.toISOString(), to: to.toISOString(), version } : undefined
}
