import { releaseWaiting } from '../alerts/retraining/release-waiting.ts'
import { recordStep } from '../alerts/retraining/record.ts'
import { sendPendingRetrains, type SendPendingRequest } from '../alerts/retraining/send-pending.ts'
import { readRetrains, type Retrain } from '../alerts/retraining/retrain.ts'
import { Problem } from '../api/problem.ts'
import { activateNewBaseline } from '../api/retrain-baseline.ts'
import { asksForBaseline, readBaselinePlan } from '../api/retrain-plan.ts'
import type { Models } from '../store/models.ts'

export interface RetrainingWork extends SendPendingRequest {
  models: Models
}

/** All that retraining needs done now and then. Returns whether anything has changed. */
export async function workOnRetraining(work: RetrainingWork): Promise<boolean> {
  const released = await releaseWaiting(work)
  const sent = await sendPendingRetrains(work)
  const made = await makeFirstBaselines(work)
  return released + sent + made > 0
}

/**
 * Makes a baseline of the beginning of each new version whose policy asks for one, once that has passed; and again once
 * its labels have come, where the monitor needs them. One that cannot be made keeps no other from being made.
 */
async function makeFirstBaselines(work: RetrainingWork): Promise<number> {
  let steps = 0
  for (const retrain of (await readRetrains(work.store)).filter(asksForBaseline)) {
    const plan = await readBaselinePlan(work, retrain, work.clock())
    if (plan?.plan !== 'make') continue
    try {
      await activateNewBaseline(work, retrain, plan, { by: SERVICE })
      work.log.info({ retrain: retrain.request.id, ...plan.window }, 'baseline of the new version created')
      steps++
    } catch (error) {
      steps += await noteFailure(work, retrain, error)
    }
  }
  return steps
}

const SERVICE = 'driftgauge'

/** Keeps why a baseline could not be made, once for as long as the reason is the same. */
async function noteFailure(
  { store, clock, log }: RetrainingWork,
  { request, state }: Retrain,
  cause: unknown,
): Promise<number> {
  log.warn({ retrain: request.id, err: cause }, 'the baseline of the new version could not be created')
  const error = cause instanceof Problem ? cause.message : 'the service failed; its log says why'
  if (state.baselineError === error) return 0
  const step = { type: 'baseline_failed', by: SERVICE, comment: '', error, at: clock() } as const
  const { outcome } = await recordStep(store, request.id, step)
  return outcome === 'applied' ? 1 : 0
}
