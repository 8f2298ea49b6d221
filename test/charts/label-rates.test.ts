/** Label rates per bin: the picture, its words, and that it shows what was decided. */
import { describe, expect, it } from 'vitest'
import type { LabelRateBin, LabelRatesData } from '../../charts/data.ts'
import { BROKE_SIGN, labelRatesHeight, labelRatesOption, rateTooltip } from '../../charts/label-rates.ts'
import { labelRatesSummary, labelRatesTable } from '../../charts/label-rates-words.ts'
import { palette, type Theme } from '../../charts/theme.ts'
import { conceptChange } from '../../detectors/concept/change.ts'
import { labelRates } from '../../detectors/concept/label-rates.ts'
import type { NumericBinning } from '../../store/profiles/binning.ts'
import { renderChart, textsOf } from '../support/pages/render-chart.ts'
import { mulberry32 } from '../golden/permutation.ts'
import { labelled, type LabelledRow } from '../support/samples/labelled.ts'

const bin = (label: string, before: number, after: number, broke = false): LabelRateBin => ({
  label,
  baselineRows: 4000,
  windowRows: 500,
  baseline: { value: before, low: before - 0.01, high: before + 0.01 },
  window: { value: after, low: after - 0.03, high: after + 0.03 },
  broke,
})
const data: LabelRatesData = {
  column: 'score',
  what: 'share of late',
  isShare: true,
  bins: [bin('[0.1, 0.2)', 0.15, 0.16), bin('<img src=x>{a|b}', 0.2, 0.35, true), bin('≥ 0.3', 0.4, 0.41)],
}
const looks = (['light', 'dark'] as Theme[]).flatMap((theme) =>
  [360, 1000].map((width) => ({ theme, width })),
)

describe.each(looks)('label rates, $theme, $width px', (look) => {
  const draw = (input: Partial<LabelRatesData> = {}) =>
    renderChart(labelRatesOption({ ...look, ...data, ...input }), look.width, labelRatesHeight(data.bins))
  const colors = palette(look.theme)

  it('names bins, marks those that broke, and holds no HTML of names', () => {
    const svg = draw()
    const texts = textsOf(svg)
    expect(texts.filter((text) => text.startsWith(BROKE_SIGN))).toHaveLength(1)
    expect(texts).toEqual(
      expect.arrayContaining(['[0.1, 0.2)', '≥ 0.3', 'share of late', 'baseline', 'window']),
    )
    expect(svg).not.toContain('<img')
  })

  it('draws the window filled, the baseline hollow and dashed', () => {
    const svg = draw()
    expect(svg.split(`fill="${colors.production}"`).length - 1).toBeGreaterThanOrEqual(3)
    const dashed = svg.split('<path').filter((path) => path.includes(`stroke="${colors.baseline}"`) && path.includes('stroke-dasharray')) // prettier-ignore
    expect(dashed.length).toBe(3)
  })

  it('draws nothing where there is none', () => {
    expect(() => draw({ bins: [] })).not.toThrow()
  })
})

it('says in words what the picture shows', () => {
  expect(labelRatesSummary({ ...data, bins: [data.bins[0], bin('b', 0.2, 0.35, true)] })).toBe(
    'Share of late by score, over 2 bins: 1 changed individually, most of all b, from 20% in the baseline to 35% in the window.',
  )
  expect(labelRatesSummary({ ...data, bins: [data.bins[0]] })).toContain('1 bin: none changed individually')
  expect(labelRatesSummary({ ...data, bins: [] })).toContain('nothing could be compared')
  const numbers = { ...data, what: 'mean label', isShare: false, bins: [bin('a', 120, 135)] }
  expect(labelRatesSummary(numbers)).toContain('from 120 in the baseline to 135 in the window')
  expect(rateTooltip(data, 0).split('\n').slice(1)).toEqual([
    'share of late',
    'baseline 15% (14% to 16%), 4,000 rows',
    'window 16% (13% to 19%), 500 rows',
  ])
  expect(rateTooltip(data, 1)).toContain('changed individually')
  expect(rateTooltip(data, 9)).toBe('')
})

