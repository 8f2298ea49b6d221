/** The bars of what explains a loss, and their words. */
import { describe, expect, test } from 'vitest'
import { formatSigned } from '../../charts/format.ts'
import { rowText } from '../../charts/table.ts'
import type { LossBinsData, LossSplitData } from '../../charts/loss/data.ts'
import { lossBinsOption, lossHeight, lossSplitOption } from '../../charts/loss/loss.ts'
import { lossBinsSummary, lossBinsTable, lossSplitSummary, lossSplitTable } from '../../charts/loss/words.ts'

const split: LossSplitData = {
  loss: 'log loss',
  change: 0.12,
  columns: [
    { name: 'distance', shift: 0.03, concept: 0.09, explains: 0.8 },
    { name: '<b>x</b>', shift: -0.01, concept: 0.13, explains: 0 },
  ],
}
const bins: LossBinsData = {
  loss: 'log loss',
  column: 'distance',
  bins: [
    { label: '< 500', share: { baseline: 0.5, window: 0.4 }, mean: { baseline: 0.3, window: 0.3 }, shift: -0.01, concept: 0, named: false },
    { label: '[500, 900)', share: { baseline: 0.5, window: 0.6 }, mean: { baseline: null, window: 0.6 }, shift: 0.04, concept: 0.09, named: true },
  ],
} // prettier-ignore

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  test('a row a column, both parts in one stack', () => {
    const option = lossSplitOption({ ...split, theme, width: 900 })
    const series = option.series as { name: string; stack: string; data: number[] }[]
    expect(series.map(({ stack }) => stack)).toEqual(['parts', 'parts'])
    expect(series.map(({ data }) => data)).toEqual([
      [0.03, -0.01],
      [0.09, 0.13],
    ])
    expect((option.yAxis as { data: string[] }).data).toEqual(['distance', '<b>x</b>'])
    const { formatter } = option.tooltip as { formatter: (params: unknown) => string }
    expect(formatter([{ dataIndex: 0 }])).toBe('distance\nlog loss\nrows moved +0.03\nrelation changed +0.09')
    expect(formatter([])).toBe('')
  })

  test('a row a bin, with a mark on those beyond chance', () => {
    const option = lossBinsOption({ ...bins, theme })
    expect((option.yAxis as { data: string[] }).data).toEqual(['< 500', '◆ [500, 900)'])
    const { formatter } = option.tooltip as { formatter: (params: unknown) => string }
    expect(formatter([{ dataIndex: 1 }])).toContain('share of rows 50% → 60%')
  })
})

test('words', () => {
  expect(lossSplitSummary(split)).toBe(
    'Change of the log loss, +0.12, over 2 columns: first distance, rows moved +0.03, relation changed +0.09.',
  )
  expect(lossBinsSummary(bins)).toBe(
    'Contributions to the change of the log loss by distance, over 2 bins: most of all [500, 900), +0.13.',
  )
  const shown = lossSplitTable(split)
  expect(rowText(shown.rows[0], shown.columns)).toEqual(['distance', '+0.03', '+0.09', '80%'])
  const table = lossBinsTable(bins)
  for (const row of table.rows) expect(row).toHaveLength(table.columns.length)
  expect(table.rows[1].at(-1)).toBe('yes')
  expect(lossSplitSummary({ ...split, columns: [] })).toBe('Change of the log loss, +0.12, over 0 columns.')
  expect([formatSigned(0), formatSigned(-0.5)]).toEqual(['0', '−0.5'])
  expect(lossHeight([])).toBeGreaterThan(0)
})
