/** The chart of an experiment: what it draws, and what it says in words. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowText } from '../../charts/table.ts'
import type { ExperimentData, ExperimentPoint } from '../../charts/data.ts'
import { experimentOption, experimentTooltip } from '../../charts/experiment/experiment.ts'
import { experimentSummary, experimentTable } from '../../charts/experiment/words.ts'
import { palette, type Theme } from '../../charts/theme.ts'
import { EXPERIMENT_METRICS, EXPERIMENT_STATES } from '../../domain/experiment.ts'
import { renderChart, textsOf } from '../support/pages/render-chart.ts'

const hour = (i: number) => new Date(Date.UTC(2001, 3, 1, i)).toISOString()
const point = (i: number): ExperimentPoint => {
  const half = 0.5 / Math.sqrt(i + 1)
  return {
    time: hour(i),
    rows: 100 * (i + 1),
    difference: -0.06,
    lower: i < 23 ? null : -0.06 - half,
    upper: i < 23 ? null : -0.06 + half,
    state: i < 69 ? 'undecided' : 'challenger_better',
  }
}
const data: ExperimentData = {
  metric: 'log_loss',
  level: 0.95,
  margin: 0.02,
  points: Array.from({ length: 90 }, (_, i) => point(i)),
}
const looks = (['light', 'dark'] as Theme[]).flatMap((theme) =>
  [360, 1200].map((width) => ({ theme, width })),
)

describe.each(looks)('an experiment, $theme, $width px', (look) => {
  const draw = (input: Partial<ExperimentData> = {}) =>
    renderChart(experimentOption({ ...look, ...data, ...input }), look.width, 300)
  const colors = palette(look.theme)

  it('stands still and holds no HTML', () => {
    expect(experimentOption({ ...look, ...data })).toMatchObject({ animation: false, useUTC: true, tooltip: { renderMode: 'richText' } }) // prettier-ignore
    expect(draw()).toBe(draw())
    expect(draw()).not.toMatch(/<(animate|script|foreignObject)/)
  })

  it('names the loss, both sides of 0, the margin, the interval and the decision', () => {
    expect(textsOf(draw())).toEqual(
      expect.arrayContaining([
        'log loss (clipped at 0.01)',
        'champion better ↑',
        'challenger better ↓',
        'margin ±0.02',
        'difference',
        '95% interval',
        expect.stringMatching(/^challenger bett(er|…)$/),
      ]),
    )
  })

  it('draws the interval as an area, and the margin as a band', () => {
    const svg = draw()
    expect(svg).toMatch(new RegExp(`fill="${colors.production}"[^>]*fill-opacity="0.2"`))
    expect(svg).toMatch(new RegExp(`fill="${colors.muted}"[^>]*fill-opacity="0.12"`))
  })

  it('leaves out what there is not', () => {
    const open = data.points.slice(0, 60)
    const texts = textsOf(draw({ margin: null, points: open }))
    expect(texts.filter((text) => /margin|^challenger better$/.test(text))).toEqual([])
  })

  it('keeps differences of a few rows from squeezing the interval', () => {
    const wild = data.points.map((one, i) => (i === 0 ? { ...one, difference: 50 } : one))
    expect(textsOf(draw({ points: wild })).filter((text) => /^\d/.test(text))).toEqual(
      textsOf(draw()).filter((text) => /^\d/.test(text)),
    )
  })

  it('draws any data', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })
    const points = fc.array(
      fc.record({
        difference: number,
        rows: fc.nat(),
        lower: fc.option(number),
        upper: fc.option(number),
        state: fc.constantFrom(...EXPERIMENT_STATES),
      }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(
        points,
        fc.option(fc.double({ min: 0, max: 10, noNaN: true })),
        fc.constantFrom(...EXPERIMENT_METRICS),
        (given, margin, metric) => {
          // prettier-ignore
          const input = { metric, level: 0.9, margin, points: given.map((one, i) => ({ ...one, time: hour(3 * i) })) } // prettier-ignore
          expect(draw(input)).not.toContain('NaN')
          expect(`${experimentSummary(input)} ${experimentTooltip(input, 0)}`).not.toMatch(/NaN|undefined/)
          expect(experimentTable(input).rows.every((row) => row.length === 6)).toBe(true)
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('in words', () => {
  it('tells the newest difference, its interval and when it was decided', () => {
    expect(experimentSummary(data)).toBe(
      'Log loss (clipped at 0.01), challenger minus champion, from 1 to 4 Apr 2001: −0.06 after 9,000 rows, −0.113 to −0.0073 at 95%, challenger better since 3 Apr 2001 21:00 UTC.',
    )
  })

  it('is right while there is little', () => {
    expect(experimentSummary({ ...data, points: [] })).toBe('Log loss (clipped at 0.01), challenger minus champion: no rows yet.') // prettier-ignore
    expect(experimentSummary({ ...data, metric: 'accuracy', points: [point(0)] })).toBe(
      'Error rate, challenger minus champion, from 1 Apr 2001: −0.06 after 100 rows, without an interval yet, undecided.',
    )
  })

  it('has a tooltip for each hour', () => {
    expect(experimentTooltip(data, Date.parse(hour(30)))).toBe(
      'hour from 2 Apr 2001 06:00 UTC\nlog loss (clipped at 0.01), challenger minus champion: −0.06\n−0.15 to 0.0298 at 95%\n3,100 rows so far\nundecided',
    )
    expect(experimentTooltip(data, 0)).toContain('before the first look')
    expect(experimentTooltip({ ...data, points: [] }, 0)).toBe('')
  })

  it('has a row for each hour', () => {
    const { columns, rows } = experimentTable(data)
    expect(rows).toHaveLength(90)
    expect(rowText(rows[22], columns)).toEqual([
      '1 Apr 2001 22:00 UTC',
      '2,300',
      '−0.06',
      '–',
      '–',
      'undecided',
    ])
    expect(rowText(rows[89], columns)).toEqual(['4 Apr 2001 17:00 UTC', '9,000', '−0.06', '−0.113', '−0.0073', 'challenger better']) // prettier-ignore
  })
})
