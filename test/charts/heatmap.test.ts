import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HeatmapData, HeatmapRow } from '../../charts/data.ts'
import { effectScale } from '../../charts/effect-scale.ts'
import { cellTimes } from '../../charts/heatmap/heatmap-cells.ts'
import { rowPaths } from '../../charts/heatmap/heatmap-paths.ts'
import { cellOf, cellTooltip, heatmapHeight, heatmapOption } from '../../charts/heatmap/heatmap.ts'
import { palette } from '../../charts/theme.ts'
import type { Verdict } from '../../domain/verdict.ts'
import { renderChart, textsOf } from '../support/pages/render-chart.ts'

const thresholds = { warning: 0.1, critical: 0.25 }
const hours = (count: number) =>
  Array.from({ length: count }, (_, i) => new Date(Date.UTC(2001, 3, 1, i)).toISOString())

function row(verdicts: (Verdict | null)[], effects = verdicts.map((): number | null => 0.01)): HeatmapRow {
  return { label: 'distance', kind: 'feature', verdicts, effects }
}

function heatmap(rows: HeatmapRow[]): HeatmapData {
  return { windowEnds: hours(rows[0]?.verdicts.length ?? 0), rows, thresholds }
}

/** The series under the mouse, as the option holds it. */
function targets(data: HeatmapData) {
  const { series } = heatmapOption({ ...data, theme: 'light' }) as {
    series: { name?: string; data: Float64Array }[]
  }
  return series.find(({ name }) => name === 'cells')!.data
}

describe('the cells', () => {
  it('end where their windows end, and do not overlap', () => {
    const at = (hour: number) => Date.UTC(2001, 3, 1, hour)
    const ends = [0, 1, 2, 2.5, 8].map((hour) => new Date(at(hour)).toISOString())
    expect(cellTimes(ends)).toEqual([
      [at(-1), at(0)],
      [at(0), at(1)],
      [at(1), at(2)],
      [at(2), at(2.5)],
      [at(7), at(8)],
    ])
    expect(cellTimes([])).toEqual([])
  })

  it('are as many as columns times windows, and each event leads back to its own', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), (rows, windows) => {
        const data = heatmap(Array.from({ length: rows }, () => row(new Array<null>(windows).fill(null))))
        const cells = targets(data)
        expect(cells.length).toBe(2 * rows * windows)
        for (let dataIndex = 0; dataIndex < rows * windows; dataIndex++) {
          const cell = cellOf(data, { seriesName: 'cells', dataIndex })!
          expect(cells[2 * dataIndex + 1]).toBe(cell.row)
          const end = Date.parse(data.windowEnds[cell.window])
          expect(cells[2 * dataIndex]).toBe(end - 1_800_000)
          expect(cell.row * windows + cell.window).toBe(dataIndex)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('are not to be had from events elsewhere', () => {
    const data = heatmap([row(['ok', 'ok'])])
    expect(cellOf(data, { seriesName: 'cells', dataIndex: 2 })).toBeUndefined()
    expect(cellOf(data, { seriesName: 'cells', dataIndex: -1 })).toBeUndefined()
    expect(cellOf(data, { seriesName: 'other', dataIndex: 0 })).toBeUndefined()
    expect(cellOf(data, { componentType: 'xAxis' })).toBeUndefined()
    expect(cellOf(heatmap([]), { seriesName: 'cells', dataIndex: 0 })).toBeUndefined()
  })

  it('say what they are', () => {
    const data = heatmap([{ ...row(['warning', null], [0.1234, null]), label: 'a{b|c}\nd' }])
    const tooltip = (dataIndex: number) => cellTooltip(data, { seriesName: 'cells', dataIndex })
    expect(tooltip(0).replaceAll('\u2060', '').split('\n')).toEqual([
      'a{b|c} d',
      'feature drift, window ending 1 Apr 2001 00:00 UTC',
      'effect 0.123, warning',
    ])
    expect(tooltip(1)).toContain('effect –, not evaluated')
    expect(tooltip(2)).toBe('')
  })
})

it('a row with a statistic of its own is named by it, and coloured by its own thresholds', () => {
  const own = { ...row(['critical'], [0.15]), kind: 'performance', statistic: 'Relative loss', thresholds: { warning: 0.05, critical: 0.1 } } // prettier-ignore
  expect(
    cellTooltip(heatmap([own]), { seriesName: 'cells', dataIndex: 0 })
      .split('\n')
      .slice(1),
  ).toEqual(['performance, window ending 1 Apr 2001 00:00 UTC', 'Relative loss 0.15, critical'])
  expect(
    cellTooltip(heatmap([{ ...own, kind: 'expected_performance' }]), { seriesName: 'cells', dataIndex: 0 }),
  ).toContain('expected performance, window ending 1 Apr')
  const deepest = palette('light').extreme
  const draw = (thresholds: { warning: number; critical: number }) =>
    renderChart(heatmapOption({ ...heatmap([{ ...own, thresholds, effects: [0.3] }]), theme: 'light' }))
  expect(draw({ warning: 0.05, critical: 0.1 })).toContain(deepest)
  expect(draw({ warning: 0.2, critical: 0.25 })).not.toContain(deepest)
})

describe('the shapes of a row', () => {
  const scale = effectScale('light', thresholds)
  const boxes = (count: number, width: number) =>
    Array.from({ length: count }, (_, i) => ({ left: i * width, right: (i + 1) * width, top: 0, bottom: 20 }))
  const count = (path: string) => path.match(/M/g)?.length ?? 0

  it('leave what was not evaluated blank', () => {
    const paths = rowPaths(row([null, null]), scale, boxes(2, 20))
    expect([...paths.fills, paths.hatched, paths.hatching, paths.warning, paths.critical].join('')).toBe('')
  })

  it('mark each breach, by triangle or square', () => {
    const paths = rowPaths(row(['ok', 'warning', 'critical', 'critical']), scale, boxes(4, 20))
    expect([paths.warning, paths.critical].map(count)).toEqual([1, 2])
    expect(paths.warning.match(/[LHV]/g)).toHaveLength(2)
    expect(paths.critical.match(/[LHV]/g)).toHaveLength(6)
    expect(paths.fills.map(count).reduce((a, b) => a + b)).toBe(4)
  })

  it('mark a run of narrow breaches as often as there is room, and none where there is none', () => {
    const verdicts = new Array<Verdict>(20).fill('critical')
    expect(count(rowPaths(row(verdicts), scale, boxes(20, 3)).critical)).toBe(5)
    expect(count(rowPaths(row(verdicts.slice(0, 2)), scale, boxes(2, 3)).critical)).toBe(0)
    expect(count(rowPaths(row(verdicts.slice(0, 3)), scale, boxes(3, 3)).critical)).toBe(1)
  })

  it('hatch a run of cells without enough data as one', () => {
    const paths = rowPaths(row(['insufficient_data', 'insufficient_data', 'ok']), scale, boxes(3, 20))
    expect(count(paths.hatched)).toBe(1)
    expect(count(paths.hatching)).toBeGreaterThan(5)
    expect(paths.fills.map(count).reduce((a, b) => a + b)).toBe(1)
  })

  it('cover each evaluated cell once, and stay within their row', () => {
    const verdict = fc.constantFrom<Verdict | null>(
      'ok',
      'unconfirmed',
      'warning',
      'critical',
      'insufficient_data',
      null,
    )
    const cell = fc.tuple(verdict, fc.option(fc.double({ min: -1, max: 2, noNaN: true }), { nil: null }))
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (cells, width) => {
        const [verdicts, effects] = [cells.map(([one]) => one), cells.map(([, one]) => one)]
        const paths = rowPaths(row(verdicts, effects), scale, boxes(cells.length, width))
        const covered = new Set<number>()
        for (const [, from, to] of [...paths.fills, paths.hatched]
          .join('')
          .matchAll(/M(\d+) 0H(\d+)V19H\d+Z/g)) {
          for (let x = Number(from); x < Number(to); x++) {
            expect(covered.has(x)).toBe(false)
            covered.add(x)
          }
        }
        verdicts.forEach((one, i) => expect(covered.has(i * width)).toBe(one !== null))
        for (const [, x, y] of [paths.warning, paths.critical, paths.hatching]
          .join('')
          .matchAll(/[ML](\S+) ([\d.]+)/g)) {
          expect(
            Number(x) >= 0 && Number(x) <= cells.length * width && Number(y) >= 0 && Number(y) <= 20,
          ).toBe(true)
        }
      }),
    )
  })
})

