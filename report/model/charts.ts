import type { DistributionBin, VolumeData } from '../../charts/data.ts'
import type { ChartEvent } from '../../charts/events.ts'
import { kindWords } from '../../domain/drift-kind.ts'
import { thresholdsOf } from '../../domain/thresholds.ts'
import { memberName, subjectOf } from '../../domain/words/wording.ts'
import type { HeatmapData, SeriesData } from '../../charts/data.ts'
import type { Verdict } from '../../domain/verdict.ts'
import type { Answer, Heatmap, ModelReport, Monitor, Result, WorstColumn } from './data.ts'
import { endOf } from './words.ts'

export const heatmapData = ({ window_ends, rows }: Heatmap, monitor: Monitor | undefined): HeatmapData => ({
  windowEnds: window_ends,
  rows: rows.map((row) => ({
    ...row,
    label: labelOf(row, rows),
    thresholds: thresholdsOf(monitor, row.kind),
  })),
  thresholds: thresholdsOf(monitor, 'feature'),
})

/** A column can have a row for its drift and one for the concept, and a metric one as measured and one as expected. */
function labelOf(row: Heatmap['rows'][number], rows: Heatmap['rows']): string {
  const isShared = rows.some(({ column, kind }) => column === row.column && kind !== row.kind)
  return isShared ? `${memberName(row)} (${kindWords(row.kind)})` : memberName(row)
}

export const seriesData = ({ results, result }: WorstColumn, monitor: Monitor | undefined): SeriesData => ({
  statistic: 'Effect',
  of: memberName(result),
  thresholds: thresholdsOf(monitor, result.kind),
  points: results.map(({ window_end, effect, noise_floor, verdict }) => ({
    windowEnd: window_end,
    value: effect,
    noiseFloor: noise_floor,
    verdict: verdict as Verdict,
  })),
})

export const distributionBins = ({ contributions }: Result): DistributionBin[] =>
  contributions.map(({ label, kind, baseline_share, window_share, contribution }) => ({
    label,
    kind,
    baselineShare: baseline_share,
    windowShare: window_share,
    contribution,
  }))

export const volumeData = ({ points }: Answer<'getVolume'>): VolumeData => ({
  points: points.map(({ dead_letters, ...point }) => ({ ...point, deadLetters: dead_letters })),
})

/** What the charts over time mark: when alerts began and ended, and what people annotated. */
export function eventsOf(report: ModelReport): ChartEvent[] {
  const alerts = report.alerts.flatMap((alert): ChartEvent[] => {
    const end = endOf(alert, report)
    const label = subjectOf(alert.kind)
    const began: ChartEvent = { kind: 'alert', at: alert.first_at, label }
    return end === undefined ? [began] : [began, { kind: 'resolved', at: end, label: `${label} resolved` }]
  })
  const { annotations } = report
  const noted =
    annotations.status === 'ready'
      ? annotations.data.annotations.map(({ kind, text, from, to }): ChartEvent => ({
          kind,
          at: from,
          until: to ?? undefined,
          label: text,
        }))
      : []
  return [...alerts, ...noted]
    .filter(
      ({ at, until = at }) =>
        Date.parse(until) >= Date.parse(report.from) && Date.parse(at) <= Date.parse(report.to),
    )
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
}
