import type { ExperimentHours, HourSums } from '../../detectors/experiment/experiment.ts'
import { HOUR_MS } from '../../domain/time.ts'
import type { Random } from '../false-alarms/random.ts'
import { normal, type RowLaw } from './draws.ts'

/** A Monday. */
export const START = Date.UTC(2026, 0, 5)

export interface Stream {
  name: string
  perHour: number
  rows: RowLaw
  /** What all rows of an hour have in common: its standard deviation, in those of a row. */
  hourly?: number
  /** How much of that an hour keeps from the one before it. */
  kept?: number
  /** The same of all rows of a day. */
  daily?: number
  /** The share of rows that the challenger gets; without one, both versions score every row. */
  challengerShare?: number
  /** Of split rows, what an hour has in common on both sides. */
  both?: number
  /** Mean difference, in standard deviations of a row. */
  shift?: number
}

/** The hours of one run. Traffic follows the time of day, and is random. */
export function drawHours(random: Random, stream: Stream, hours: number): ExperimentHours {
  const { perHour, challengerShare, shift = 0, both = 0 } = stream
  const common = [effects(random, stream), effects(random, stream)]
  const differences: HourSums[] = []
  const champion: HourSums[] = []
  for (let i = 0; i < hours; i++) {
    const due = perHour * (1 + 0.5 * Math.sin((2 * Math.PI * i) / 24))
    const n = random.binomial(Math.round(4 * due), 1 / 4)
    const hour = START + i * HOUR_MS
    const first = shift + common[0](i)
    if (challengerShare === undefined) {
      differences.push(sumsOf(random, stream.rows, hour, n, first))
      continue
    }
    const own = random.binomial(n, challengerShare)
    const shared = both === 0 ? 0 : both * normal(random)
    differences.push(sumsOf(random, stream.rows, hour, own, first + shared))
    champion.push(sumsOf(random, stream.rows, hour, n - own, common[1](i) + shared))
  }
  return challengerShare === undefined
    ? { design: 'paired', differences }
    : { design: 'split', challenger: differences, champion }
}

export function sumsOf(random: Random, rows: RowLaw, hour: number, n: number, mean: number): HourSums {
  if (n === 0) return { hour, n, sum: 0, squares: 0 }
  const [sum, squares] = rows(random, n)
  return { hour, n, sum: sum + n * mean, squares }
}

/** What the rows of hour i have in common; asked for in order of time. */
function effects(random: Random, { hourly = 0, kept = 0, daily = 0 }: Stream): (i: number) => number {
  let ofHour = normal(random)
  let ofDay = 0
  return (i) => {
    if (daily > 0 && i % 24 === 0) ofDay = normal(random)
    if (hourly > 0) ofHour = kept * ofHour + Math.sqrt(1 - kept * kept) * normal(random)
    return hourly * ofHour + daily * ofDay
  }
}
