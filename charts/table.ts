/** What each chart shows, as a table. Names come as text: escape on output. */
import { kindWords } from '../domain/drift-kind.ts'
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
    columns: ['Window end', plain(statistic), 'Noise floor', 'Verdict'],
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
    columns: ['Window end', 'Columns with a verdict', 'Warning', 'Critical', 'Share drifted'],
    rows: points.map(({ windowEnd, columns, warning, critical }) => [
      formatInstant(windowEnd),
      formatCount(columns),
      formatCount(warning),
      formatCount(critical),
      formatPercent(columns > 0 ? (warning + critical) / columns : null),
    ]),
  }
}

/** One row for each column and evaluated window, column by column. */
export function heatmapTable({ rows, windowEnds }: HeatmapData): Table {
  return {
    columns: ['Column', 'Kind', 'Window end', 'Statistic', 'Effect', 'Verdict'],
    rows: rows.flatMap(({ label, kind, statistic = 'effect', verdicts, effects }) =>
      windowEnds.flatMap((end, i) => {
        const verdict = verdicts[i] ?? null
        if (verdict === null) return []
        return [
          [
            plain(label),
            plain(kindWords(kind)),
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

/** Every bin, including those that the chart combines. */
export function distributionTable({ bins }: DistributionData): Table {
  return {
    columns: ['Bin', 'Baseline', 'Window', 'Contribution to PSI'],
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
