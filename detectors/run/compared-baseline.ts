import { boundBaselines } from '../../control/declared/baseline-bindings.ts'
import { activeBaseline, listBaselines, type Baseline } from '../../control/declared/baselines.ts'
import { formatDuration } from '../../domain/duration.ts'
import { monitors, type Monitor } from '../../control/declared/monitor.ts'
import type { Store } from '../../store/engine/client.ts'
import { comparedVersion } from './baseline-hours.ts'

type Choice = Pick<Monitor, 'model' | 'baseline'>

/**
 * The stored baseline that gives a monitor its bins, and where the monitor names no hours in its place what windows
 * are compared with; undefined when there is none.
 */
export async function chosenBaseline(
  store: Store,
  { model, baseline }: Choice,
): Promise<Baseline | undefined> {
  const named = namedBaseline(baseline)
  if (named === undefined) return activeBaseline(store.control, model)
  // The first of a name, so that another one of that name changes nothing.
  return (await listBaselines(store.control, model)).find((one) => isNamed(one, named))
}

export function isNamed({ version, name }: Baseline, named: string | number): boolean {
  return typeof named === 'number' ? version === named : name === named
}

/** The stored baseline that a monitor names, by number or name. */
export function namedBaseline(baseline: Monitor['baseline']): string | number | undefined {
  return baseline === 'training' ? undefined : baseline.data
}

/** A baseline over whose bins hours are counted. */
interface BaselineInUse {
  baseline: Baseline
  /** Only rows of these versions of the model are; of all where it is absent. */
  versions?: readonly string[]
}

/** Every baseline of a model that something is compared with, so that hours must be counted over its bins. */
export async function baselinesInUse(store: Store, model: string): Promise<BaselineInUse[]> {
  const active = await activeBaseline(store.control, model)
  const naming = (await monitors.list(store.control)).filter(
    (monitor) => monitor.model === model && namedBaseline(monitor.baseline) !== undefined,
  )
  const named = await Promise.all(naming.map((monitor) => chosenBaseline(store, monitor)))
  const all = [active, ...named].filter((baseline) => baseline !== undefined)
  const inUse = new Map<string, BaselineInUse>(all.map((baseline) => [baseline.binning, { baseline }]))
  for (const [version, baseline] of await boundBaselines(store.control, model)) {
    const found = inUse.get(baseline.binning)
    if (found !== undefined && found.versions === undefined) continue
    inUse.set(baseline.binning, { baseline, versions: [...(found?.versions ?? []), version] })
  }
  return [...inUse.values()]
}

/**
 * What is compared with, as it reads after "has drifted from".
 * @param slice version of the model that is looked at by itself; empty where it is not
 */
export function describeBaseline(
  { baseline }: Pick<Monitor, 'baseline'>,
  { version, name }: Baseline,
  slice = '',
): string {
  if (baseline !== 'training' && baseline.data === undefined) {
    const only = comparedVersion(baseline, slice)
    const of = only === undefined ? '' : ` of version ${only}`
    if (baseline.window !== undefined)
      return `the rows${of} from ${baseline.window.from} to ${baseline.window.to}`
    if (baseline.rolling !== undefined)
      return `the ${formatDuration(baseline.rolling)} before each window${of}`
    return `the same hours of the week${of} in the ${formatDuration(baseline.seasonal!)} before each window`
  }
  return `baseline ${version} (${name})`
}