describe.each(['light', 'dark'] as const)('the drawing, %s', (theme) => {
  const colors = palette(theme)
  const draw = (data: HeatmapData, selected?: { row: number; window: number }) =>
    renderChart(
      heatmapOption({ ...data, theme, width: 1000, selected }),
      1000,
      heatmapHeight(data.rows.length),
    )

  it('shows names as text, dates, and a look for every verdict', () => {
    const verdicts: (Verdict | null)[] = [
      'ok',
      'warning',
      'critical',
      'insufficient_data',
      null,
      'unconfirmed',
    ]
    const svg = draw(
      heatmap([
        { ...row(verdicts, [0.01, 0.15, 0.3, null, null, 0.43]), label: '<img src=x onerror=alert(1)>' },
        { ...row(['ok', 'ok', 'ok', 'ok', 'critical', 'ok'], [0, 0, 0, 0, 0.9, 0]), label: '{a|b}' },
      ]),
    )
    expect(svg).not.toContain('<img')
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['{a|b}', '1 Apr', '02:00']))
    expect(textsOf(svg).some((text) => /^<img src=x .*…$/.test(text))).toBe(true)
    for (const color of [
      colors.neutral[0],
      colors.unconfirmed,
      colors.warning,
      colors.critical,
      colors.extreme,
      colors.surface,
    ]) {
      expect(svg).toContain(`fill="${color}"`)
    }
    expect(svg).toContain(`stroke="${colors.muted}" stroke-opacity="0.55"`)
  })

  it('outlines the selected cell alone', () => {
    const data = heatmap([row(['ok', 'ok']), row(['ok', 'ok'])])
    const outlines = (svg: string) =>
      svg.match(new RegExp(`stroke="${colors.text}" stroke-width="2"`, 'g')) ?? []
    expect(outlines(draw(data))).toHaveLength(0)
    expect(outlines(draw(data, { row: 1, window: 0 }))).toHaveLength(1)
    expect(outlines(draw(data, { row: 7, window: 0 }))).toHaveLength(0)
    expect(outlines(draw(data, { row: 0, window: 9 }))).toHaveLength(0)
  })

  it('takes nothing, one window, and more columns than are in sight', () => {
    expect(draw(heatmap([]))).toContain('<svg')
    expect(draw({ windowEnds: hours(3), rows: [], thresholds })).toContain('<svg')
    expect(draw({ windowEnds: [], rows: [row([])], thresholds })).toContain('<svg')
    expect(draw(heatmap([row(['critical'], [0.3])]))).toContain(colors.critical)
    const many = draw(heatmap(Array.from({ length: 40 }, () => row(new Array<Verdict>(24).fill('ok')))))
    expect(textsOf(many).filter((text) => text === '12:00')).toHaveLength(2)
  })
})
