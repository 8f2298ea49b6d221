import type { ExperimentHours, ExperimentRule, HourSums } from '../../detectors/experiment/experiment.ts'
import { experimentSequence } from '../../detectors/experiment/sequence.ts'
import { HOUR_MS } from '../../domain/time.ts'
import type { Random } from '../false-alarms/random.ts'
import { normalRows } from './draws.ts'
import { START, sumsOf } from './streams.ts'
import { hasWinner } from './winner.ts'

/** Half of the rows lose more and get their label at once; of the challenger's others, each comes within three days. */
const FAST_LOSS = 0.5
const LATEST_HOURS = 72
const PER_SIDE = 50

export interface LateRun {
  /** Whether a winner was named with hours that enter once their labels are mature. */
  mature: boolean
  /** The same with all labels that have come by then, looked at once a day. */
  asTheyCome: boolean
}

/** Two equal versions with split traffic, of which the challenger's labels are late. */
export function runLateLabels(random: Random, rule: ExperimentRule, hours: number): LateRun {
  const fast = [0, 1].map(() => drawn(random, hours, FAST_LOSS))
  const slow = [0, 1].map(() => drawn(random, hours, -FAST_LOSS))
  const [champion, challenger] = [0, 1].map((side) => fast[side].map((one, i) => merged(one, slow[side][i])))
  const until = (side: readonly HourSums[], end: number) => side.slice(0, Math.max(0, end))
  const entered: ExperimentHours = {
    design: 'split',
    champion: until(champion, hours - LATEST_HOURS),
    challenger: until(challenger, hours - LATEST_HOURS),
  }
  const mature = hasWinner(experimentSequence(entered, rule).points)
  let asTheyCome = false
  for (let now = 24; now <= hours && !asTheyCome; now += 24) {
    const known = until(challenger, now - LATEST_HOURS)
    for (let i = known.length; i < now; i++) {
      const came = random.binomial(slow[1][i].n, (now - i) / LATEST_HOURS)
      known.push(merged(fast[1][i], sumsOf(random, normalRows, slow[1][i].hour, came, -FAST_LOSS)))
    }
    const { points } = experimentSequence({ design: 'split', champion: until(champion, now), challenger: known }, rule) // prettier-ignore
    const last = points.at(-1)
    asTheyCome = last !== undefined && last.lower !== null && (last.lower > 0 || last.upper! < 0)
  }
  return { mature, asTheyCome }
}

const drawn = (random: Random, hours: number, mean: number) =>
  Array.from({ length: hours }, (_, i) =>
    sumsOf(random, normalRows, START + i * HOUR_MS, random.binomial(2 * PER_SIDE, 1 / 4), mean),
  )

function merged(a: HourSums, b: HourSums): HourSums {
  const n = a.n + b.n
  if (a.n === 0 || b.n === 0) return { ...a, n, sum: a.sum + b.sum, squares: a.squares + b.squares }
  const between = (a.sum / a.n - b.sum / b.n) ** 2 * ((a.n * b.n) / n)
  return { hour: a.hour, n, sum: a.sum + b.sum, squares: a.squares + b.squares + between }
}
