import { HOUR_MS } from '../../domain/time.ts'
import { windowStart } from '../../domain/monitor-window.ts'
import { labelledOf, readLabelledSteps } from '../../store/labelled/labelled-profiles.ts'
import { lossSumsOf } from '../../store/labelled/loss-sums.ts'
import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import { readHourlyProfiles } from '../../store/profiles/hourly-profiles.ts'
import { errorHours, usualError } from '../performance/error-hours.ts'
import { driftWindows } from '../run/drift-windows.ts'
import { decidingMetric } from '../run/find-performance.ts'
import { driftKindOf } from '../run/kinds.ts'
import { labelledWindows } from '../run/labelled-windows.ts'
import type { Reference, WindowRequest } from '../run/run-request.ts'
import { WHOLE } from '../run/slices.ts'
import { countGains } from './count-gains.ts'
import { errorGains } from './error-gains.ts'
import { likeliestStart } from './likeliest-start.ts'

/** What has drifted, as an alert tells of it. */
export interface Drifted {
  kind: string
  members: readonly { column: string; segment: string; version: string; since: string }[]
}

/** Looked at together; the worst come first. */
const MAX_COLUMNS = 5
/** What expected performance follows from. */
const ESTIMATED_FROM: readonly string[] = ['score', 'confidence', 'prediction']

/**
 * The hour at which the drift of an alert began, between one window before the first that drifted and the end of the
 * newest, by what is kept of each hour of the whole model: the distributions of its columns, or for concept and
 * performance the errors. Undefined where the hours do not show it, as where only segments or versions drifted.
 */
export async function findChangeStart(
  request: WindowRequest,
  reference: Reference,
  { kind, members }: Drifted,
): Promise<Date | undefined> {
  const { monitor, end } = request
  const whole = members.filter(({ segment, version }) => segment === '' && version === '')
  if (whole.length === 0) return undefined
  const since = new Date(Math.min(...whole.map((member) => Date.parse(member.since))))
  const span = { from: windowStart(monitor, windowStart(monitor, since)), to: end }
  if (kind === 'concept' || kind === 'performance') return ofErrors(request, reference, span)
  const columns =
    kind === 'expected_performance'
      ? reference.columns.filter(({ role }) => ESTIMATED_FROM.includes(role))
      : whole.flatMap(
          ({ column }) =>
            reference.columns.find((one) => one.name === column && driftKindOf(one) === kind) ?? [],
        )
  return ofColumns(request, reference, columns.slice(0, MAX_COLUMNS), span)
}

interface Span {
  from: Date
  to: Date
}

async function ofColumns(
  request: WindowRequest,
  { baseline }: Reference,
  columns: readonly BaselineColumn[],
  span: Span,
): Promise<Date | undefined> {
  if (columns.length === 0) return undefined
  const newest = windowStart(request.monitor, request.end)
  const sides = await driftWindows(request, baseline, [WHOLE], { withQuality: false })(WHOLE)(newest)
  const query = { model: request.model.name, binning: baseline.binning, columns, ...span }
  const profiles = await readHourlyProfiles(request.store, query)
  const series = columns.map((column) => ({
    baseline: sides.baseline(column).counts,
    hours: profiles
      .filter(({ role, column: name }) => role === column.role && name === column.name)
      .map(({ hour, counts }) => ({ time: hour, counts })),
  }))
  const start = likeliestStart(newest.getTime(), (from) => {
    const gains = new Map<number, number>()
    for (const one of series)
      for (const { time, gain } of countGains(one.baseline, one.hours, from))
        gains.set(time, (gains.get(time) ?? 0) + gain)
    return [...gains].sort(([a], [b]) => a - b).map(([time, gain]) => ({ time, gain }))
  })
  return start === undefined ? undefined : new Date(start)
}

async function ofErrors(request: WindowRequest, reference: Reference, span: Span): Promise<Date | undefined> {
  const windows = (await labelledWindows(request, reference, [WHOLE]))?.(WHOLE)
  if (windows === undefined) return undefined
  const newest = windowStart(request.monitor, request.end)
  const metric = await decidingMetric(request, windows, reference.columns)
  const { baseline } = await windows.from(newest)
  const usual = usualError(metric, lossSumsOf(labelledOf(baseline, 'loss')))
  if (usual === undefined) return undefined
  const query = { model: request.model.name, binning: reference.baseline.binning, spans: [span] }
  const steps = await readLabelledSteps(request.store, query, [{ role: 'loss', column: '' }], HOUR_MS)
  const losses = [...steps]
    .sort(([a], [b]) => a - b)
    .map(([time, columns]) => ({ time, losses: lossSumsOf(labelledOf(columns, 'loss')) }))
  const hours = errorHours(metric, losses)
  const start = likeliestStart(newest.getTime(), (from) => errorGains(usual, hours, from))
  return start === undefined ? undefined : new Date(start)
}
