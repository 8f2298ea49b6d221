import { activeBaseline, listBaselines, type Baseline, type BaselineColumn } from '../store/baselines.ts'
import type { HourSpan } from '../store/hour-spans.ts'
import { formatDuration } from '../store/duration.ts'
import { monitors, type Monitor } from '../store/monitor.ts'
import { readHours } from '../store/profiles.ts'
import type { CountedHours } from '../store/results.ts'
import type { Store } from '../store/client.ts'
import { baselineHours } from './baseline-hours.ts'
import { storedProfile } from './stored-profile.ts'

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
  if (named === undefined) return activeBaseline(store, model)
  // The first of a name, so that another one of that name changes nothing.
  return (await listBaselines(store, model)).find((one) => isNamed(one, named))
}

export function isNamed({ version, name }: Baseline, named: string | number): boolean {
  return typeof named === 'number' ? version === named : name === named
}

/** The stored baseline that a monitor names, by number or name. */
export function namedBaseline(baseline: Monitor['baseline']): string | number | undefined {
  return baseline === 'training' ? undefined : baseline.data
}

/** Every baseline of a model that something is compared with, so that hours must be counted over its bins. */
export async function baselinesInUse(store: Store, model: string): Promise<Baseline[]> {
  const active = await activeBaseline(store, model)
  const naming = (await monitors.list(store)).filter(
    (monitor) => monitor.model === model && namedBaseline(monitor.baseline) !== undefined,
  )
  const named = await Promise.all(naming.map((monitor) => chosenBaseline(store, monitor)))
  const all = [active, ...named].filter((baseline) => baseline !== undefined)
  return [...new Map(all.map((baseline) => [baseline.binning, baseline])).values()]
}

export interface Compared {
  columns: readonly BaselineColumn[]
  /** What the columns were counted from, where that is no stored baseline. */
  hours?: CountedHours
}

/** The columns of a baseline as a window is compared with them: counted over the monitor's hours where it names any. */
export async function comparedWith(
  store: Store,
  { model, baseline }: Choice,
  { binning }: Baseline,
  columns: readonly BaselineColumn[],
  window: HourSpan,
): Promise<Compared> {
  const spans = baselineHours(baseline, window)
  if (spans === undefined) return { columns }
  const version = baseline === 'training' ? undefined : baseline.version
  const stored = await readHours(store, { model, binning, spans, version })
  const profiles = new Map(stored.map((profile) => [`${profile.role} ${profile.column}`, profile]))
  return {
    columns: columns.map((column) => ({
      ...column,
      profile: storedProfile(profiles.get(`${column.role} ${column.name}`), column),
    })),
    hours: { spans, version },
  }
}

/** What is compared with, as it reads after "has drifted from". */
export function baselineName({ baseline }: Pick<Monitor, 'baseline'>, { version, name }: Baseline): string {
  if (baseline !== 'training' && baseline.data === undefined) {
    const of = baseline.version === undefined ? '' : ` of version ${baseline.version}`
    if (baseline.window !== undefined)
      return `the rows${of} from ${baseline.window.from} to ${baseline.window.to}`
    if (baseline.rolling !== undefined)
      return `the ${formatDuration(baseline.rolling)} before each window${of}`
    return `the same hours of the week${of} in the ${formatDuration(baseline.seasonal!)} before each window`
  }
  return `baseline ${version}, "${name}"`
}
