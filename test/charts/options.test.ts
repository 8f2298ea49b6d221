import type { EChartsOption } from 'echarts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrange } from '../../charts/bars.ts'
import type { DistributionBin, SeriesPoint, SharePoint, VolumePoint } from '../../charts/data.ts'
import { binTooltip, distributionHeight, distributionOption } from '../../charts/distribution.ts'
import { experimentOption } from '../../charts/experiment/experiment.ts'
import type { ChartEvent } from '../../charts/events.ts'
import { heatmapOption } from '../../charts/heatmap/heatmap.ts'
import { seriesOption, seriesTooltip } from '../../charts/series.ts'
import { shareOption, shareTooltip } from '../../charts/share.ts'
import { palette, type Theme } from '../../charts/theme.ts'
import { volumeOption, volumeTooltip } from '../../charts/volume.ts'
import { renderChart, textsOf } from '../support/pages/render-chart.ts'

const themes: Theme[] = ['light', 'dark']
const widths = [380, 1200]
const looks = themes.flatMap((theme) => widths.map((width) => ({ theme, width })))
const hour = (i: number) => new Date(Date.UTC(2001, 3, 1, i)).toISOString()
const thresholds = { warning: 0.1, critical: 0.25 }

const hostile = [
  '<img src=x onerror=alert(1)>',
  '{a|b}',
  '{b}: {c}',
  '</text><script>x</script>',
  '🌡️ temp',
  'مسافة',
  'a\nb\u0000\u202ec',
  'x'.repeat(10_000),
  '\ud800',
  '__proto__',
  '',
  '%s &amp; "quoted"',
]

const points: SeriesPoint[] = Array.from({ length: 300 }, (_, i) => {
  const value = i % 50 === 49 ? null : 0.01 + (0.43 * i) / 299
  const verdict =
    value === null ? 'insufficient_data' : value >= 0.25 ? 'critical' : value >= 0.1 ? 'warning' : 'ok'
  return { windowEnd: hour(i), value, noiseFloor: 0.02, verdict }
})

const bin = (label: string, kind: DistributionBin['kind'], baselineShare: number | null, windowShare: number | null, contribution: number | null = 0): DistributionBin => ({ label, kind, baselineShare, windowShare, contribution }) // prettier-ignore

/** Whether a text, or what an ellipsis left of it, is among those drawn. */
function shows(texts: readonly string[], name: string): boolean {
  return texts.some((text) => text === name || (text.endsWith('…') && name.startsWith(text.slice(0, -1))))
}

