/** What each chart shows, as a table. Names come as text: escape on output. */
import type { DistributionData, HeatmapData, SeriesData, ShareData, VolumeData } from './data.ts'
import { formatCount, formatInstant, formatNumber, formatPercent, plain } from './format.ts'
import { verdictWord } from './verdict.ts'

export interface Table {
  columns: string[]
  /** Each of the length of `columns`. */
  rows: string[][]
}

export function seriesTable({ statistic, points }: SeriesData): Table {
  return {
    columns: ['Window to', plain(statistic), 'Noise floor', 'Verdict'],
    rows: points.map(({ windowEnd, value, noiseFloor, verdict }) => [
      formatInstant(windowEnd),
      formatNumber(value),
      formatNumber(noiseFloor),
      verdictWord(verdict),
    ]),
  }
}

export function shareTable({ points }: ShareData): Table {
  return {
    columns: ['Window to', 'Columns with a verdict', 'Warning', 'Critical', 'Share that drifts'],
    rows: points.map(({ windowEnd, columns, warning, critical }) => [
      formatInstant(windowEnd),
      formatCount(columns),
      formatCount(warning),
      formatCount(critical),
      formatPercent(columns > 0 ? (warning + critical) / columns : null),
    ]),
  }
}

/** A row a column and window that was evaluated, column by column. */
export function heatmapTable({ rows, windowEnds }: HeatmapData): Table {
  return {
    columns: ['Column', 'Kind', 'Window to', 'Statistic', 'Effect', 'Verdict'],
    rows: rows.flatMap(({ label, kind, statistic = 'effect', verdicts, effects }) =>
      windowEnds.flatMap((end, i) => {
        const verdict = verdicts[i] ?? null
        if (verdict === null) return []
        return [
          [
            plain(label),
            plain(kind),
            formatInstant(end),
            plain(statistic),
            formatNumber(effects[i] ?? null),
            verdictWord(verdict),
          ],
        ]
      }),
    ),
  }
}

/** Every bin, those that the chart sums up as well. */
export function distributionTable({ bins }: DistributionData): Table {
  return {
    columns: ['Bin', 'Baseline', 'Window', 'Adds to PSI'],
    rows: bins.map(({ label, baselineShare, windowShare, contribution }) => [
      plain(label),
      formatPercent(baselineShare),
      formatPercent(windowShare),
      formatNumber(contribution),
    ]),
  }
}

export function volumeTable({ points }: VolumeData): Table {
  return {
    columns: ['From', 'Predictions', 'Labels', 'Dead letters'],
    rows: points.map(({ time, predictions, labels, deadLetters }) => [
      formatInstant(time),
      formatCount(predictions),
      formatCount(labels),
      formatCount(deadLetters),
    ]),
  }
}
