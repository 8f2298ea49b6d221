import { isRetrainTarget, NOT_FOR_RETRAINING } from '../../alerts/retraining/call.ts'
import type { Channel } from '../../control/declared/channel.ts'
import type { Monitor } from '../../control/declared/monitor.ts'

/** Why a monitor's target cannot be asked for retraining, if it cannot. */
export function retrainTargetErrors(channels: readonly Channel[], { retrain }: Monitor) {
  if (retrain === undefined) return []
  const { target } = retrain
  const channel = channels.find(({ name }) => name === target)
  if (channel !== undefined && isRetrainTarget(channel)) return []
  const message =
    channel === undefined
      ? `there is no channel "${target}"`
      : `the channel "${target}" ${NOT_FOR_RETRAINING}`
  return [{ path: 'retrain.target', message }]
}
