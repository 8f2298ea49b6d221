import { deciderOf } from '../domain/thresholds.ts'
import { HOUR_MS, WEEK_MS } from '../domain/time.ts'
import { VERDICTS } from '../domain/verdict.ts'
import type { LabelRatesData } from '../charts/data.ts'
import { formatCount, formatEffect, formatPercent, formatTime } from './format.ts'
import type { Answer } from './queries/answer.ts'
import { effectName, effectTitle, isOfModel, statisticName } from '../domain/words/wording.ts'

export type Result = Answer<'getResult'>

interface Tile {
  name: string
  value: string
  hint: string
}

interface Metric {
  value: number
  low?: number
  high?: number
}

/** Instead of the end of a window: the one with the gravest verdict and, among those, the largest effect. */
export const WORST = 'worst'

interface InTime {
  window_end: string
  verdict: string
  effect: number | null
}

/**
 * Which of the results in order of time is wanted: the newest without a wish, the one whose window ends then, or the
 * worst, of which the newest. -1 where there is none.
 */
export function windowIndex(results: readonly InTime[], wanted: string | undefined): number {
  if (wanted === undefined) return results.length - 1
  if (wanted !== WORST)
    return results.findIndex(({ window_end }) => Date.parse(window_end) === Date.parse(wanted))
  const rank = ({ verdict }: InTime) => VERDICTS.findIndex((one) => one === verdict)
  const size = ({ effect }: InTime) => effect ?? -Number.MAX_VALUE
  const isAsBad = (a: InTime, b: InTime) => (rank(a) - rank(b) || size(a) - size(b)) >= 0
  return results.reduce((worst, one, i) => (worst < 0 || isAsBad(one, results[worst]) ? i : worst), -1)
}

/**
 * How long a window became that was extended backwards to have enough rows; undefined where it was not. Months and days
 * with a change of the clocks differ by less.
 */
export function extendedHours(
  { window_start, window_end }: Pick<Result, 'window_start' | 'window_end'>,
  usualHours: number,
): number | undefined {
  const hours = (Date.parse(window_end) - Date.parse(window_start)) / HOUR_MS
  return hours > 1.2 * usualHours ? hours : undefined
}

/** What decided a result. */
export function decidedBy({ kind, rule }: Pick<Result, 'kind' | 'rule'>): string {
  return deciderOf(kind, (rule as { decide?: string }).decide ?? 'psi')
}

/** The figures of a result that matter, by its kind. */
export function tilesOf(result: Result): Tile[] {
  const deciding = decidedBy(result)
  const format = isOfModel(result.kind) ? formatPercent : formatEffect
  return [
    {
      name: deciding === 'psi' ? `Effect (${effectTitle(deciding)})` : effectTitle(deciding),
      value: format(result.effect),
      hint: `${effectName(deciding)}; compared with the thresholds`,
    },
    ...middleTile(result),
    {
      name: 'Noise floor',
      value: format(result.noise_floor),
      hint: 'The smallest effect that these rows can distinguish from chance',
    },
    ...(['window', 'baseline'] as const).map((side) => rowsTile(result, side)),
  ]
}

function middleTile({ kind, statistics, evaluation, column }: Result): Tile[] {
  if (kind === 'concept')
    return [
      {
        name: 'Rows compared',
        value: formatPercent(statistics.coverage),
        hint: 'Share of the labelled rows in bins with enough rows to compare',
      },
    ]
  if (isOfModel(kind)) {
    const { value } = evaluation as { value?: Record<'baseline' | 'window', number> }
    return [
      {
        name: kind === 'performance' ? statisticName(column) : `${statisticName(column)}, expected`,
        value: formatEffect(value?.window),
        hint: `${formatEffect(value?.baseline)} ${kind === 'performance' ? 'in' : 'expected of'} the baseline`,
      },
    ]
  }
  return [{ name: 'PSI', value: formatEffect(statistics.psi), hint: 'Population stability index' }]
}

