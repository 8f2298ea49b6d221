/** The chart of a metric over time: what it draws, and what it says in words. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changeWords } from '../../charts/changes.ts'
import type { PerformanceChange, PerformanceData, PerformancePoint } from '../../charts/data.ts'
import { performanceOption, performanceTooltip } from '../../charts/performance.ts'
import { performanceSummary, performanceTable } from '../../charts/performance-words.ts'
import { palette, type Theme } from '../../charts/theme.ts'
import { renderChart, textsOf } from '../support/pages/render-chart.ts'

const day = (i: number) => new Date(Date.UTC(2001, 3, 1 + i)).toISOString()
const point = (i: number, rest: Partial<PerformancePoint> = {}): PerformancePoint => ({
  time: day(i),
  value: 0.5,
  low: 0.48,
  high: 0.52,
  estimate: 0.49,
  predictions: 2000,
  labelled: 2000,
  mature: true,
  ...rest,
})
const change: PerformanceChange = { time: day(10), detector: 'page_hinkley', direction: 'worse', metric: 'Log loss', size: 0.261 } // prettier-ignore
const data: PerformanceData = {
  metric: 'Log loss',
  step: '1d',
  baseline: 0.49,
  thresholds: { warning: 0.51, critical: 0.54 },
  points: Array.from({ length: 30 }, (_, i) =>
    point(i, i < 28 ? {} : { mature: false, labelled: 500, value: 0.4 }),
  ),
  changes: [change],
}
const looks = (['light', 'dark'] as Theme[]).flatMap((theme) =>
  [360, 1200].map((width) => ({ theme, width })),
)

describe.each(looks)('performance, $theme, $width px', (look) => {
  const draw = (input: Partial<PerformanceData> = {}) =>
    renderChart(performanceOption({ ...look, ...data, ...input }), look.width, 340)
  const colors = palette(look.theme)
  const dashed = (svg: string, color: string) =>
    svg.split('<path').some((path) => path.includes(`stroke="${color}"`) && path.includes('stroke-dasharray'))

  it('names the metric, the baseline, the thresholds and the labels received', () => {
    const texts = textsOf(draw())
    const names = look.width < 560 ? ['0.49', '■ 0.54'] : ['baseline 0.49', '■ critical 0.54']
    expect(texts).toEqual(expect.arrayContaining(['Log loss', ...names, 'labels received', '100%']))
    expect(texts.some((text) => text.startsWith('▲'))).toBe(true)
  })

  it('draws the expectation, the baseline and the thresholds dashed, and the interval as an area', () => {
    const svg = draw()
    for (const color of [colors.text, colors.baseline, colors.warning, colors.critical])
      expect(dashed(svg, color), color).toBe(true)
    expect(svg).toMatch(new RegExp(`fill="${colors.production}"[^>]*fill-opacity="0.2"`))
  })

  it('draws what labels may still change apart, and only then says so', () => {
    expect(textsOf(draw())).toContain('labels still arriving')
    const ripe = data.points.map((one) => ({ ...one, mature: true }))
    expect(textsOf(draw({ points: ripe }))).not.toContain('labels still arriving')
  })

  it('leaves out what there is not', () => {
    const bare = data.points.map((one) => ({ ...one, estimate: null, low: null, high: null }))
    const texts = textsOf(draw({ points: bare, baseline: null, thresholds: undefined, changes: [] }))
    expect(texts.filter((text) => /baseline|warning|critical|expected/.test(text))).toEqual([])
  })

  it('marks changes', () => {
    const marks = (svg: string) => svg.split(`stroke-dasharray="1`).length + svg.split('stroke="' + colors.text).length // prettier-ignore
    expect(marks(draw())).toBeGreaterThan(marks(draw({ changes: [] })))
  })
})

it('the tooltip says what a step holds', () => {
  expect(performanceTooltip(data, Date.parse(day(10)) + 1000).split('\n')).toEqual([
    'day from 11 Apr 2001 00:00 UTC',
    'Log loss 0.5, 95% interval 0.48 to 0.52',
    'expected before labels 0.49',
    '100% of labels received',
    'change: Log loss +26.1%, worse (Page–Hinkley)',
  ])
  expect(performanceTooltip(data, Date.parse(day(29)))).toContain('25% of labels received, more may arrive')
  expect(performanceTooltip({ ...data, points: [] }, 0)).toBe('')
  const none = { predictions: 0, labelled: 0, value: null, low: null, high: null, estimate: null }
  expect(performanceTooltip({ ...data, points: [point(0, none)] }, 0)).toContain('no predictions')
})

it('the summary tells extent, baseline, labels and the last change', () => {
  expect(performanceSummary(data)).toBe(
    'Log loss from 1 to 30 Apr 2001: 0.4 to 0.5, last 0.4, baseline 0.49, 95% of labels received, ' +
      '1 change marked, the last at 11 Apr 2001 00:00 UTC: Log loss +26.1%, worse (Page–Hinkley).',
  )
  expect(performanceSummary({ ...data, points: [] })).toBe('Log loss: nothing in this period.')
  const unlabelled = data.points.map((one) => ({ ...one, value: null, labelled: 0 }))
  expect(performanceSummary({ ...data, points: unlabelled, changes: [] })).toContain(
    'no labelled rows to compute it from, baseline 0.49, 0% of labels received, no change marked.',
  )
})

it('the table has every step with its changes', () => {
  const { columns, rows } = performanceTable(data)
  expect(rows).toHaveLength(30)
  expect(rows.every((row) => row.length === columns.length)).toBe(true)
  expect(rows[10].at(-1)).toBe('Log loss +26.1%, worse (Page–Hinkley)')
  expect(rows[11].at(-1)).toBe('')
  expect(rows[29].slice(6, 8)).toEqual([500, 'more may arrive'])
})

it('a change without a size says only its direction', () => {
  expect(changeWords({ ...change, size: null, direction: 'better', detector: 'adwin' })).toBe(
    'Log loss better (ADWIN)',
  )
  expect(changeWords({ ...change, size: -0.1 })).toContain('−10%')
})

it('whatever the numbers, the axis holds all of them', () => {
  const value = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { nil: null })
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { maxLength: 20 }), value, (values, baseline) => {
      const points = values.map(([one, estimate], i) =>
        point(i, { value: one, estimate, low: one, high: one }),
      )
      const option = performanceOption({ ...data, theme: 'light', points, baseline, thresholds: undefined })
      const [{ min, max }] = option.yAxis as { min: number; max: number }[]
      const all = [...values.flat(), baseline].filter((one) => one !== null)
      return Number.isFinite(min) && min < max && all.every((one) => one >= min && one <= max)
    }),
  )
})
