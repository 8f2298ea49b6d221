/** The small rules around checks on labels: what decides, what it costs, how far windows reach, how work is cut. */
import { describe, expect, test } from 'vitest'
import { confirm } from '../../../detectors/concept/confirm.ts'
import { conceptColumns } from '../../../detectors/run/find-concept.ts'
import { evaluateExtending } from '../../../detectors/run/extend.ts'
import { windowStarts } from '../../../domain/monitor-window.ts'
import { streamsOf } from '../../../detectors/run/kinds.ts'
import { estimateColumns } from '../../../detectors/performance/estimate-window.ts'
import { planRollup } from '../../../detectors/rollup/plan-rollup.ts'
import { rulesOf } from '../../../detectors/run/rules.ts'
import { WHOLE, type Slice } from '../../../detectors/run/slices.ts'
import type { Finding } from '../../../detectors/run/run-request.ts'
import type { BaselineColumn } from '../../../store/profiles/baselines.ts'
import { slotCount, type ColumnBinning } from '../../../store/profiles/binning.ts'
import { labelScale } from '../../../store/labelled/label-scale.ts'
import type { Role } from '../../../control/declared/model.ts'
import { monitorSchema } from '../../../control/declared/monitor.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const profile = { counts: [], sums: [], squares: 0 }
const categories = (names: string[]): ColumnBinning => ({ kind: 'categorical', categories: names, truncated: false, singletons: 0 }) // prettier-ignore
const numbers = (slots: number): ColumnBinning => ({ kind: 'numeric', edges: Array.from({ length: slots }, (_, i) => i), groups: { by: 'value', values: [] }, centre: 0 }) // prettier-ignore
const column = (role: Role, name: string, binning: ColumnBinning = numbers(9)): BaselineColumn => ({ role, name, kind: binning.kind, source: name, binning, profile }) // prettier-ignore

describe('what decides on the concept', () => {
  const names = (columns: BaselineColumn[]) => {
    const { deciding, features } = conceptColumns(columns)
    return [deciding.map(({ name }) => name), features.map(({ name }) => name)]
  }
  const prediction = column('prediction', 'prediction')

  test('scores before predictions, of each class where there are several; features that are called so are left out', () => {
    const x = column('feature', 'x')
    expect(names([x, prediction, column('score', 'score'), column('label', 'label')])).toEqual([
      ['score'],
      ['x'],
    ])
    expect(names([x, prediction, column('score', 'scores.a'), column('score', 'scores.b'), column('confidence', 'confidence')])).toEqual([['scores.a', 'scores.b'], ['x']]) // prettier-ignore
    expect(names([x, prediction])).toEqual([['prediction'], ['x']])
    expect(names([x, column('feature', 'prediction'), prediction])).toEqual([['prediction'], ['x']])
    expect(names([x])).toEqual([[], ['x']])
  })

  const finding = (name: string, verdict: string): Finding => ({ kind: 'concept', column: name, start: new Date(0), verdict, reason: 'concept', explanation: 'It moved.', statistics: {}, evaluation: {}, rule: {}, identity: { baseline: 0, window: 0 } }) // prettier-ignore
  const confirmed = (deciding: string[], feature: string) =>
    confirm(
      deciding.map((verdict, i) => finding(`s${i}`, verdict)),
      [finding('x', feature)],
    ).at(-1)!

  test.each([
    [['critical'], 'critical', 'critical', 'concept'],
    [['warning'], 'critical', 'warning', 'concept'],
    [['ok', 'critical'], 'warning', 'warning', 'concept'],
    [['ok'], 'critical', 'unconfirmed', 'unconfirmed'],
    [['insufficient_data'], 'warning', 'insufficient_data', 'unconfirmed'],
    [['insufficient_data', 'ok'], 'warning', 'unconfirmed', 'unconfirmed'],
    [['unconfirmed', 'ok'], 'critical', 'unconfirmed', 'not_significant'],
    [['ok'], 'unconfirmed', 'unconfirmed', 'concept'],
    [['critical'], 'ok', 'ok', 'concept'],
    [['critical'], 'insufficient_data', 'insufficient_data', 'concept'],
  ])('given %j a feature that is %s counts as %s, %s', (deciding, feature, verdict, reason) => {
    expect(confirmed(deciding, feature)).toMatchObject({ verdict, reason })
  })

  test('a feature that is not confirmed says by what', () => {
    expect(confirmed(['ok'], 'warning').explanation).toBe(
      'It moved; but "s0", which decides, shows no such change.',
    )
    expect(confirmed(['ok', 'ok'], 'warning').explanation).toBe(
      'It moved; but the scores, which decide, show no such change.',
    )
    expect(confirmed(['warning'], 'critical').explanation).toBe(
      'It moved; but "s0", which decides, shows only a warning.',
    )
    expect(confirmed(['insufficient_data'], 'warning').explanation).toContain(
      '"s0", which decides, has no verdict',
    )
    expect(confirmed(['unconfirmed', 'ok'], 'critical').explanation).toContain(
      'the scores, which decide, show no change beyond chance',
    )
  })
})

