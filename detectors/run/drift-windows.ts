import type { Baseline } from '../../control/declared/baselines.ts'
import { baselineSegments, type BaselineColumn } from '../../store/profiles/baselines.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import type { ColumnProfile } from '../../store/profiles/binning.ts'
import { readSliced, type StoredProfile } from '../../store/profiles/profiles.ts'
import type { CountedHours } from '../../store/results/results.ts'
import { baselineHours, comparedVersion } from './baseline-hours.ts'
import type { RunRequest } from './run-request.ts'
import { comparedSlice, comparedSlices, oncePerStart, readSlices, type Slice } from './slices.ts'
import { storedProfile } from './stored-profile.ts'

/** The profiles of a window and of what it is compared with. */
export interface DriftSides {
  baseline: (column: BaselineColumn) => ColumnProfile
  window: (column: BaselineColumn) => ColumnProfile
  /** All that is kept of the window's hours; with counts of the quality of data where these were asked for. */
  kept: readonly StoredProfile[]
  /** What the baseline was counted from, where that is no stored one. */
  hours?: CountedHours
}

/** Both sides of a slice, the window from any start on. All slices are read together, once for each start. */
export type DriftWindows = (slice: Slice) => (start: Date) => Promise<DriftSides>

export function driftWindows(
  {
    store,
    model,
    monitor,
    end,
  }: Pick<RunRequest, 'store' | 'model' | 'end'> & {
    monitor: Pick<Monitor, 'baseline' | 'timezone'>
  },
  baseline: Baseline,
  slices: readonly Slice[],
  { withQuality }: { withQuality: boolean },
): DriftWindows {
  const scope = { model: model.name, binning: baseline.binning }
  const choice = monitor.baseline
  const others = comparedSlices(slices, choice)
  const own = oncePerStart(() => storedSegments({ store, baseline, segments: others }))
  const read = oncePerStart(async (start) => {
    const window = await readSlices(slices, (slicing) =>
      readSliced(store, { ...scope, spans: [{ from: start, to: end }], withQuality }, slicing),
    )
    const spans = baselineHours(choice, { from: start, to: end }, monitor.timezone)
    if (spans === undefined || choice === 'training') return { window, baseline: await own(end) }
    const { version } = choice
    const compared = await readSlices(others, (slicing) =>
      readSliced(store, { ...scope, spans, version }, slicing),
    )
    const hoursOf = (slice: Slice) => ({ spans, version: comparedVersion(choice, slice.version) })
    return { window, baseline: (slice: Slice) => profilesOf(compared(slice)), hoursOf }
  })
  return (slice) => async (start) => {
    const { window, baseline, hoursOf } = await read(start)
    return {
      window: profilesOf(window(slice)),
      kept: window(slice),
      baseline: baseline(comparedSlice(slice, choice)),
      ...(hoursOf === undefined ? {} : { hours: hoursOf(slice) }),
    }
  }
}

type ProfileOf = (column: BaselineColumn) => ColumnProfile

function profilesOf(stored: readonly StoredProfile[]): ProfileOf {
  const profiles = new Map(stored.map((profile) => [`${profile.role} ${profile.column}`, profile]))
  return (column) => storedProfile(profiles.get(`${column.role} ${column.name}`), column)
}

/** The stored baseline's own profiles; those of the whole came with its columns. */
async function storedSegments({
  store,
  baseline,
  segments,
}: {
  store: RunRequest['store']
  baseline: Baseline
  segments: readonly Slice[]
}): Promise<(slice: Slice) => ProfileOf> {
  const wanted = segments.flatMap(({ segment }) => (segment === '' ? [] : [segment]))
  const found = wanted.length === 0 ? [] : await baselineSegments(store, baseline, wanted)
  return ({ segment }) => {
    if (segment === '') return ({ profile }) => profile
    const own = found.filter((one) => one.segment === segment)
    return profilesOf(own.map(({ role, name, profile }) => ({ role, column: name, ...profile })))
  }
}
