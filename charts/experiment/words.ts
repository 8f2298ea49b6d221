import { EXPERIMENT_LOSSES, type ExperimentState } from '../../domain/experiment.ts'
import type { ExperimentData, ExperimentPoint } from '../data.ts'
import { formatInstant, formatNumber, formatPercent, formatPeriod } from '../format.ts'
import { plural, sentence } from '../summary.ts'
import { tableColumn, type Table } from '../table.ts'

const STATES: Record<ExperimentState, string> = {
  champion_better: 'champion better',
  challenger_better: 'challenger better',
  equivalent: 'equivalent',
  undecided: 'undecided',
  inconclusive: 'inconclusive',
}

/** A state as people read it. */
export const stateWords = (state: ExperimentState): string => STATES[state]

/** The point at which it was decided; undefined while it goes on. */
export function decidedAt(points: readonly ExperimentPoint[]): ExperimentPoint | undefined {
  return points.find(({ state }) => state !== 'undecided')
}

/**
 * `Brier score, challenger minus champion, from 1 to 4 Apr 2001: −0.012 after 6,300 rows, −0.02 to −0.001 at 95%,
 * challenger better since 3 Apr 2001 14:00 UTC.`
 */
export function experimentSummary({ metric, level, points }: ExperimentData): string {
  const loss = EXPERIMENT_LOSSES[metric]
  const what = `${loss.charAt(0).toUpperCase()}${loss.slice(1)}, challenger minus champion`
  const [first, last] = [points[0], points[points.length - 1]]
  if (first === undefined) return `${what}: no rows yet.`
  const decided = decidedAt(points)
  const where = `${what}, from ${formatPeriod(first.time, last.time)}`
  return sentence(`${where}: ${formatNumber(last.difference)} after ${plural(last.rows, 'row')}`, [
    last.lower === null
      ? 'without an interval yet'
      : `${formatNumber(last.lower)} to ${formatNumber(last.upper)} at ${formatPercent(level)}`,
    decided === undefined
      ? stateWords(last.state)
      : `${stateWords(decided.state)} since ${formatInstant(decided.time)}`,
  ])
}

export function experimentTable({ points }: ExperimentData): Table {
  return {
    columns: [
      tableColumn('Hour', 'time'),
      tableColumn('Rows so far', 'count'),
      tableColumn('Challenger minus champion', 'number'),
      tableColumn('Lower', 'number'),
      tableColumn('Upper', 'number'),
      tableColumn('State'),
    ],
    rows: points.map(({ time, rows, difference, lower, upper, state }) => [
      time,
      rows,
      difference,
      lower,
      upper,
      stateWords(state),
    ]),
  }
}
