import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DistributionBin, HeatmapData, SeriesPoint } from '../../charts/data.ts'
import {
  distributionSummary,
  heatmapSummary,
  seriesSummary,
  shareSummary,
  volumeSummary,
} from '../../charts/summary.ts'
import {
  distributionTable,
  heatmapTable,
  rowText,
  seriesTable,
  shareTable,
  volumeTable,
  type Table,
} from '../../charts/table.ts'
import type { Verdict } from '../../domain/verdict.ts'

const day = (i: number) => new Date(Date.UTC(2001, 3, i)).toISOString()
const thresholds = { warning: 0.1, critical: 0.25 }
const point = (i: number, value: number | null, verdict: Verdict | null = 'ok'): SeriesPoint => ({ windowEnd: day(i), value, noiseFloor: null, verdict }) // prettier-ignore
const series = (points: SeriesPoint[]) =>
  seriesSummary({ statistic: 'PSI', of: 'distance', points, thresholds })
const bin = (label: string, baselineShare: number | null, windowShare: number | null, contribution: number | null): DistributionBin => ({ label, kind: 'category', baselineShare, windowShare, contribution }) // prettier-ignore

describe('the summary of a series', () => {
  it('tells extent, breaches and the last value', () => {
    const points = [
      point(1, 0.02),
      point(2, 0.13, 'warning'),
      point(3, 0.44, 'critical'),
      point(4, 0.38, 'critical'),
    ]
    expect(series(points)).toBe(
      'PSI of distance over 4 windows from 1 to 4 Apr 2001: 0.02 to 0.44, critical in 2 of them and warning in 1, last 0.38.',
    )
  })

  it('is right for few and for missing values', () => {
    expect(series([])).toBe('PSI of distance: no windows.')
    expect(series([point(1, 0.3, 'critical')])).toBe(
      'PSI of distance in the window ending 1 Apr 2001 00:00 UTC: 0.3, critical.',
    )
    expect(series([point(1, 0.01)])).toContain(': 0.01, within the thresholds.')
    expect(series([point(1, null, null), point(2, null, 'insufficient_data')])).toBe(
      'PSI of distance over 2 windows from 1 to 2 Apr 2001: no values.',
    )
    expect(series([point(1, 0.01), point(2, null)])).toBe(
      'PSI of distance over 2 windows from 1 to 2 Apr 2001: 0.01, no value in 1 of them, never beyond the thresholds, none in the last.',
    )
  })

  it('does not speak of thresholds that there are none of', () => {
    expect(seriesSummary({ statistic: 'KS', of: 'a', points: [point(1, 0.2), point(2, 0.3)] })).toBe(
      'KS of a over 2 windows from 1 to 2 Apr 2001: 0.2 to 0.3, last 0.3.',
    )
  })
})

