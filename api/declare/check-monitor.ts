import { isDeepStrictEqual } from 'node:util'
import { isNamed, namedBaseline } from '../../detectors/run/compared-baseline.ts'
import type { Control } from '../../control/database/control.ts'
import { listBaselines } from '../../control/declared/baselines.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import { notDeclared, Problem } from '../problem.ts'
import { channelErrors } from './channel-errors.ts'
import type { Declared } from './declared.ts'
import { metricErrors } from './metric-errors.ts'
import { retrainTargetErrors } from './retrain-target.ts'

/** Refuses a monitor that would do nothing in silence, or whose windows and alerts are of another model. */
export async function checkMonitor(
  control: Control,
  monitor: Monitor,
  before: Monitor | undefined,
  declared: Declared,
): Promise<void> {
  if (before !== undefined && before.model !== monitor.model) {
    throw new Problem(
      409,
      'Conflict',
      `The monitor "${monitor.name}" belongs to the model "${before.model}", as do its windows and alerts. Declare another monitor for "${monitor.model}".`,
    )
  }
  if (!isDeepStrictEqual(monitor, before)) await checkReferences(control, monitor, declared)
}

async function checkReferences(control: Control, monitor: Monitor, declared: Declared): Promise<void> {
  const { model, alert, segments } = monitor
  const found = await declared.model(model)
  const channels = await declared.channels()
  notDeclared([
    ...(found === undefined ? [{ path: 'model', message: `there is no model "${model}"` }] : []),
    ...segments.flatMap((name, i) =>
      found === undefined || found.segments.includes(name)
        ? []
        : [{ path: `segments.${i}`, message: `"${name}" is not one of the segment columns of "${model}"` }],
    ),
    ...channelErrors(channels, alert.channels, 'alert.channels'),
    ...retrainTargetErrors(channels, monitor),
    ...(found === undefined ? [] : metricErrors(found, monitor)),
    ...(await baselineErrors(control, monitor)),
    ...ownVersionErrors(monitor),
  ])
}

async function baselineErrors(control: Control, { model, baseline }: Monitor) {
  const named = namedBaseline(baseline)
  if (named === undefined) return []
  const found = (await listBaselines(control, model)).filter((one) => isNamed(one, named))
  if (found.length === 1) return []
  const message =
    found.length === 0
      ? `the model has no baseline ${JSON.stringify(named)}`
      : `${found.length} baselines are named ${JSON.stringify(named)}: use the number of one, such as ${found[0].version}`
  return [{ path: 'baseline.data', message }]
}

/** Where versions are not evaluated by themselves it would do nothing. */
function ownVersionErrors({ baseline, by_version }: Monitor) {
  if (baseline === 'training' || baseline.own_version === undefined || by_version) return []
  return [{ path: 'baseline.own_version', message: 'requires "by_version: true"' }]
}
