/** Small parts around segments: geometry, order, wording, faults of a declaration. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alertSummary, memberSummary } from '../../../alerts/message/summary.ts'
import { compareLead } from '../../../alerts/retraining/lead.ts'
import { memberName } from '../../../alerts/message/wording.ts'
import type { DistributionBin } from '../../../charts/data.ts'
import { commonBins, commonScale, smallBars } from '../../../charts/small-bars.ts'
import { bySeverity, effectScale } from '../../../dashboard/slices.ts'

const bin = (label: string, baselineShare: number | null, windowShare: number | null, kind: DistributionBin['kind'] = 'category'): DistributionBin =>
  ({ label, kind, baselineShare, windowShare, contribution: null }) // prettier-ignore

describe('small distributions', () => {
  const a = [bin('x', 0.5, 0.2), bin('y', 0.5, 0.8)]
  const b = [bin('y', 0.1, 0.1), bin('z', 0.9, 0.9), bin('missing', 0, 0.3, 'missing')]

  test('have the bins of all of them, the largest first, those that are set apart last', () => {
    expect(commonBins([a, b])).toEqual(['z', 'y', 'x', 'missing'])
  })

  test('numbers keep their order', () => {
    const ranges = ['< 1', '[1, 2)', '≥ 2'].map((label, i) => bin(label, 0.1 + i / 5, 0.3, 'range'))
    expect(commonBins([ranges, ranges])).toEqual(['< 1', '[1, 2)', '≥ 2'])
  })

  test('reach the upper edge where the largest share of any of them is', () => {
    const max = commonScale([a, b])
    expect(max).toBe(0.9)
    const bars = smallBars(b, ['z', 'y', 'x', 'missing'], { width: 100, height: 50, max })
    expect(bars.map(({ baseline }) => baseline)).toEqual([50, expect.closeTo(50 / 9), 0, 0])
    expect(bars.map(({ x }) => x)).toEqual([2.5, 27.5, 52.5, 77.5].map((x) => expect.closeTo(x) as number))
  })

  test('stay within their box, whatever the shares', () => {
    const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true }))
    const bins = fc.array(fc.tuple(fc.string(), share, share).map(([label, p, q]) => bin(label, p, q)))
    fc.assert(
      fc.property(fc.array(bins), (all) => {
        const max = commonScale(all)
        for (const one of all) {
          for (const { x, width, baseline, window } of smallBars(one, commonBins(all), {
            width: 90,
            height: 40,
            max,
          })) {
            expect(x).toBeGreaterThanOrEqual(0)
            expect(x + width).toBeLessThanOrEqual(90 + 1e-9)
            for (const side of [baseline, window]) expect(side >= 0 && side <= 40 + 1e-9).toBe(true)
          }
        }
      }),
    )
  })
})

describe('parts of a model', () => {
  const part = (segment: string, verdict: string, effect: number | null, version = '') => ({
    segment,
    version,
    verdict,
    effect,
  })

  test('are in order of severity, then of their effect, the whole model first', () => {
    const parts = [
      part('c', 'insufficient_data', null),
      part('a', 'ok', 0.2),
      part('d', 'warning', 0.12),
      part('', 'ok', 0),
      part('b', 'critical', 0.3),
      part('', 'warning', 0.15, '2'),
    ]
    expect(bySeverity(parts).map(({ segment, version }) => segment + version)).toEqual([
      '',
      'b',
      '2',
      'd',
      'a',
      'c',
    ])
  })

  test('share a scale on which noise looks small', () => {
    expect(effectScale([part('', 'ok', 0.01)], 0.1)).toBeCloseTo(0.16)
    expect(effectScale([part('', 'ok', 0.01), part('a', 'critical', 2)], 0.1)).toBe(2)
  })
})

describe('alerts', () => {
  const member = {
    kind: 'performance',
    column: 'log_loss',
    segment: 'origin=ORD',
    version: '',
    severity: 'warning',
    since: '2026-01-05T00:00:00.000Z',
  } as const
  const summary = (members: (typeof member)[]) =>
    alertSummary('first', {
      model: 'shop',
      kind: 'performance',
      windowEnd: new Date('2026-01-05'),
      severity: 'warning',
      members,
      baseline: 'baseline 1',
    })

  test('name the part of the model that has become worse', () => {
    expect(memberName(member)).toBe('Log loss (segment origin=ORD)')
    expect(summary([member])).toMatch(
      /^shop \(segment origin=ORD\) has performed worse than baseline 1 since/,
    )
    expect(summary([member, { ...member, segment: 'origin=ATL' as 'origin=ORD' }])).toMatch(
      /^shop has performed worse .*most of all "Log loss \(segment origin=ORD\)"/,
    )
  })

  test('say that an expected loss is known before labels', () => {
    const input = {
      model: 'shop',
      kind: 'expected_performance',
      windowEnd: new Date('2026-01-05'),
      severity: 'warning',
      members: [{ ...member, kind: 'expected_performance' }],
      baseline: 'baseline 1',
    } as const
    expect(alertSummary('first', input)).toMatch(
      /^shop \(segment origin=ORD\) is expected to perform worse than baseline 1 since/,
    )
    expect(alertSummary('all_resolved', input)).toMatch(/^The expected performance loss of shop has ended/)
    expect(memberSummary('raised', input)).toBe(
      'Expected performance "Log loss (segment origin=ORD)" of shop has become warning.',
    )
  })

  test('lead to a retraining after measured losses of the same severity', () => {
    const alert = (kind: string, severity: 'warning' | 'critical' = 'warning') =>
      ({ id: kind, monitor: 'm', kind, severity, summary: '' }) as const
    const kinds = [
      alert('feature'),
      alert('expected_performance'),
      alert('performance'),
      alert('label', 'critical'),
    ]
    expect([...kinds].sort(compareLead).map(({ kind }) => kind)).toEqual([
      'label',
      'performance',
      'expected_performance',
      'feature',
    ])
  })
})