describe('every chart', () => {
  const charts: Record<string, (look: { theme: Theme; fontFamily?: string }) => EChartsOption> = {
    series: (look) => seriesOption({ ...look, statistic: 'PSI', of: 'distance', points, thresholds }),
    share: (look) =>
      shareOption({ ...look, points: [{ windowEnd: hour(0), columns: 4, warning: 1, critical: 1 }] }),
    heatmap: (look) =>
      heatmapOption({ ...look, thresholds, windowEnds: [hour(0)], rows: [{ label: 'a', kind: 'feature', verdicts: ['ok'], effects: [0] }] }), // prettier-ignore
    distribution: (look) =>
      distributionOption({ ...look, column: 'a', bins: [bin('x', 'category', 0.5, 0.4)] }),
    volume: (look) =>
      volumeOption({ ...look, points: [{ time: hour(0), predictions: 5, labels: 4, deadLetters: 1 }] }),
    experiment: (look) =>
      experimentOption({ ...look, metric: 'brier', level: 0.95, margin: 0.1, points: [{ time: hour(0), rows: 5, difference: 0.1, lower: null, upper: null, state: 'undecided' }] }), // prettier-ignore
  }

  it.each(Object.entries(charts))('%s: stands still, is in UTC, and holds no HTML', (_, option) => {
    for (const theme of themes) {
      const made = option({ theme })
      expect(made).toMatchObject({ animation: false, useUTC: true, tooltip: { renderMode: 'richText' } })
      const svg = renderChart(made)
      expect(svg).toBe(renderChart(option({ theme })))
      expect(svg).not.toMatch(/<(animate|script|foreignObject)/)
    }
  })

  it('leaves the prototype of objects alone where a text is "__proto__"', () => {
    renderChart(
      distributionOption({ theme: 'light', column: 'a', bins: [bin('__proto__', 'category', 0.5, 0.4)] }),
    )
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it.each(Object.entries(charts))('%s: draws every text in the font that it is given', (_, option) => {
    const svg = renderChart(option({ theme: 'light', fontFamily: 'DejaVu Sans' }))
    expect(svg).toContain('DejaVu Sans')
    expect(svg).not.toMatch(/Inter|Microsoft|Arial/)
  })
})

describe.each(looks)('the series, $theme, $width px', (look) => {
  const names = look.width < 560 ? { warning: '▲ 0.1', critical: '■ 0.25' } : { warning: '▲ warning 0.1', critical: '■ critical 0.25' } // prettier-ignore
  const draw = (input: Partial<Parameters<typeof seriesOption>[0]> = {}) =>
    renderChart(
      seriesOption({ ...look, statistic: 'PSI', of: 'distance', points, thresholds, ...input }),
      look.width,
      240,
    )
  const colors = palette(look.theme)

  it('names its statistic, its thresholds and its noise floor', () => {
    const texts = textsOf(draw())
    expect(texts).toEqual(expect.arrayContaining(['PSI', names.warning, names.critical, 'noise floor']))
  })

  it('draws line, thresholds and marks in their colours', () => {
    const svg = draw()
    expect(svg).toMatch(new RegExp(`stroke="${colors.production}"`))
    for (const color of [colors.warning, colors.critical]) {
      expect(svg).toMatch(new RegExp(`<path[^>]*stroke="${color}"[^>]*stroke-dasharray|<path[^>]*stroke-dasharray[^>]*stroke="${color}"`)) // prettier-ignore
      expect(svg).toMatch(new RegExp(`<path[^>]*fill="${color}" stroke="${colors.surface}"`))
    }
  })

  it('breaks where there is no value', () => {
    const svg = draw({ thresholds: undefined })
    const line = svg.split('<path').find((path) => path.includes(`stroke="${colors.production}"`) && path.includes('fill="none"') && path.length > 400) // prettier-ignore
    expect(line?.match(/M/g)).toHaveLength(6)
  })

  it('marks events, each with its words where there is room', () => {
    const events: ChartEvent[] = [
      { kind: 'alert', at: hour(20), label: 'alert' },
      { kind: 'incident', at: hour(120), until: hour(280), label: 'kilometres' },
    ]
    expect(textsOf(draw({ events }))).toEqual(expect.arrayContaining(['alert', 'kilometres']))
  })

  it('marks the window that is selected', () => {
    const rings = (svg: string) =>
      svg.match(new RegExp(`fill="${colors.surface}" stroke="${colors.text}"`, 'g')) ?? []
    expect(rings(draw())).toHaveLength(0)
    expect(rings(draw({ selected: hour(100) }))).toHaveLength(1)
    expect(rings(draw({ selected: hour(49) }))).toHaveLength(0)
  })

  it('shows one value, and takes none at all', () => {
    const dots = (svg: string) =>
      svg.match(new RegExp(`fill="${colors.production}"[^>]*ssr_type="chart"`, 'g')) ?? []
    expect(dots(draw({ points: points.slice(0, 1) }))).toHaveLength(1)
    expect(dots(draw({ points: points.slice(0, 9).map((point) => ({ ...point, value: null, noiseFloor: null })) }))).toHaveLength(0) // prettier-ignore
    expect(textsOf(draw({ points: [] }))).toContain(names.critical)
    expect(textsOf(draw({ points: [] })).join()).not.toContain('1970')
    expect(draw({ points: [], thresholds: undefined, events: [{ kind: 'alert', at: hour(0), label: 'a' }] })).toContain('<svg') // prettier-ignore
  })

  it('keeps the thresholds apart where values dwarf them, and shows what is below 0', () => {
    const huge = draw({ points: points.map((point) => ({ ...point, value: 9 })) })
    expect(textsOf(huge)).toEqual(expect.arrayContaining([names.warning, names.critical]))
    const below = draw({ points: points.slice(0, 9).map((point) => ({ ...point, value: -0.2 })) })
    expect(textsOf(below)).toContain('−0.2')
  })

  it.each(hostile)('shows %j as text', (name) => {
    const svg = draw({ statistic: name, events: [{ kind: 'alert', at: hour(20), label: name }] })
    expect(svg).not.toMatch(/<(img|script)|[\u0000\u202e]/)
    expect(svg.isWellFormed()).toBe(true)
    expect(svg.length).toBeLessThan(100_000)
    if (name.startsWith('{') || name.startsWith('%')) expect(shows(textsOf(svg), name)).toBe(true)
  })
})

describe('the tooltip of the series', () => {
  const events: ChartEvent[] = [{ kind: 'version', at: new Date(Date.UTC(2001, 3, 1, 2, 20)).toISOString(), label: '{x|4}' }] // prettier-ignore
  const input = { theme: 'light' as const, statistic: 'PSI', of: 'distance', points, thresholds, events }

  it('tells of the nearest window and of the events at it', () => {
    expect(
      seriesTooltip(input, Date.UTC(2001, 3, 1, 2, 10))
        .replaceAll('\u2060', '')
        .split('\n'),
    ).toEqual(['1 Apr 2001 02:00 UTC', 'PSI 0.0129, ok', 'noise floor 0.02', 'version: {x|4}'])
    expect(seriesTooltip(input, Date.UTC(2001, 3, 3, 1))).toContain('PSI –, insufficient data')
    expect(seriesTooltip({ ...input, points: [] }, 0)).toBe('')
  })

  it('holds no markup, whatever the names', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('{', '}', 'a', '|', '\n', '<b>')), (parts) => {
        const name = parts.join('')
        const texts = [
          seriesTooltip(
            { ...input, statistic: name, events: [{ ...events[0], label: name }] },
            Date.UTC(2001, 3, 1, 2),
          ),
          binTooltip(bin(name, 'category', 0.1, 0.2)),
        ]
        for (const text of texts) expect(text).not.toMatch(/\{[a-zA-Z0-9_]+\|/)
        expect(texts.map((text) => text.split('\n').length)).toEqual([4, 4])
      }),
    )
  })
})

