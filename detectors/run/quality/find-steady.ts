import type { QualitySummary } from '../../../domain/data-finding.ts'
import { usualLength, windowStart } from '../../../domain/monitor-window.ts'
import { HOUR_MS } from '../../../domain/time.ts'
import type { BaselineColumn } from '../../../store/profiles/baselines.ts'
import { readHourlyProfiles, readSteadyProfiles } from '../../../store/profiles/hourly-profiles.ts'
import type { ColumnRule } from '../../quality/column-rule.ts'
import {
  isUsuallySteady,
  STEADY_LOOKBACK_MS,
  steadyIn,
  type Steady,
  type Stretch,
} from '../../quality/steady.ts'
import type { DriftSides } from '../drift-windows.ts'
import type { QualityRequest } from './quality-request.ts'
import type { Reference } from '../run-request.ts'
import { storedProfile } from '../stored-profile.ts'

/** What happens at the end of a long window shows there first. */
const SHORT_HOURS = 3

export interface SteadyColumns {
  found: ReadonlyMap<BaselineColumn, Steady>
  undecided: QualitySummary['undecided']
}

/** Columns that hold one value or none in the window or at its end, which they usually do not for so long. */
export async function findSteady(
  { store, model, monitor, end }: QualityRequest,
  { baseline, columns }: Reference,
  sides: DriftSides,
  { alpha }: ColumnRule,
): Promise<SteadyColumns> {
  const scope = { model: model.name, binning: baseline.binning }
  const start = windowStart(monitor, end)
  const windowHours = Math.round((end.getTime() - start.getTime()) / HOUR_MS)
  const short =
    usualLength(monitor.window) > SHORT_HOURS * HOUR_MS
      ? await readSteadyProfiles(store, {
          ...scope,
          from: new Date(end.getTime() - SHORT_HOURS * HOUR_MS),
          to: end,
        })
      : undefined
  const suspects = columns.flatMap((column) => {
    const { role, name, binning } = column
    const last = short?.find((one) => one.role === role && one.column === name)
    const window = sides.window(column)
    const stretches: Stretch[] = [
      { hours: windowHours, profile: window },
      ...(last === undefined ? [] : [{ hours: SHORT_HOURS, profile: storedProfile(last, column) }]),
    ]
    const steady = steadyIn({ binning, baseline: sides.baseline(column), window }, stretches, alpha)
    return steady === undefined ? [] : [{ column, steady }]
  })
  const past = await readHourlyProfiles(store, {
    ...scope,
    columns: suspects.map(({ column }) => column),
    from: new Date(end.getTime() - STEADY_LOOKBACK_MS),
    to: end,
  })
  const judged = suspects.map(({ column, steady }) => {
    const own = past.filter((one) => one.role === column.role && one.column === column.name)
    const { hours } = steady
    return {
      column,
      steady,
      usual: isUsuallySteady(own, {
        binning: column.binning,
        end: end.getTime(),
        hours,
        timezone: monitor.timezone,
      }),
    }
  })
  return {
    found: new Map(
      judged.flatMap(({ column, steady, usual }) => (usual === 'unusual' ? [[column, steady]] : [])),
    ),
    undecided: judged.some(({ usual }) => usual === 'unknown')
      ? [{ finding: 'constant', until: 'a week has been recorded' }]
      : [],
  }
}
