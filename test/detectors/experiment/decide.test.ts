import { describe, expect, test } from 'vitest'
import { decideExperiment } from '../../../detectors/experiment/decide.ts'
import {
  type ExperimentDecision,
  type ExperimentHours,
  type ExperimentRule,
  type HourSums,
} from '../../../detectors/experiment/experiment.ts'
import { HOUR_MS } from '../../../domain/time.ts'

const rule: ExperimentRule = { alpha: 0.05, minRows: 500, minHours: 24, metric: 'log_loss' }
const margin = 0.05

/** Hours of n values with this mean and a standard deviation of 0.2. */
const hours = (count: number, mean: number, n = 100): HourSums[] =>
  Array.from({ length: count }, (_, i) => ({ hour: i * HOUR_MS, n, sum: n * mean, squares: 0.04 * n }))
const pairs = (count: number, mean: number, n?: number): ExperimentHours => ({
  design: 'paired',
  differences: hours(count, mean, n),
})
const split = (count: number, mean: number): ExperimentHours => ({
  design: 'split',
  challenger: hours(count, 0.5 + mean, 50),
  champion: hours(count, 0.5, 50),
})
const decide = (given: ExperimentHours, own: Partial<ExperimentRule> = {}, until = 0) =>
  decideExperiment(given, { ...rule, ...own }, { matureUntil: until }).decision
const uneven = [...hours(40, 0, 1), { hour: 40 * HOUR_MS, n: 9000, sum: 0, squares: 360 }]

const CASES: [name: string, decision: ExperimentDecision, state: string, reason: string][] = [
  ['nothing yet', decide(pairs(0, 0)), 'undecided', 'The experiment continues: no prediction has a loss of both versions and mature labels.'],
  ['one side only', decide({ design: 'split', challenger: hours(30, 0), champion: [] }), 'undecided', 'The experiment continues: no hour has predictions of both versions with a loss and mature labels.'],
  ['too few rows', decide(pairs(30, 1, 10)), 'undecided', 'The experiment continues: 300 of the 500 pairs needed are available.'],
  ['too few rows on a side', decide(split(9, 1)), 'undecided', 'The experiment continues: 450 of the 500 rows needed on each side are available.'],
  ['too few hours', decide(pairs(23, 1)), 'undecided', 'The experiment continues: 23 of the 24 hours needed are available.'],
  ['uneven hours', decide({ design: 'paired', differences: uneven }), 'undecided', 'The experiment continues: the 41 hours are so uneven that they tell as much as 1.01 even ones, and 24 are needed.'],
  ['nothing varies', decide({ design: 'paired', differences: hours(30, 0).map((hour) => ({ ...hour, squares: 0 })) }), 'undecided', 'The experiment continues: every difference is the same after 30 hours and 3,000 pairs, so chance cannot be estimated.'],
  ['no difference', decide(pairs(63, 0)), 'undecided', 'The experiment continues: the challenger\'s log loss (clipped at 0.01) minus the champion\'s lies between -0.00791 and 0.00791 at 95%, which includes 0, after 63 hours and 6,300 pairs.'],
  ['within a wide interval', decide(pairs(30, 0), { margin: 0.001 }), 'undecided', 'The experiment continues: the challenger\'s log loss (clipped at 0.01) minus the champion\'s lies between -0.0125 and 0.0125 at 95%, which includes 0 and reaches beyond the margin of ±0.001, after 30 hours and 3,000 pairs.'],
  ['the end, labels not mature', decide(pairs(63, 0), { end: 70 * HOUR_MS }, 69 * HOUR_MS), 'undecided', 'The experiment continues: the challenger\'s log loss (clipped at 0.01) minus the champion\'s lies between -0.00791 and 0.00791 at 95%, which includes 0, after 63 hours and 6,300 pairs.'],
  ['the end', decide(pairs(63, 0), { end: 70 * HOUR_MS }, 70 * HOUR_MS), 'inconclusive', 'The experiment ended without a decision: the challenger\'s log loss (clipped at 0.01) minus the champion\'s lies between -0.00791 and 0.00791 at 95%, which includes 0, after 63 hours and 6,300 pairs.'],
  ['the end without a row', decide(pairs(0, 0), { end: 1 }, 1), 'inconclusive', 'The experiment ended without a decision: no prediction has a loss of both versions and mature labels.'],
  ['the end of one that is decided', decide(pairs(63, 0.1), { end: 70 * HOUR_MS }, 70 * HOUR_MS), 'champion_better', 'The champion is better: its log loss (clipped at 0.01) is lower by 0.1 (0.0854 to 0.115 at 95%) after 24 hours and 2,400 pairs. With fewer than 7 days, it is not known how much days differ.'],
  ['a better challenger', decide(pairs(200, -0.009), { alpha: 0.01, metric: 'accuracy' }), 'challenger_better', 'The challenger is better: its error rate is lower by 0.009 (0.0000115 to 0.018 at 99%) after 66 hours and 6,600 pairs. With fewer than 7 days, it is not known how much days differ.'],
  ['a better challenger of split traffic', decide(split(400, -0.015)), 'challenger_better', 'The challenger is better: its log loss (clipped at 0.01) is lower by 0.015 (0.000106 to 0.0299 at 95%) after 70 hours and 7,000 rows. With fewer than 7 days, it is not known how much days differ.'],
  ['equivalent', decide(split(400, 0.001), { margin }), 'equivalent', 'The versions are equivalent: the challenger\'s log loss (clipped at 0.01) minus the champion\'s lies between -0.0281 and 0.0301 at 95%, within the margin of ±0.05, after 24 hours and 2,400 rows. With fewer than 7 days, it is not known how much days differ.'],
  ['a certain difference within the margin', decide(pairs(30, 0.02), { margin }), 'equivalent', 'The versions are equivalent: the challenger\'s log loss (clipped at 0.01) minus the champion\'s lies between 0.00545 and 0.0346 at 95%, within the margin of ±0.05, after 24 hours and 2,400 pairs. With fewer than 7 days, it is not known how much days differ.'],
  ['a small difference, after weeks', decide(pairs(400, 0.0042)), 'champion_better', 'The champion is better: its log loss (clipped at 0.01) is lower by 0.0042 (0.00000771 to 0.00839 at 95%) after 210 hours and 21,000 pairs.'],
  ['a certain difference beyond the margin', decide(pairs(30, 0.06), { margin }), 'champion_better', 'The champion is better: its log loss (clipped at 0.01) is lower by 0.06 (0.0454 to 0.0746 at 95%) after 24 hours and 2,400 pairs. With fewer than 7 days, it is not known how much days differ.'],
] // prettier-ignore

