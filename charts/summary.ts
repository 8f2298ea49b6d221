/** One sentence on each chart, for its caption and for those who cannot see it. Names come as text: escape on output. */
import type {
  DistributionBin,
  DistributionData,
  HeatmapData,
  SeriesData,
  ShareData,
  VolumeData,
} from './data.ts'
import { formatCount, formatInstant, formatNumber, formatPercent, formatPeriod, truncate } from './format.ts'
import { verdictWord } from './verdict.ts'
import { isBreach, type Verdict } from '../domain/verdict.ts'

/** `PSI of distance over 14 windows from 1 to 15 Apr 2001: 0.02 to 0.44, critical in 7 of them, last 0.38.` */
export function seriesSummary({ statistic, of, points, thresholds }: SeriesData): string {
  const what = `${truncate(statistic)} of ${truncate(of)}`
  if (points.length === 0) return `${what}: no windows.`
  const where = `${what} ${over(points.map(({ windowEnd }) => windowEnd))}`
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]))
  if (values.length === 0) return `${where}: no values.`
  const missing = points.length - values.length
  const last = points.at(-1)?.value ?? null
  return sentence(`${where}: ${extent(values, formatNumber)}`, [
    missing > 0 && `no value in ${missing} of them`,
    thresholds !== undefined && breaches(points.map(({ verdict }) => verdict)),
    points.length > 1 && (last === null ? 'none in the last' : `last ${formatNumber(last)}`),
  ])
}

/** `Drifted features over 168 windows from 1 to 8 Apr 2001: 0% to 54%, last 3 of 24, 1 of them critical.` */
export function shareSummary({ points }: ShareData): string {
  if (points.length === 0) return 'Drifted features: no windows.'
  const where = `Drifted features ${over(points.map(({ windowEnd }) => windowEnd))}`
  const judged = points.filter(({ columns }) => columns > 0)
  const last = judged.at(-1)
  if (last === undefined) return `${where}: no feature has a verdict.`
  const shares = judged.map(({ columns, warning, critical }) => (warning + critical) / columns)
  const drifting = last.warning + last.critical
  return sentence(`${where}: ${extent(shares, formatPercent)}`, [
    `last ${drifting} of ${last.columns}`,
    drifting > 0 && criticalOf(last.critical, drifting),
  ])
}

/** `Effects on 16 columns over 168 windows …: 5 columns beyond the thresholds, 3 of them critical, most of all distance at 0.61.` */
export function heatmapSummary({ rows, windowEnds }: HeatmapData): string {
  if (rows.length === 0 || windowEnds.length === 0)
    return 'Effects by column and window: nothing was evaluated.'
  const where = `Effects on ${plural(rows.length, 'column')} ${over(windowEnds)}`
  if (rows.every(({ verdicts }) => verdicts.every((verdict) => verdict === null)))
    return `${where}: nothing was evaluated.`
  const breaching = rows.filter(({ verdicts }) => verdicts.some(isBreach))
  if (breaching.length === 0) {
    const unconfirmed = rows.filter(({ verdicts }) => verdicts.includes('unconfirmed')).length
    return sentence(`${where}: none beyond the thresholds`, [
      unconfirmed > 0 && `${formatCount(unconfirmed)} unconfirmed`,
    ])
  }
  const critical = breaching.filter(({ verdicts }) => verdicts.includes('critical')).length
  const worst = breaching
    .map(({ label, effects, verdicts }) => ({
      label,
      effect: effects.reduce<number>(
        (most, effect, i) => (isBreach(verdicts[i] ?? null) ? Math.max(most, effect ?? 0) : most),
        0,
      ),
    }))
    .reduce((a, b) => (b.effect > a.effect ? b : a))
  return sentence(`${where}: ${plural(breaching.length, 'column')} beyond the thresholds`, [
    critical > 0 && criticalOf(critical, breaching.length),
    `most of all ${truncate(worst.label)} at ${formatNumber(worst.effect)}`,
  ])
}

function criticalOf(critical: number, all: number): string {
  if (critical < all) return `${critical} of them critical`
  return all === 1 ? 'critical' : 'all critical'
}

/** `distance over 11 bins: most of the change at ≥ 1671, from 10% of rows in the baseline to 22% in the window.` */
export function distributionSummary({ column, bins, side = 'window' }: DistributionData): string {
  const what = `${truncate(column)} over ${plural(bins.length, 'bin')}`
  const isEmpty = (side: 'baselineShare' | 'windowShare') => bins.every((bin) => bin[side] === null)
  if (isEmpty('baselineShare')) return `${what}: the baseline has no rows.`
  if (isEmpty('windowShare')) return `${what}: the ${side} has no rows.`
  const top = bins.reduce((a, b) => (change(b) > change(a) ? b : a))
  if (change(top) === 0) return `${what}: the ${side} matches the baseline.`
  const { label, baselineShare, windowShare } = top
  return `${what}: most of the change at ${truncate(label)}, from ${formatPercent(baselineShare)} of rows in the baseline to ${formatPercent(windowShare)} in the ${side}.`
}

function change({ contribution, baselineShare, windowShare }: DistributionBin): number {
  return Math.abs(contribution ?? (windowShare ?? 0) - (baselineShare ?? 0))
}

/** `48,210 predictions from 1 to 8 Apr 2001, 97% of them labelled, 18 dead letters.` */
export function volumeSummary({ points }: VolumeData): string {
  if (points.length === 0) return 'Predictions, labels and dead letters: no rows.'
  const sum = (of: 'predictions' | 'labels' | 'deadLetters') =>
    points.reduce((all, point) => all + point[of], 0)
  const predictions = sum('predictions')
  const period = formatPeriod(points[0].time, points[points.length - 1].time)
  return sentence(`${plural(predictions, 'prediction')} from ${period}`, [
    predictions > 0
      ? `${formatPercent(sum('labels') / predictions)} of them labelled`
      : `${plural(sum('labels'), 'label')}`,
    plural(sum('deadLetters'), 'dead letter'),
  ])
}

/** Windows as a place in time. */
export function over(windowEnds: readonly string[]): string {
  const [first, last] = [windowEnds[0], windowEnds[windowEnds.length - 1]]
  if (windowEnds.length === 1) return `in the window ending ${formatInstant(first)}`
  return `over ${formatCount(windowEnds.length)} windows from ${formatPeriod(first, last)}`
}

export function extent(values: readonly number[], format: (value: number) => string): string {
  const least = format(values.reduce((a, b) => Math.min(a, b)))
  const most = format(values.reduce((a, b) => Math.max(a, b)))
  return least === most ? least : `${least} to ${most}`
}

export function breaches(verdicts: readonly (Verdict | null)[]): string {
  const count = (wanted: Verdict) => verdicts.filter((verdict) => verdict === wanted).length
  const occurring = (['critical', 'warning', 'unconfirmed'] as const).filter((verdict) => count(verdict) > 0)
  if (verdicts.length === 1) return verdicts[0] === 'ok' ? 'within the thresholds' : verdictWord(verdicts[0])
  if (occurring.length === 0) return 'never beyond the thresholds'
  const parts = occurring.map((verdict, i) => `${verdict} in ${count(verdict)}${i === 0 ? ' of them' : ''}`)
  return parts.length < 3 ? parts.join(' and ') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

export function plural(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`
}

export function sentence(start: string, parts: readonly (string | false)[]): string {
  return `${[start, ...parts.filter((part) => part !== false)].join(', ')}.`
}