describe('the level of a test', () => {
  const columns = [column('feature', 'x'), column('feature', 'c', categories(['a'])), column('score', 'score'), column('confidence', 'confidence'), column('label', 'label', categories(['a']))] // prettier-ignore
  const tests = (checks: string[], slices = 1) => {
    const monitor = monitorSchema.parse({ name: 'n', model: 'm', checks })
    const comparison = { columns, slices: new Array<Slice>(slices).fill(WHOLE) }
    const { drift, concept, performance, expected } = rulesOf(monitor, [comparison])
    expect([concept.alpha, performance.alpha, expected.alpha]).toEqual(new Array(3).fill(drift.alpha))
    return Math.round(1 / 90 / 8 / drift.alpha)
  }

  test('counts every test that can raise an alarm, and no other', () => {
    expect(tests(['feature'])).toBe(2 + 3)
    expect(tests(['feature', 'prediction', 'label'])).toBe(2 + 3 + 2 + 4)
    expect(tests(['concept'])).toBe(1)
    expect(tests(['feature', 'concept', 'performance'])).toBe(5 + 1 + 1)
    expect(tests(['performance', 'expected_performance'])).toBe(1 + 1)
    expect(tests(['feature', 'concept', 'performance'], 23)).toBe(23 * (5 + 1 + 1))
  })

  test('counts of a version the columns of its own baseline', () => {
    const monitor = monitorSchema.parse({ name: 'n', model: 'm', checks: ['feature'] })
    const own = { columns: columns.slice(0, 1), slices: [{ segment: '', version: '2' }] }
    const { drift } = rulesOf(monitor, [{ columns, slices: [WHOLE, WHOLE] }, own])
    expect(Math.round(1 / 90 / 8 / drift.alpha)).toBe(2 * (2 + 3) + 2)
  })

  test('thresholds are those of the monitor', () => {
    const thresholds = {
      concept: { warning: 0.2, critical: 0.3 },
      performance: { warning: 0.01, critical: 0.02 },
    }
    const monitor = monitorSchema.parse({ name: 'n', model: 'm', thresholds })
    const rules = rulesOf(monitor, [{ columns, slices: [WHOLE] }])
    expect([rules.drift.thresholds, rules.concept.thresholds, rules.performance.thresholds]).toEqual([
      { warning: 0.1, critical: 0.25 },
      thresholds.concept,
      thresholds.performance,
    ])
    expect(rules.expected.thresholds).toEqual({ warning: 0.05, critical: 0.1 })
    const own = monitorSchema.parse({ name: 'n', model: 'm', thresholds: { expected_performance: thresholds.concept } }) // prettier-ignore
    expect(rulesOf(own, [{ columns, slices: [WHOLE] }]).expected.thresholds).toEqual(thresholds.concept)
  })

  test('kinds that need labels have windows of their own', () => {
    expect(streamsOf({ checks: ['feature', 'concept'] })).toEqual(['predictions', 'labels'])
    expect(streamsOf({ checks: ['performance'] })).toEqual(['labels'])
    expect(streamsOf({ checks: ['prediction'] })).toEqual(['predictions'])
  })
})

describe('longer windows', () => {
  const end = new Date(100 * DAY)
  const lengths = async (window: number, enough: Record<string, number>, rows = 1) => {
    const seen: Record<string, number[]> = {}
    const outcomes = await evaluateExtending({
      starts: windowStarts({ window, timezone: 'UTC' }, end),
      subjects: Object.keys(enough),
      read: async (start) => end.getTime() - start.getTime(),
      hasRows: () => rows > 0,
      evaluate: (subject, length) => {
        ;(seen[subject] ??= []).push(length / DAY)
        return { outcome: length / DAY, isShort: length < enough[subject] * DAY }
      },
    })
    return { seen, outcomes }
  }

  test('double until each has enough, up to 30 days, in the order of what was asked', async () => {
    const { seen, outcomes } = await lengths(DAY, { never: 99, soon: 1, later: 3 })
    expect(seen).toEqual({ never: [1, 2, 4, 8, 16, 30], soon: [1], later: [1, 2, 4] })
    expect(outcomes).toEqual([30, 1, 4])
  })

  test('are not looked at where the window itself has no rows', async () => {
    expect((await lengths(DAY, { never: 99 }, 0)).seen).toEqual({ never: [1] })
    expect((await lengths(30 * DAY, { never: 99 })).seen).toEqual({ never: [30] })
  })
})