test.each(CASES)('%s', (_, decision, state, reason) => {
  expect(decision.state).toBe(state)
  expect(decision.reason).toBe(reason)
})

describe('a decision', () => {
  const earlier = decide(pairs(30, 0.1))

  test('is that of the first look, whatever comes later', () => {
    const later = [...hours(30, 0.1), ...hours(300, -0.1).slice(30)]
    expect(decide({ design: 'paired', differences: later })).toEqual(earlier)
    expect(earlier.point).toMatchObject({ hours: 24, rows: 2400, state: 'champion_better' })
  })

  test('stays when labels are corrected afterwards', () => {
    const corrected = decideExperiment(pairs(300, -0.1), rule, { matureUntil: 0, earlier })
    expect(corrected.decision).toBe(earlier)
  })

  test('that is still open is taken anew', () => {
    const open = decide(pairs(30, 0))
    expect(decideExperiment(pairs(30, 0.1), rule, { matureUntil: 0, earlier: open }).decision).toEqual(earlier) // prettier-ignore
  })
})

test('the rows of a week are taken from the traffic before the first look, or as declared', () => {
  const outcome = (own: Partial<ExperimentRule>) =>
    decideExperiment(pairs(100, 0), { ...rule, ...own }, { matureUntil: 0 })
  expect(outcome({}).planRows).toBe(100 * 168)
  expect(outcome({ planRows: 12 }).planRows).toBe(12)
  const twice = { design: 'paired' as const, differences: [...hours(24, 0), ...hours(100, 0, 900).slice(24)] }
  expect(decideExperiment(twice, rule, { matureUntil: 0 }).planRows).toBe(100 * 168)
})
