import { progressBar } from '../../cli/shared/progress.ts'
import { rate, share } from '../false-alarms/intervals.ts'
import { Random } from '../false-alarms/random.ts'
import type { BenchOptions } from '../options.ts'
import { print } from '../support.ts'
import { powerCells } from './power.ts'
import { runNull, type NullOptions, type NullRun } from './null-run.ts'

const WINDOW_ROWS = [200, 1000, 10_000]
const FEATURES = [10, 50, 200]
const TRAFFIC = [
  { perHour: 50, spread: 0.1 },
  { perHour: 500, spread: 0.05 },
  { perHour: 500, spread: 0.1 },
  { perHour: 500, spread: 0.2 },
]

/** How often a monitor of drift and quality is wrong while nothing is wrong, and how soon it finds what is. */
export async function benchQuality({ tiny, only = '', runs = tiny ? 1 : 20 }: BenchOptions): Promise<void> {
  const days = tiny ? 1 : 90
  print(
    `False alerts of drift and quality in ${days} days of hourly checks, ${runs} runs a cell, 95% intervals.`,
  )
  for (const features of tiny ? [2] : FEATURES)
    for (const traffic of tiny ? TRAFFIC.slice(0, 1) : TRAFFIC) {
      const options: NullOptions = { ...traffic, features, days }
      const name = `${features} features, ${traffic.perHour} rows an hour, traffic varies by ${100 * traffic.spread}%`
      if (!name.includes(only)) continue
      const progress = progressBar()
      const found: NullRun[] = []
      for (let seed = 1; seed <= runs; seed++) {
        found.push(runNull(new Random(seed), options))
        progress.update(seed, runs, name)
        await Promise.resolve()
      }
      progress.stop()
      print(line(name, found))
    }
  benchPower(only, tiny ? 1 : 10 * runs, tiny)
}

/** Of faults that have just reached the threshold of a warning. */
function benchPower(only: string, runs: number, tiny: boolean): void {
  print(`Faults at the threshold of a warning found within two windows, ${runs} each, 95% intervals.`)
  const cells = (tiny ? [200] : WINDOW_ROWS).flatMap((rows, i) =>
    powerCells(rows, i === 0 ? [0.05, 0.1, 0.2] : [], 500),
  )
  for (const { name, isFound } of cells.filter((cell) => cell.name.includes(only))) {
    let found = 0
    for (let seed = 1; seed <= runs; seed++) if (isFound(new Random(seed))) found++
    const { value, low, high } = share(found, runs)
    print(`${name}: ${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`)
  }
}

function line(name: string, runs: readonly NullRun[]): string {
  const interval = (counts: readonly number[]) => {
    const { value, low, high } = rate(counts)
    return `${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`
  }
  const of = runs.flatMap(({ findings }) => findings)
  const named = [...new Set(of)].map((finding) => `${finding} ${of.filter((one) => one === finding).length}`)
  const all = interval(runs.map(({ drift, data }) => drift + data))
  return `${name}: ${all}; drift ${interval(runs.map(({ drift }) => drift))}, data ${interval(runs.map(({ data }) => data))} (${named.join(', ') || 'none'})`
}
