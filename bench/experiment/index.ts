import type { ExperimentRule } from '../../detectors/experiment/experiment.ts'
import { experimentSequence } from '../../detectors/experiment/sequence.ts'
import { progressBar } from '../../cli/shared/progress.ts'
import { median, share } from '../false-alarms/intervals.ts'
import { Random } from '../false-alarms/random.ts'
import { markdownTable } from '../markdown-table.ts'
import type { BenchOptions } from '../options.ts'
import { print } from '../support.ts'
import { normalRows } from './draws.ts'
import { runLateLabels } from './late-labels.ts'
import { DEPENDENT_CELLS, NULL_CELLS } from './null-cells.ts'
import { rivalsOn } from './rivals.ts'
import { drawHours, type Stream } from './streams.ts'
import { hasWinner } from './winner.ts'

const RULE: ExperimentRule = { alpha: 0.05, minRows: 500, minHours: 24, metric: 'log_loss' }
const MIN_HOURS = [24, 168, 336]
const SHIFTS = [0.02, 0.05, 0.1]
const PER_HOUR = [10, 100, 1000]

interface Size {
  only: string
  runs: number
  hours: number
}

/** How often experiments name a wrong winner, and how soon the right one. */
export async function benchExperiment({
  tiny,
  only = '',
  runs = tiny ? 2 : 500,
}: BenchOptions): Promise<void> {
  const days = tiny ? 3 : 90
  const size: Size = { only, runs, hours: 24 * days }
  print(`Experiments of ${days} days, looked at every hour, ${runs} runs a cell, 95% intervals.`)
  await benchNull(size)
  await benchLateLabels(size)
  await benchDependent(size)
  await benchPower(size)
}

async function benchNull({ only, runs, hours }: Size): Promise<void> {
  const head = ['no true difference', 'false winner', 'by the variance of rows alone', 'by a t-test at every hour'] // prettier-ignore
  const rows: string[][] = []
  for (const stream of chosen(NULL_CELLS, only)) {
    const found = await each(stream.name, runs, (random) => {
      const drawn = drawHours(random, stream, hours)
      const { points, planRows } = experimentSequence(drawn, RULE)
      const rivals = planRows === undefined ? undefined : rivalsOn(drawn, RULE, planRows)
      return { winner: hasWinner(points), ...rivals }
    })
    rows.push([
      stream.name,
      interval(found.map(({ winner }) => winner)),
      interval(found.map(({ rowVariance }) => rowVariance === true)),
      interval(found.map(({ tTest }) => tTest === true)),
    ])
  }
  show(head, rows)
}

async function benchLateLabels({ only, runs, hours }: Size): Promise<void> {
  const name = 'split in halves, 100 an hour, the labels of the challenger late'
  if (!name.includes(only)) return
  const found = await each(name, runs, (random) => runLateLabels(random, RULE, hours))
  show(
    ['no true difference', 'hours enter once mature', 'labels as they come, daily'],
    [[name, interval(found.map(({ mature }) => mature)), interval(found.map((run) => run.asTheyCome))]],
  )
}

async function benchDependent({ only, runs, hours }: Size): Promise<void> {
  const rows: string[][] = []
  for (const stream of chosen(DEPENDENT_CELLS, only)) {
    const found = await each(stream.name, runs, (random) => {
      const drawn = drawHours(random, stream, hours)
      return MIN_HOURS.map(
        (minHours) => experimentSequence(drawn, { ...RULE, minHours }).points.at(-1)?.state !== 'undecided',
      )
    })
    rows.push([stream.name, ...MIN_HOURS.map((_, i) => interval(found.map((run) => run[i])))])
  }
  show(['no true difference: false winner', ...MIN_HOURS.map((least) => `min_hours ${least}`)], rows)
}

async function benchPower({ only, runs, hours }: Size): Promise<void> {
  const cells = PER_HOUR.flatMap(
    (perHour) =>
    SHIFTS.map((shift) => ({ name: `pairs, ${perHour} an hour, ${shift} deviations`, perHour, rows: normalRows, shift })), // prettier-ignore
  )
  const together = [0, 1 / 3].map((both) => ({
    name: `split in halves, 200 an hour, 0.1 deviations${both > 0 ? ', hours move together on both sides' : ''}`,
    perHour: 200,
    rows: normalRows,
    challengerShare: 0.5,
    shift: 0.1,
    both,
  }))
  const rows: string[][] = []
  for (const stream of chosen([...cells, ...together], only)) {
    const found = await each(stream.name, runs, (random) => {
      const { points } = experimentSequence(drawHours(random, stream, hours), RULE)
      const first = points.findIndex(({ state }) => state !== 'undecided')
      return { hours: first < 0 ? Infinity : first + 1, wrong: points[first]?.state === 'challenger_better' }
    })
    const middle = median(found.map((run) => run.hours))
    rows.push([
      stream.name,
      interval(found.map((run) => run.hours < Infinity && !run.wrong)),
      middle === Infinity ? 'not found' : `${middle}`,
      interval(found.map(({ wrong }) => wrong)),
    ])
  }
  show(['a true difference', 'found', 'median hours', 'the wrong winner'], rows)
}

const chosen = (cells: readonly Stream[], only: string) => cells.filter(({ name }) => name.includes(only))

async function each<Run>(name: string, runs: number, run: (random: Random) => Run): Promise<Run[]> {
  const progress = progressBar()
  const found: Run[] = []
  for (let seed = 1; seed <= runs; seed++) {
    found.push(run(new Random(seed)))
    progress.update(seed, runs, name)
    await Promise.resolve()
  }
  progress.stop()
  return found
}

/** In percent. */
function interval(runs: readonly boolean[]): string {
  const { value, low, high } = share(runs.filter(Boolean).length, runs.length)
  const text = (part: number) => (100 * part).toFixed(1)
  return `${text(value)}% [${text(low)}, ${text(high)}]`
}

function show(head: string[], rows: string[][]): void {
  if (rows.length > 0) print(`\n${markdownTable([head, ...rows])}`)
}
