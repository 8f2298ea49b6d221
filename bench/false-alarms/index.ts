import { DEFAULT_RULE } from '../../detectors/verdict/judge.ts'
import { DEFAULT_THRESHOLDS } from '../../domain/thresholds.ts'
import { progressBar } from '../../cli/shared/progress.ts'
import type { BenchOptions } from '../options.ts'
import { print, withStore } from '../support.ts'
import { runDetection } from './detection.ts'
import { flightsStream, readJanuary } from './flights.ts'
import { PLAIN_RULES } from './plain-rules.ts'
import { Random } from './random.ts'
import { compareWithRealMonitor } from './real-monitor.ts'
import { unevenColumns } from './columns.ts'
import { detectionLine, stationaryLine } from './report.ts'
import { shiftedColumn, SHIFTS } from './shifts.ts'
import { EVALUATIONS, runStationary, type RuleOf, type StationaryRun } from './stationary.ts'
import { simulatedStream, streamOf, type Stream } from './stream.ts'

const SIZE = {
  runs: 30,
  windowRows: [200, 500, 1000, 50_000],
  features: [10, 50, 200],
  truePsi: [0.15, 0.2, 0.3, 0.5],
  evaluations: EVALUATIONS,
  /** A change takes four days of one column, so more of them are watched. */
  detectionsPerRun: 10,
  others: { features: 50, rows: [200, 1000, 50_000], changedRows: [200, 1000] },
  real: { features: 50, rows: 1000, days: 3, baselineDays: 10 },
}
const TINY: typeof SIZE = {
  runs: 1,
  windowRows: [200],
  features: [2],
  truePsi: [0.5],
  evaluations: 10,
  detectionsPerRun: 1,
  others: { features: 2, rows: [200], changedRows: [200] },
  real: { features: 2, rows: 200, days: 1, baselineDays: 1 },
}
/** The plain rules alarm so often that a fifth of the runs tells. */
const PLAIN_EVERY = 5
const OTHERS_EVERY = 5

/**
 * How often a monitor with the default rule is wrong, and how soon it is right: 90 days of hourly evaluations of data
 * that does not change, and changes of known size at known times, through the judge and the transition of the service.
 */
export async function benchFalseAlarms({ tiny, only = '', ...options }: BenchOptions): Promise<void> {
  const size = tiny ? TINY : SIZE
  const { evaluations } = size
  const runs = options.runs ?? size.runs
  const cell = cellsWith(only)
  const ruleOf: RuleOf = (alpha) => ({ ...DEFAULT_RULE, alpha })
  print(`False alerts per model in 90 days of hourly evaluations, ${runs} runs a cell, 95% intervals.`)
  print(
    `Beside them on the same streams, for ${PLAIN_RULES.join(', ')}: alerts, and share of evaluations in alert.`,
  )
  for (const features of size.features) {
    for (const correlated of [false, true]) {
      for (const rows of size.windowRows) {
        const name = `${features} ${correlated ? 'correlated' : 'independent'} features, ${rows} rows`
        const run = (seed: number) =>
          stationary(simulatedStream(new Random(seed), features, correlated), rows, seed, ruleOf, evaluations)
        await cell({ name, runs, run, line: stationaryLine })
      }
    }
  }
  for (const features of size.features) {
    for (const rows of size.windowRows) {
      const fixed = { rows, evaluations, ruleOf, plain: false, screened: false }
      await cell({
        name: `${features} uneven features, ${rows} rows`,
        runs,
        run: (seed) => runStationary(streamOf(new Random(seed), unevenColumns(features)), fixed),
        line: stationaryLine,
      })
    }
  }
  await withStore(async (store) => {
    const flights = await readJanuary(store)
    for (const rows of size.windowRows) {
      const run = async (seed: number) =>
        stationary(
          await flightsStream(store, flights, new Random(seed), seed),
          rows,
          seed,
          ruleOf,
          evaluations,
        )
      await cell({ name: `January's flights, ${rows} rows`, runs, run, line: stationaryLine })
    }
  })
  const changes = size.detectionsPerRun * runs
  print(`Changes of one column of 50 found within 24 h and 48 h, and median delay, of ${changes} each; beside them the share within 48 h and the median by the plain rules.`) // prettier-ignore
  for (const shift of SHIFTS) {
    for (const psi of size.truePsi) {
      const column = shiftedColumn(shift, psi)
      for (const rows of size.windowRows) {
        const name = `${shift}, true PSI ${psi}, ${rows} rows`
        const run = (seed: number) => runDetection(column, rows, seed, ruleOf)
        await cell({ name, runs: changes, run, line: detectionLine })
      }
    }
  }
  await benchOtherRules(cell, runs, size)
  await cell({
    name: `${size.real.features} features, ${size.real.rows} rows through the real monitor for ${size.real.days} days`,
    runs: 1,
    run: (seed) => withStore((store) => compareWithRealMonitor(store, { ...size.real, seed })),
    line: (name, [{ verdicts, breaches, alerts }]) =>
      `${name}: ${verdicts} verdicts, ${breaches} breaches and ${alerts} alerts, all equal to the simulation's.`,
  })
}

/** The other deciding rules, with their default thresholds; the screen knows the default one only, so there are fewer runs. */
async function benchOtherRules(
  cell: RunCell,
  runs: number,
  { others, evaluations, detectionsPerRun }: typeof SIZE,
): Promise<void> {
  const fewer = Math.max(1, Math.floor(runs / OTHERS_EVERY))
  print(`Other deciding rules, ${others.features} independent features: false alerts in 90 days, ${fewer} runs a cell; and changes found.`) // prettier-ignore
  for (const decide of ['ks', 'jensen_shannon', 'baseline_deviation'] as const) {
    const ruleOf: RuleOf = (alpha) => ({
      ...DEFAULT_RULE,
      decide,
      thresholds: DEFAULT_THRESHOLDS[decide],
      alpha,
    })
    const options = { evaluations, ruleOf, plain: false, screened: false }
    for (const rows of others.rows) {
      const run = (seed: number) =>
        runStationary(simulatedStream(new Random(seed), others.features, false), { rows, ...options })
      await cell({ name: `${decide}, ${rows} rows`, runs: fewer, run, line: stationaryLine })
    }
    for (const shift of SHIFTS) {
      for (const rows of others.changedRows) {
        const name = `${decide}, ${shift}, true PSI 0.2, ${rows} rows`
        const column = shiftedColumn(shift, 0.2)
        const run = (seed: number) => runDetection(column, rows, seed, ruleOf)
        await cell({ name, runs: detectionsPerRun * fewer, run, line: detectionLine })
      }
    }
  }
}

function stationary(
  stream: Stream,
  rows: number,
  seed: number,
  ruleOf: RuleOf,
  evaluations: number,
): StationaryRun {
  const plain = seed % PLAIN_EVERY === 1
  return runStationary(stream, { rows, evaluations, ruleOf, plain, screened: true })
}

interface Cell<T> {
  name: string
  /** With seeds from 1 on. */
  runs: number
  run: (seed: number) => T | Promise<T>
  line: (name: string, found: T[]) => string
}
type RunCell = <T>(cell: Cell<T>) => Promise<void>

/** Runs cells whose name has `only` in it, and prints a line for each. */
function cellsWith(only: string): RunCell {
  return async ({ name, runs, run, line }) => {
    if (!name.includes(only)) return
    const progress = progressBar()
    const found = []
    for (let seed = 1; seed <= runs; seed++) {
      found.push(await run(seed))
      progress.update(seed, runs, name)
    }
    progress.stop()
    print(line(name, found))
  }
}