function rowsTile({ kind, evaluation }: Result, side: 'window' | 'baseline'): Tile {
  const name = side === 'window' ? 'Window' : 'Baseline'
  if (kind === 'concept' || isOfModel(kind)) {
    const { rows } = evaluation as { rows?: Record<'baseline' | 'window', number> }
    const value = rows === undefined ? '–' : `${formatCount(rows[side])} rows`
    const hint =
      kind === 'expected_performance'
        ? 'Predictions, whether labels have arrived or not'
        : 'Rows whose label has arrived'
    return { name, value, hint }
  }
  const rows = (evaluation as Partial<Record<'baseline' | 'window', { n: number; missing: number }>>)[side]
  return {
    name,
    value: rows === undefined ? '–' : `${formatCount(rows.n)} rows`,
    hint: rows === undefined ? '' : `${formatCount(rows.missing)} of them have no value`,
  }
}

/** What the window was compared with, in words: the hours that were counted, where they are not a stored baseline. */
export function comparedWords({
  baseline: { version, hours },
  window_start,
}: Pick<Result, 'baseline' | 'window_start'>): string {
  if (hours === null) return `Compared with baseline ${version}`
  const { spans, version: only } = hours
  const of = only === undefined ? '' : `, rows of version ${only}`
  const [first] = spans
  if (first === undefined) return `Not compared: there are no hours before the window${of}`
  if (spans.length > 1)
    return `Compared with the same hours of the week over ${spans.length} weeks since ${formatTime(first.from)}${of}`
  const isBefore = Date.parse(first.to) === Date.parse(window_start)
  if (!isBefore && Date.parse(first.to) < Date.parse(window_start) && isWeek(first, window_start))
    return `Compared with the same hours of the previous week${of}`
  return isBefore
    ? `Compared with the ${lengthOf(first)} before the window${of}`
    : `Compared with the rows from ${formatTime(first.from)} to ${formatTime(first.to)}${of}`
}

const isWeek = ({ from }: { from: string }, windowStart: string) =>
  Date.parse(windowStart) - Date.parse(from) === WEEK_MS

function lengthOf({ from, to }: { from: string; to: string }): string {
  const hours = (Date.parse(to) - Date.parse(from)) / HOUR_MS
  const [count, unit] = hours % 24 === 0 ? [hours / 24, 'day'] : [hours, 'hour']
  return count === 1 ? unit : `${count} ${unit}s`
}

/** The classes whose rates a result of concept tells; empty where labels are numbers. Null stands for all others. */
export function classesOf({ label_rates: bins }: Pick<Result, 'label_rates'>): (string | null)[] {
  const all = bins.flatMap(({ rates }) => rates.flatMap((rate) => ('class' in rate ? [rate.class!] : [])))
  return [...new Set(all)]
}

/** Label rates of one class, or the mean of the labels, bin by bin. */
export function labelRatesChart(
  { column, label_rates: bins }: Pick<Result, 'column' | 'label_rates'>,
  of: string | null | undefined,
): LabelRatesData {
  const side = ({ value, low, high }: Metric) => ({ value, low: low ?? value, high: high ?? value })
  return {
    column,
    what: of === undefined ? 'mean label' : `share of ${of === null ? 'other labels' : of}`,
    isShare: of !== undefined,
    bins: bins.flatMap(({ label, rows, rates, broke }) => {
      const rate = rates.find((one) => one.class === of)
      if (rate === undefined) return []
      return [
        {
          label,
          baselineRows: rows.baseline,
          windowRows: rows.window,
          baseline: side(rate.baseline),
          window: side(rate.window),
          broke,
        },
      ]
    }),
  }
}

/** Every metric of both sides of a result of performance; of expected performance the one that was judged. */
export function metricsOf({ evaluation, column }: Pick<Result, 'evaluation' | 'column'>) {
  const { metrics, value } = evaluation as {
    metrics?: Record<'baseline' | 'window', Record<string, Metric>>
    value?: Record<'baseline' | 'window', number>
  }
  if (metrics === undefined)
    return value === undefined
      ? []
      : [{ name: column, baseline: { value: value.baseline }, window: { value: value.window } }]
  const names = [...new Set([...Object.keys(metrics.baseline), ...Object.keys(metrics.window)])]
  return names.map((name) => ({
    name,
    baseline: metrics.baseline[name],
    window: metrics.window[name],
  }))
}