describe('the plan of a roll-up', () => {
  const dirty = (hours: number, stream: 'predictions' | 'labels') =>
    Array.from({ length: hours }, (_, i) => ({ stream, hour: new Date(i * HOUR), batch: String(i) }))
  const features = Array.from({ length: 1200 }, (_, i) => column('feature', `x${i}`, numbers(250)))
  const label = column('label', 'label', categories(Array.from({ length: 60 }, (_, i) => `c${i}`)))

  test('holds statements of bounded size, each column once, losses and delays once', () => {
    const jobs = planRollup('multiclass', [...features, label], dirty(3, 'labels'))
    expect(jobs.flatMap(({ hours }) => hours.map((hour) => hour.getTime() / HOUR))).toEqual([0, 1, 2])
    for (const { columns, labelled } of jobs) {
      expect(columns).toEqual([[label]])
      expect(labelled.flatMap((sums) => sums.columns)).toEqual(features)
      expect(labelled.map(({ losses, delays }) => [losses?.length, delays])).toEqual([[1200, true], ...labelled.slice(1).map(() => [undefined, undefined])]) // prettier-ignore
      for (const sums of labelled) {
        const cells = sums.columns.reduce((sum, { binning }) => sum + slotCount(binning) * 51, 0)
        expect(cells).toBeLessThanOrEqual(4_000_000)
        expect(sums.columns.length).toBeLessThanOrEqual(500)
      }
    }
  })

  test('joins hours as long as they are small', () => {
    const small = [column('feature', 'x'), column('label', 'label', categories(['a', 'b']))]
    const jobs = planRollup('binary', small, [...dirty(500, 'labels'), ...dirty(3, 'predictions')])
    expect(jobs.map(({ stream, hours }) => [stream, hours.length])).toEqual([['predictions', 3], ['labels', 500]]) // prettier-ignore
  })

  test('without labels in the baseline sums none, and without a baseline counts nothing', () => {
    const jobs = planRollup(
      'binary',
      [column('feature', 'x')],
      [...dirty(2, 'labels'), ...dirty(2, 'predictions')],
    )
    expect(jobs.map(({ stream, labelled }) => [stream, labelled])).toEqual([['predictions', []]])
    expect(planRollup('binary', [], dirty(2, 'predictions'))).toEqual([])
  })
})

describe('labels', () => {
  test('are told apart by the positive class, by up to 50 of several, or by their distance from the mean', () => {
    const many = categories(Array.from({ length: 60 }, (_, i) => `c${i}`))
    const scale = labelScale('multiclass', many)
    expect(scale.kind === 'classes' && scale.classes.length).toBe(50)
    const two = { ...categories(['fine', 'late']), positive: 'fine' }
    expect(labelScale('binary', two)).toEqual({ kind: 'classes', classes: ['fine'], positive: 'fine' })
    expect(labelScale('binary', categories(['fine', 'late']))).toEqual({ kind: 'classes', classes: ['late'], positive: undefined }) // prettier-ignore
    expect(labelScale('regression', { ...numbers(3), centre: 7 } as ColumnBinning)).toEqual({
      kind: 'number',
      centre: 7,
    })
  })

  test('of a binary model whose positive class nobody named give no estimate, and it is said why', () => {
    const score = column('score', 'score')
    const scale = labelScale('binary', categories(['fine', 'late']))
    expect(estimateColumns('binary', [score], scale, [])).toBe('positive_class_unknown')
    expect(estimateColumns('binary', [], scale, [])).toBe('no_scores_in_baseline')
    const number = { kind: 'number', centre: 0 } as const
    expect(estimateColumns('regression', [], number, [])).toBe('no_predictions_in_baseline')
    const prediction = column('prediction', 'prediction')
    expect(estimateColumns('regression', [prediction], number, [])).toBe('no_errors_in_baseline')
  })
})
