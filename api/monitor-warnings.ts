import { HOUR_MS, WEEK_MS } from '../domain/time.ts'
import { setImmediate } from 'node:timers/promises'
import type { z } from 'zod'
import { chosenBaseline } from '../detectors/run/compared-baseline.ts'
import { comparisonsOf } from '../detectors/run/comparisons.ts'
import { weeklyVariation } from '../detectors/verdict/cyclic.ts'
import { driftKindOf } from '../detectors/run/kinds.ts'
import { rulesOf } from '../detectors/run/rules.ts'
import { countedSegments, slicesOf } from '../detectors/run/slices.ts'
import type { Baseline } from '../control/declared/baselines.ts'
import { baselineColumns, type BaselineColumn } from '../store/profiles/baselines.ts'
import { formatDuration } from '../domain/duration.ts'
import type { HourSpan } from '../store/profiles/hour-spans.ts'
import type { Model } from '../control/declared/model.ts'
import type { Monitor } from '../control/declared/monitor.ts'
import { usualLength } from '../domain/monitor-window.ts'
import type { Store } from '../store/engine/client.ts'
import { newestPrediction } from '../store/events/predictions.ts'
import { weeklyCounts } from '../store/profiles/weekly-counts.ts'
import type { ApiContext } from './context.ts'
import type { monitorWarning } from './contract/monitors.ts'
import type { Declared } from './declare/declared.ts'
import { performanceWarnings } from './performance-warnings.ts'

type Warning = z.input<typeof monitorWarning>

/** The rows of a file have no times, and a rolling baseline may be shorter than a week: then what was stored lately. */
const LATELY_MS = 4 * WEEK_MS

/** What a monitor would do that its owner may not expect, as far as stored predictions tell. */
export async function monitorWarnings(
  { store, model: find }: Pick<ApiContext, 'store'> & Pick<Declared, 'model'>,
  monitor: Monitor,
): Promise<Warning[]> {
  const model = await find(monitor.model)
  const baseline = await chosenBaseline(store, monitor)
  const ofRetraining = firstHours(monitor)
  if (model === undefined || baseline === undefined) return ofRetraining
  return [
    ...ofRetraining,
    ...uncounted(model, monitor, baseline),
    ...(await performanceWarnings(store, model, monitor, baseline)),
    ...(await cyclicColumns(store, model, monitor, baseline)),
  ]
}

/** A baseline of a new version's first hours that is so short that windows compared with it reach back beyond them. */
function firstHours({ retrain, window }: Monitor): Warning[] {
  const first = retrain?.activate_baseline?.first
  if (first === undefined || first >= usualLength(window)) return []
  const message =
    `the baseline of a new version, its first ${formatDuration(first)}, is shorter than the window of ` +
    `${windowName(window)}: the first windows compared with it still contain rows of the previous version. ` +
    `Make it at least as long as the window.`
  return [{ code: 'first_hours_too_short', message }]
}

/** Segment columns that the model did not have when its baseline was made, so that nothing is counted by them. */
function uncounted(model: Model, { segments }: Monitor, baseline: Baseline): Warning[] {
  const counted = countedSegments(model, baseline).map(({ column }) => column)
  return segments
    .filter((segment) => !counted.includes(segment))
    .map((column) => ({
      code: 'segments_not_counted',
      column,
      message:
        `baseline ${baseline.version}, "${baseline.name}", is not split by "${column}", so its segments are not ` +
        `evaluated. Create a new baseline from data that has this feature, and activate it.`,
    }))
}

async function cyclicColumns(
  store: Store,
  model: Model,
  monitor: Monitor,
  baseline: Baseline,
): Promise<Warning[]> {
  const { baseline: choice } = monitor
  if (choice !== 'training' && choice.seasonal !== undefined) return []
  const period = wholeWeeks(await periodOf(store, monitor, baseline))
  if (period === undefined) return []
  const all = await baselineColumns(store, model, baseline)
  const columns = all.filter((column) => monitor.checks.some((kind) => kind === driftKindOf(column)))
  const slices = await slicesOf(store, model, monitor, baseline, period)
  const comparisons = await comparisonsOf(store, model, monitor, { baseline, columns: all }, slices)
  const rule = rulesOf(monitor, comparisons).drift
  const weekly = await weeklyCounts(store, model.name, columns, period)
  const warnings: Warning[] = []
  for (const [i, column] of columns.entries()) {
    const variation = weeklyVariation(column, weekly[i], usualLength(monitor.window) / HOUR_MS, rule)
    if (variation !== undefined) warnings.push(cyclic(monitor, column, variation))
    await setImmediate()
  }
  return warnings
}

/** The hours in which to look for what varies with the week. */
async function periodOf(
  store: Store,
  { model, baseline: choice }: Monitor,
  { source }: Baseline,
): Promise<HourSpan | undefined> {
  const stored = 'window' in source ? source.window : undefined
  const window = choice === 'training' || choice.data !== undefined ? stored : choice.window
  if (window !== undefined) return { from: new Date(window.from), to: new Date(window.to) }
  const newest = await newestPrediction(store, model)
  if (newest === undefined) return undefined
  const to = Math.floor(newest.getTime() / HOUR_MS + 1) * HOUR_MS
  return { from: new Date(Math.max(0, to - LATELY_MS)), to: new Date(to) }
}

/** Its first weeks: were an hour of the week there more often than the next, windows would differ by that alone. */
function wholeWeeks(period: HourSpan | undefined): HourSpan | undefined {
  if (period === undefined) return undefined
  const from = period.from.getTime()
  const weeks = Math.floor((period.to.getTime() - from) / WEEK_MS)
  return weeks === 0 ? undefined : { from: period.from, to: new Date(from + weeks * WEEK_MS) }
}

function cyclic(
  { window }: Monitor,
  column: BaselineColumn,
  { effect, severity, explanation }: NonNullable<ReturnType<typeof weeklyVariation>>,
): Warning {
  const kind = driftKindOf(column)!
  const message =
    `${kind} "${column.name}" varies with the hour of the week: within its baseline, some windows of ` +
    `${windowName(window)} would already be ${severity}. ${explanation} It would raise alerts without any drift. ` +
    `Compare it with the same hours of the week in an additional monitor with "baseline: { seasonal: 4w }".`
  return { code: 'cyclic_column', kind, column: column.name, effect, message }
}

function windowName(window: Monitor['window']): string {
  return window === 'month' ? 'a month' : formatDuration(window)
}