describe.each(looks)('the share of features that drift, $theme, $width px', (look) => {
  const share: SharePoint[] = Array.from({ length: 48 }, (_, i) => ({ windowEnd: hour(i), columns: i === 9 ? 0 : 8, warning: 2, critical: i > 20 ? 2 : 0 })) // prettier-ignore

  it('is of 100 percent, with both severities by name and shape', () => {
    const svg = renderChart(shareOption({ ...look, points: share }), look.width, 220)
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(['0%', '100%', 'warning', 'critical', 'drifted features']),
    )
    expect(svg).toContain(`fill="${palette(look.theme).critical}"`)
  })

  it('takes no points', () => {
    expect(textsOf(renderChart(shareOption({ ...look, points: [] }), look.width, 220))).toContain('100%')
  })

  it('says how many of how many', () => {
    const tooltip = (i: number) => shareTooltip({ ...look, points: share }, Date.parse(hour(i)))
    expect(tooltip(30).split('\n').slice(1)).toEqual([
      '4 of 8 features drifted, 50%',
      'critical 2, warning 2',
    ])
    expect(tooltip(9)).toContain('no feature has a verdict')
  })
})

describe.each(looks)('the volume, $theme, $width px', (look) => {
  const volume: VolumePoint[] = Array.from({ length: 48 }, (_, i) => ({ time: hour(i), predictions: 1000 + i, labels: 900, deadLetters: i === 7 ? 3 : 0 })) // prettier-ignore
  const draw = (rows: VolumePoint[]) => renderChart(volumeOption({ ...look, points: rows }), look.width, 260)

  it('has predictions, labels, and dead letters on a scale of their own', () => {
    const texts = textsOf(draw(volume))
    expect(texts).toEqual(expect.arrayContaining(['predictions', 'labels', 'dead letters', '1.2k', '3']))
    expect(draw(volume)).toContain(`fill="${palette(look.theme).critical}"`)
  })

  it('has no lane for dead letters where there are none', () => {
    expect(textsOf(draw([])).join()).not.toContain('dead letters')
    expect(textsOf(draw([volume[0]])).join(), 'no lane for nothing').not.toContain('dead letters')
  })

  it('counts in full', () => {
    expect(volumeTooltip({ points: volume }, Date.parse(hour(7))).split('\n')).toEqual([
      'from 1 Apr 2001 07:00 UTC',
      'predictions 1,007',
      'labels 900',
      'dead letters 3',
    ])
  })
})