describe('the other summaries', () => {
  it('tell the share of features', () => {
    const share = (i: number, columns: number, warning: number, critical: number) => ({ windowEnd: day(i), columns, warning, critical }) // prettier-ignore
    expect(shareSummary({ points: [share(1, 8, 0, 0), share(2, 8, 2, 1), share(3, 0, 0, 0)] })).toBe(
      'Drifted features over 3 windows from 1 to 3 Apr 2001: 0% to 37.5%, last 3 of 8, 1 of them critical.',
    )
    expect(shareSummary({ points: [share(1, 8, 0, 1)] })).toMatch(/last 1 of 8, critical\.$/)
    expect(shareSummary({ points: [share(1, 8, 0, 2)] })).toMatch(/last 2 of 8, all critical\.$/)
    expect(shareSummary({ points: [] })).toBe('Drifted features: no windows.')
    expect(shareSummary({ points: [share(1, 0, 0, 0)] })).toContain('no feature has a verdict')
  })

  it('tell what is worst of a heatmap', () => {
    const row = (label: string, verdicts: (Verdict | null)[], effects: (number | null)[]) => ({ label, kind: 'feature', verdicts, effects }) // prettier-ignore
    const rows = [
      row('a', ['ok', 'warning'], [0.9, 0.2]),
      row('b', ['critical', 'ok'], [0.5, 0]),
      row('c', [null, 'ok'], [null, 0]),
    ]
    const windowEnds = [day(1), day(2)]
    const summary = (some: HeatmapData['rows']) => heatmapSummary({ rows: some, windowEnds, thresholds })
    expect(summary(rows)).toBe(
      'Effects on 3 columns over 2 windows from 1 to 2 Apr 2001: 2 columns beyond the thresholds, 1 of them critical, most of all b at 0.5.',
    )
    expect(summary(rows.slice(1))).toContain(
      '1 column beyond the thresholds, critical, most of all b at 0.5.',
    )
    expect(summary(rows.slice(2))).toContain('1 column over 2 windows')
    expect(summary(rows.slice(2))).toContain('none beyond the thresholds')
    expect(summary([row('d', [null, null], [null, null])])).toContain('nothing was evaluated')
    expect(summary([])).toBe('Effects by column and window: nothing was evaluated.')
    expect(heatmapSummary({ rows, windowEnds: [], thresholds })).toContain('nothing was evaluated')
  })

  it('tell where a distribution moved', () => {
    const summary = (bins: DistributionBin[]) => distributionSummary({ column: 'origin', bins })
    expect(summary([bin('ATL', 0.5, 0.4, 0.01), bin('ORD', 0.1, 0.2, 0.07)])).toBe(
      'origin over 2 bins: most of the change at ORD, from 10% of rows in the baseline to 20% in the window.',
    )
    expect(summary([bin('ATL', 1, 1, 0)])).toBe('origin over 1 bin: the window matches the baseline.')
    expect(summary([bin('ATL', 1, null, null)])).toBe('origin over 1 bin: the window has no rows.')
    expect(summary([bin('ATL', null, 1, null)])).toBe('origin over 1 bin: the baseline has no rows.')
    expect(summary([])).toBe('origin over 0 bins: the baseline has no rows.')
  })

  it('tell how many rows came', () => {
    const rows = (i: number, predictions: number, labels: number, deadLetters: number) => ({ time: day(i), predictions, labels, deadLetters }) // prettier-ignore
    expect(volumeSummary({ points: [rows(1, 900, 900, 0), rows(2, 1100, 600, 1)] })).toBe(
      '2,000 predictions from 1 to 2 Apr 2001, 75% of them labelled, 1 dead letter.',
    )
    expect(volumeSummary({ points: [rows(1, 0, 2, 0)] })).toBe(
      '0 predictions from 1 Apr 2001, 2 labels, 0 dead letters.',
    )
    expect(volumeSummary({ points: [] })).toContain('no rows')
  })

  it('stay one short line, whatever the names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (name) => {
        const texts = [
          seriesSummary({ statistic: name, of: name, points: [point(1, 0.2)], thresholds }),
          distributionSummary({ column: name, bins: [bin(name, 0.1, 0.2, 0.3)] }),
        ]
        for (const text of texts) {
          expect([...text].length).toBeLessThan(300)
          expect(text).not.toMatch(/[\n\r\u2028]/)
        }
      }),
    )
  })
})

describe('the tables', () => {
  const verdicts: (Verdict | null)[] = ['ok', null, 'critical']
  const tables = {
    series: seriesTable({
      statistic: 'PSI',
      of: 'a',
      points: [point(1, 0.5, 'critical'), point(2, null, null)],
    }),
    share: shareTable({ points: [{ windowEnd: day(1), columns: 0, warning: 0, critical: 0 }, { windowEnd: day(2), columns: 4, warning: 1, critical: 1 }] }), // prettier-ignore
    heatmap: heatmapTable({ thresholds, windowEnds: [day(1), day(2), day(3)], rows: [{ label: 'a\nb', kind: 'feature', verdicts, effects: [0, null, 0.5] }] }), // prettier-ignore
    distribution: distributionTable({ column: 'a', bins: [bin('<b>', 0.25, null, null)] }),
    volume: volumeTable({ points: [{ time: day(1), predictions: 12345, labels: 1, deadLetters: 0 }] }),
  }

  it.each(Object.entries(tables))('%s: has a cell a column in every row', (_, { columns, rows }) => {
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(row).toHaveLength(columns.length)
  })

  it('say in words what the charts show', () => {
    const shown = ({ columns, rows }: Table) => rows.map((row) => rowText(row, columns))
    expect(shown(tables.series)).toEqual([
      ['1 Apr 2001 00:00 UTC', '0.5', '–', 'critical'],
      ['2 Apr 2001 00:00 UTC', '–', '–', 'not evaluated'],
    ])
    expect(shown(tables.share).map((row) => row.at(-1))).toEqual(['–', '50%'])
    expect(shown(tables.heatmap)).toEqual([
      ['a b', 'feature', '1 Apr 2001 00:00 UTC', 'effect', '0', 'ok'],
      ['a b', 'feature', '3 Apr 2001 00:00 UTC', 'effect', '0.5', 'critical'],
    ])
    expect(shown(tables.distribution)).toEqual([['<b>', '25%', '–', '–']])
    expect(shown(tables.volume)).toEqual([['1 Apr 2001 00:00 UTC', '12,345', '1', '0']])
  })

  it('are empty where there is nothing', () => {
    expect(seriesTable({ statistic: 'PSI', of: 'a', points: [] }).rows).toEqual([])
    expect(heatmapTable({ thresholds, windowEnds: [], rows: [] }).rows).toEqual([])
  })
})
