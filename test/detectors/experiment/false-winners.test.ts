/** A small part of the bench `experiment`, with fixed seeds: that looking every hour does not make false winners. */
import { expect, test } from 'vitest'
import { normalRows, rareRows } from '../../../bench/experiment/draws.ts'
import { rivalsOn } from '../../../bench/experiment/rivals.ts'
import { drawHours, type Stream } from '../../../bench/experiment/streams.ts'
import { Random } from '../../../bench/false-alarms/random.ts'
import type { ExperimentRule } from '../../../detectors/experiment/experiment.ts'
import { experimentSequence } from '../../../detectors/experiment/sequence.ts'

const RUNS = 200
const HOURS = 24 * 30
const rule: ExperimentRule = { alpha: 0.05, minRows: 500, minHours: 24, metric: 'brier' }

const CELLS: [stream: Stream, minHours: number][] = [
  [{ name: 'independent pairs', perHour: 100, rows: normalRows }, 24],
  [{ name: 'hours that move together', perHour: 100, rows: normalRows, hourly: 1 / 3 }, 24],
  [{ name: 'pairs that seldom differ', perHour: 30, rows: rareRows }, 24],
  [{ name: 'split traffic', perHour: 100, rows: normalRows, challengerShare: 0.2, hourly: 0.2, both: 0.5 }, 24], // prettier-ignore
  [{ name: 'days that move together', perHour: 100, rows: normalRows, daily: 0.1 }, 336],
]

test.each(CELLS.map(([stream, minHours]) => [stream.name, stream, minHours] as const))(
  '%s',
  (_, stream, minHours) => {
    let winners = 0
    let peeked = 0
    for (let seed = 1; seed <= RUNS; seed++) {
      const hours = drawHours(new Random(seed), stream, HOURS)
      const { points, planRows } = experimentSequence(hours, { ...rule, minHours })
      if (points.at(-1)?.state !== 'undecided') winners++
      if (rivalsOn(hours, rule, planRows!).tTest) peeked++
    }
    // With 5%, 19 and more of 200 have a probability of 0.6%.
    expect(winners).toBeLessThan(19)
    expect(peeked).toBeGreaterThan(0.25 * RUNS)
  },
)