describe('the bins of a distribution', () => {
  const categories = (count: number) => Array.from({ length: count }, (_, i) => bin(`c${i}`, 'category', 1 / count, 1 / count, i / 1000)) // prettier-ignore

  it('are the 20 categories that moved most, and the rest as one', () => {
    const { main } = arrange(categories(30))
    expect(main.map(({ label }) => label).slice(0, 2)).toEqual(['c29', 'c28'])
    expect(main).toHaveLength(21)
    expect(main.at(-1)).toMatchObject({ label: '10 more', contribution: expect.closeTo(0.045) })
    expect(main.at(-1)?.windowShare).toBeCloseTo(1 / 3)
    expect(arrange(categories(21)).main).toHaveLength(21)
  })

  it('may go by share, and lose no rows whichever way', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const any = fc.record({ label: fc.string(), kind: fc.constant('category' as const), baselineShare: share, windowShare: share, contribution: fc.option(share, { nil: null }) }) // prettier-ignore
    const total = (bins: readonly DistributionBin[]) =>
      bins.reduce((sum, one) => sum + (one.windowShare ?? 0), 0)
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 60 }),
        fc.constantFrom('share' as const, 'contribution' as const),
        (bins, order) => {
          const { main, apart } = arrange(bins, order)
          expect(main.length).toBeLessThanOrEqual(21)
          expect(total([...main, ...apart])).toBeCloseTo(total(bins))
        },
      ),
    )
    expect(arrange([bin('small', 'category', 0.1, 0.1, 9), bin('large', 'category', 0.9, 0.9, 0)], 'share').main[0].label).toBe('large') // prettier-ignore
  })

  it('keep numbers in order, and the special ones apart where they have rows', () => {
    const bins = [bin('≥ 5', 'range', 0, 1, 9), bin('missing', 'missing', 0, 0.1), bin('< 5', 'range', 1, 0, 1), bin('other', 'other', 0, 0)] // prettier-ignore
    const { main, apart, isNumeric } = arrange(bins)
    expect([main, apart].map((some) => some.map(({ label }) => label))).toEqual([['≥ 5', '< 5'], ['missing']])
    expect(isNumeric).toBe(true)
  })
})

describe.each(looks)('the distribution, $theme, $width px', (look) => {
  const colors = palette(look.theme)
  const draw = (bins: DistributionBin[]) =>
    renderChart(distributionOption({ ...look, column: 'c', bins }), look.width, distributionHeight(bins))

  it('has the window filled and the baseline as a dashed outline, by name', () => {
    for (const kind of ['category', 'range'] as const) {
      const svg = draw([
        bin('low', kind, 0.5, 0.3),
        bin('high', kind, 0.5, 0.6),
        bin('missing', 'missing', 0, 0.1),
      ])
      expect(textsOf(svg)).toEqual(expect.arrayContaining(['baseline', 'window', 'low', 'high', 'missing']))
      expect(svg).toContain(`fill="${colors.production}"`)
      expect(svg).toMatch(new RegExp(`stroke="${colors.baseline}"[^>]*stroke-dasharray|stroke-dasharray[^>]*stroke="${colors.baseline}"`)) // prettier-ignore
    }
  })

  it('sums up what is too much, and grows by its rows', () => {
    const many = Array.from({ length: 1000 }, (_, i) => bin(`c${i}`, 'category', 0.001, 0.001, i))
    expect(textsOf(draw(many))).toContain('980 more')
    expect(distributionHeight(many)).toBeLessThan(700)
    expect(distributionHeight(many.slice(0, 2))).toBeLessThan(distributionHeight(many.slice(0, 3)))
  })

  it('takes no bins, and a side without rows', () => {
    expect(draw([])).toContain('<svg')
    const svg = draw([bin('a', 'category', 0.5, null, null), bin('b', 'category', 0.5, null, null)])
    expect(textsOf(svg)).toContain('a')
    expect(binTooltip(bin('a', 'category', 0.5, null, null)).split('\n')).toEqual(['a', 'baseline 50%', 'window –', 'adds – to PSI']) // prettier-ignore
    expect(binTooltip(null)).toBe('')
  })

  it.each(hostile)('shows a category called %j as text', (name) => {
    const svg = draw([bin(name, 'category', 0.5, 0.4), bin('other one', 'category', 0.5, 0.6)])
    expect(svg).not.toMatch(/<(img|script)|[\u0000\u202e]/)
    expect(svg.isWellFormed()).toBe(true)
    expect(svg.length).toBeLessThan(50_000)
    expect(name === '' || name === '\ud800' || name.includes('\n') || shows(textsOf(svg), name)).toBe(true)
  })
})
