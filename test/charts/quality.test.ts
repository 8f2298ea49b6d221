/** The chart of a column's data quality: what it draws, and what it says in words. */
import { describe, expect, it } from 'vitest'
import { rowText } from '../../charts/table.ts'
import { qualityOption, qualityTooltip } from '../../charts/quality/quality.ts'
import type { QualityData, QualityPoint } from '../../charts/quality/data.ts'
import { qualitySummary, qualityTable } from '../../charts/quality/words.ts'
import { palette, type Theme } from '../../charts/theme.ts'
import { renderChart, textsOf } from '../support/pages/render-chart.ts'

const day = (i: number) => new Date(Date.UTC(2001, 3, 1 + i)).toISOString()
const point = (i: number, rest: Partial<QualityPoint> = {}): QualityPoint => ({
  windowEnd: day(i),
  severity: 'ok',
  missing: 0.01,
  invalid: 0,
  out_of_range: 0,
  skew: null,
  unseen: null,
  ...rest,
})
const data: QualityData = {
  column: 'age',
  tolerance: 0.02,
  points: Array.from({ length: 10 }, (_, i) =>
    point(i, i < 8 ? {} : { missing: 0.25, severity: i === 8 ? 'warning' : 'critical' }),
  ),
}
const looks = (['light', 'dark'] as Theme[]).flatMap((theme) =>
  [360, 1200].map((width) => ({ theme, width })),
)

describe.each(looks)('data quality, $theme, $width px', (look) => {
  const draw = (input: Partial<QualityData> = {}) =>
    renderChart(qualityOption({ ...look, ...data, ...input }), look.width, 240)
  const colors = palette(look.theme)

  it('names the shares that there are, and what is tolerated', () => {
    const texts = textsOf(draw())
    expect(texts).toEqual(
      expect.arrayContaining(['missing', 'unusable', 'out of range', 'tolerated out of range 2%']),
    )
    expect(texts).not.toContain('unseen categories')
  })

  it('marks windows with a finding by its severity', () => {
    const svg = draw()
    for (const severity of ['warning', 'critical'] as const)
      expect(svg).toContain(`fill="${colors[severity]}"`)
    expect(draw({ points: data.points.slice(0, 8) })).not.toContain(colors.critical)
  })

  it('does not make a few rows of many look like all', () => {
    const texts = textsOf(draw({ points: [point(0, { missing: 0.001 }), point(1)] }))
    expect(texts.some((text) => text === '5%' || text === '6%')).toBe(true)
  })

  it('draws a single window, gaps and nothing at all', () => {
    expect(draw({ points: [point(0)] })).toContain('<svg')
    expect(draw({ points: [point(0), point(1, { missing: null, severity: null }), point(5)] })).toContain(
      '<svg',
    )
    expect(draw({ points: [], tolerance: undefined })).toContain('<svg')
  })
})

describe('data quality in words', () => {
  it('is a sentence with the extent of each share and the findings', () => {
    expect(qualitySummary(data)).toBe(
      'Data of age over 10 windows from 1 to 10 Apr 2001: missing 1% to 25%, unusable 0%, out of range 0%, findings: critical in 1 of them and warning in 1.',
    )
    expect(qualitySummary({ ...data, points: data.points.slice(0, 2) })).toMatch(/, no findings\.$/)
    expect(qualitySummary({ column: 'age', points: [] })).toBe('Data of age: no windows.')
  })

  it('is a table with a row for each window', () => {
    const { columns, rows } = qualityTable(data)
    expect(columns.map(({ name }) => name)).toEqual([
      'Window end',
      'missing',
      'unusable',
      'out of range',
      'Finding',
    ])
    expect(rows).toHaveLength(10)
    expect(rowText(rows.at(-1)!, columns)).toEqual(['10 Apr 2001 00:00 UTC', '25%', '0%', '0%', 'critical'])
  })

  it('is a tooltip at the nearest window', () => {
    expect(qualityTooltip(data, Date.parse(day(8)) + 1)).toBe(
      '9 Apr 2001 00:00 UTC\nmissing 25%\nunusable 0%\nout of range 0%\nfinding: warning',
    )
    expect(qualityTooltip({ column: 'age', points: [] }, 0)).toBe('')
  })
})