it('lists every bin in the table, under names that differ', () => {
  const { columns, rows } = labelRatesTable(data)
  expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length)
  expect(rows.map((row) => row.length)).toEqual(data.bins.map(() => columns.length))
  expect(rows[1].at(-1)).toBe('yes')
})

describe('the rates', () => {
  const edges = [0.25, 0.5, 0.75]
  const binning: NumericBinning = { kind: 'numeric', edges: [-Number.MAX_VALUE, ...edges], centre: 0, deciles: [], bound: 0 } as unknown as NumericBinning // prettier-ignore
  const rows = (seed: number, count: number, rate: (x: number) => number) => {
    const random = mulberry32(seed)
    return Array.from({ length: count }, (): LabelledRow => {
      const x = random()
      return { x, y: random() < rate(x) ? 0 : 1 }
    })
  }
  const input = (window: (x: number) => number) => ({
    ordered: true,
    classes: 2,
    baseline: labelled(rows(1, 20_000, (x) => 0.1 + 0.4 * x), edges, 2), // prettier-ignore
    window: labelled(rows(2, 4000, window), edges, 2),
  })
  const scale = { kind: 'classes', classes: ['late'], positive: 'late' } as const

  it('are those that the verdict was on, with intervals around them, and the bin that changed broke', () => {
    const given = input((x) => 0.1 + 0.4 * x + (x >= 0.5 && x < 0.75 ? 0.2 : 0))
    const change = conceptChange(given, 0.001)
    const bins = labelRates(given, change, { binning, scale })
    expect(bins).toHaveLength(change.bins.length)
    expect(bins.map(({ broke }) => broke)).toEqual([false, false, true, false])
    expect(bins.map(({ label }) => label)).toEqual(['< 0.25', '[0.25, 0.5)', '[0.5, 0.75)', '≥ 0.75'])
    bins.forEach(({ rows, rates }, i) => {
      expect(rows).toEqual(change.bins[i].rows)
      expect(rates).toHaveLength(1)
      const [{ class: of, baseline, window }] = rates
      expect(of).toBe('late')
      expect(baseline.value).toBeCloseTo(change.bins[i].baseline[0], 12)
      expect(window.value).toBeCloseTo(change.bins[i].window[0], 12)
      for (const { value, low, high } of [baseline, window]) {
        expect(low!).toBeLessThan(value)
        expect(high!).toBeGreaterThan(value)
      }
      // A bin of one cell has the plain share, and so Wilson's interval of its rows.
      expect(baseline.high! - baseline.low!).toBeLessThan(window.high! - window.low!)
    })
  })

  it('do not break where nothing changed', () => {
    const given = input((x) => 0.1 + 0.4 * x)
    const bins = labelRates(given, conceptChange(given, 0.001), { binning, scale })
    expect(bins.some(({ broke }) => broke)).toBe(false)
  })

  it('of numbers are means on their own scale', () => {
    const random = mulberry32(3)
    const numbers = (count: number, shift: number) =>
      labelled(
        Array.from({ length: count }, () => ({ x: random(), y: random() - 0.5 + shift })),
        edges,
      )
    const given = { ordered: true, baseline: numbers(10_000, 0), window: numbers(2000, 0.3) }
    const bins = labelRates(given, conceptChange(given, 0.001), { binning, scale: { kind: 'number', centre: 50 } }) // prettier-ignore
    for (const { rates, broke } of bins) {
      expect(broke).toBe(true)
      expect('class' in rates[0]).toBe(false)
      expect(rates[0].baseline.value).toBeCloseTo(50, 1)
      expect(rates[0].window.value).toBeCloseTo(50.3, 1)
      const halfWidth = (rates[0].window.high! - rates[0].window.low!) / 2
      expect(halfWidth).toBeCloseTo((1.96 * Math.sqrt(1 / 12)) / Math.sqrt(500), 2)
    }
  })
})
