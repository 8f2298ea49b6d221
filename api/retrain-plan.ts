import {
  MAX_WAIT_MS,
  planFirstHours,
  planLabels,
  type BaselinePlan,
} from '../alerts/retraining/baseline-plan.ts'
import { readRetrains, type Retrain } from '../alerts/retraining/retrain.ts'
import { baselineOf } from '../control/declared/baseline-bindings.ts'
import { monitors } from '../control/declared/monitor.ts'
import { resolveLabelDelay } from '../detectors/run/resolve-label-delay.ts'
import { LABEL_KINDS } from '../domain/drift-kind.ts'
import { firstHourOf } from '../store/events/predictions.ts'
import type { ApiContext } from './context.ts'

type Context = Pick<ApiContext, 'store' | 'models'>

/** Whether the policy asks for a baseline of the version that a retraining has produced. */
export function asksForBaseline({ request, state }: Retrain): boolean {
  return request.baselineFirst !== undefined && state.status === 'succeeded'
}

/** What becomes of the new version's baseline; undefined where none is asked for or all is done. */
export async function readBaselinePlan(
  context: Context,
  retrain: Retrain,
  now: Date,
): Promise<BaselinePlan | undefined> {
  if (!asksForBaseline(retrain)) return undefined
  if ((await context.models.find(retrain.request.model)) === undefined)
    return { plan: 'never', reason: 'the model no longer exists' }
  return retrain.state.baseline === undefined
    ? planBeginning(context, retrain, now)
    : planLabelled(context, retrain, now)
}

async function planBeginning(
  { store }: Context,
  { request, state }: Retrain,
  now: Date,
): Promise<BaselinePlan> {
  const version = state.version ?? ''
  const window = new Date(request.evidence.window.to)
  const firstSince = (from: Date) => firstHourOf(store, request.model, version, from)
  // After so long nothing is made, whatever there is.
  const isOver = now.getTime() - state.since.getTime() > MAX_WAIT_MS
  const since = isOver ? undefined : await firstSince(window)
  const before =
    since === undefined && !isOver
      ? await firstSince(new Date(Math.min(window.getTime(), state.since.getTime()) - MAX_WAIT_MS))
      : undefined
  return planFirstHours({
    version,
    length: request.baselineFirst!,
    reportedAt: state.since,
    since,
    before,
    now,
  })
}

/** The period of the baseline that was made, where it is still compared with and lacks labels that the monitor needs. */
async function planLabelled(
  { store }: Context,
  { request, state }: Retrain,
  now: Date,
): Promise<BaselinePlan | undefined> {
  if (now.getTime() - state.since.getTime() > MAX_WAIT_MS) return undefined
  const monitor = await monitors.find(store.control, request.monitor)
  if (monitor === undefined || !monitor.checks.some((check) => LABEL_KINDS.includes(check))) return undefined
  const version = monitor.by_version ? state.version : undefined
  const baseline = await baselineOf(store.control, request.model, version)
  if (baseline === undefined || baseline.version !== state.baseline) return undefined
  if (!('window' in baseline.source)) return undefined
  const { window } = baseline.source
  const delay = (await resolveLabelDelay(store, monitor, baseline, now))?.delay
  const [to, madeAt] = [new Date(window.to), new Date(baseline.createdAt)]
  return planLabels(window, { to, delay, madeAt, now })
}

/** What the pending baseline of a retraining waits for, or what prevents it. */
export interface PendingBaseline {
  reason: string
  expected: Date | undefined
}

export async function readPendingBaseline(
  context: Context,
  retrain: Retrain,
  now: Date,
): Promise<PendingBaseline | undefined> {
  const plan = await readBaselinePlan(context, retrain, now)
  if (plan === undefined) return undefined
  const { baselineError } = retrain.state
  if (plan.plan === 'make')
    return {
      reason:
        baselineError === undefined ? 'it is about to be made' : `it could not be made: ${baselineError}`,
      expected: undefined,
    }
  if (plan.plan === 'never') return { reason: `it will not be made: ${plan.reason}`, expected: undefined }
  return { reason: `waits for ${plan.reason}`, expected: plan.expected }
}

/** The baselines of a model that are still to be made after retrainings, newest first. */
export async function pendingBaselines(context: Context, model: string, now: Date) {
  const found = []
  for (const retrain of await readRetrains(context.store, { model })) {
    const pending = await readPendingBaseline(context, retrain, now)
    if (pending === undefined) continue
    const { reason, expected } = pending
    const { request, state } = retrain
    const expected_at = expected?.toISOString() ?? null
    found.push({ retrain: request.id, version: state.version ?? '', reason, expected_at })
  }
  return found
}
