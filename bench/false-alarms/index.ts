import { DEFAULT_RULE } from '../../detectors/judge.ts'
import { DEFAULT_THRESHOLDS } from '../../store/monitor.ts'
import { progressBar } from '../../cli/progress.ts'
import { print, withStore } from '../support.ts'
import { runDetection } from './detection.ts'
import { flightsStream, readJanuary } from './flights.ts'
import { PLAIN_RULES } from './plain-rules.ts'
import { Random } from './random.ts'
import { compareWithRealMonitor } from './real-monitor.ts'
import { detectionLine, stationaryLine } from './report.ts'
import { shiftedColumn, SHIFTS } from './shifts.ts'
import { EVALUATIONS, runStationary, type RuleOf, type StationaryRun } from './stationary.ts'
import { simulatedStream, type Stream } from './stream.ts'

const WINDOW_ROWS = [200, 500, 1000, 50_000]
const FEATURES = [10, 50, 200]
const TRUE_PSI = [0.15, 0.2, 0.3, 0.5]
const DEFAULT_RUNS = 30
/** The plain rules alarm so often that a fifth of the runs tells. */
const PLAIN_EVERY = 5
const OTHERS_EVERY = 5
/** A change takes four days of one column, so more of them are watched. */
const DETECTIONS_PER_RUN = 10

/**
 * How often a monitor with the default rule is wrong, and how soon it is right: 90 days of hourly evaluations of data
 * that does not change, and changes of known size at known times, through the judge and the transition of the service.
 * @param runs of each cell
 */
export async function benchFalseAlarms({
  runs = DEFAULT_RUNS,
}: {
  runs?: number | undefined
}): Promise<void> {
  const ruleOf: RuleOf = (alpha) => ({ ...DEFAULT_RULE, alpha })
  print(`False alerts per model in 90 days of hourly evaluations, ${runs} runs a cell, 95 % intervals.`)
  print(
    `Beside them on the same streams, for ${PLAIN_RULES.join(', ')}: alerts, and share of evaluations in alert.`,
  )
  for (const features of FEATURES) {
    for (const correlated of [false, true]) {
      for (const rows of WINDOW_ROWS) {
        const name = `${features} ${correlated ? 'correlated' : 'independent'} features, ${rows} rows`
        const found = await eachRun(name, runs, (seed) =>
          stationary(simulatedStream(new Random(seed), features, correlated), rows, seed, ruleOf),
        )
        print(stationaryLine(name, found, EVALUATIONS))
      }
    }
  }
  await withStore(async (store) => {
    const flights = await readJanuary(store)
    for (const rows of WINDOW_ROWS) {
      const name = `January's flights, ${rows} rows`
      const found = await eachRun(name, runs, async (seed) =>
        stationary(await flightsStream(store, flights, new Random(seed), seed), rows, seed, ruleOf),
      )
      print(stationaryLine(name, found, EVALUATIONS))
    }
  })
  const changes = DETECTIONS_PER_RUN * runs
  print(`Changes of one column of 50 found within 24 h and 48 h, and median delay, of ${changes} each; beside them the share within 48 h and the median by the plain rules.`) // prettier-ignore
  for (const shift of SHIFTS) {
    for (const psi of TRUE_PSI) {
      const column = shiftedColumn(shift, psi)
      for (const rows of WINDOW_ROWS) {
        const name = `${shift}, true PSI ${psi}, ${rows} rows`
        print(
          detectionLine(
            name,
            await eachRun(name, changes, (seed) => runDetection(column, rows, seed, ruleOf)),
          ),
        )
      }
    }
  }
  await benchOtherRules(runs)
  await withStore(async (store) => {
    const progress = progressBar()
    const options = { features: 50, rows: 1000, days: 3, seed: 1 }
    const { verdicts, breaches, alerts } = await compareWithRealMonitor(store, { ...options, onProgress: (done, total) => progress.update(done, total, 'real monitor') }) // prettier-ignore
    progress.stop()
    print(`50 features, 1000 rows through the real monitor for 3 days: ${verdicts} verdicts, ${breaches} breaches and ${alerts} alerts, all equal to the simulation's.`) // prettier-ignore
  })
}

/** The other deciding rules, with their default thresholds; the screen knows the default one only, so there are fewer runs. */
async function benchOtherRules(runs: number): Promise<void> {
  const fewer = Math.max(1, Math.floor(runs / OTHERS_EVERY))
  print(`Other deciding rules, 50 independent features: false alerts in 90 days, ${fewer} runs a cell; and changes found.`) // prettier-ignore
  for (const decide of ['ks', 'jensen_shannon', 'baseline_deviation'] as const) {
    const ruleOf: RuleOf = (alpha) => ({
      ...DEFAULT_RULE,
      decide,
      thresholds: DEFAULT_THRESHOLDS[decide],
      alpha,
    })
    const options = { evaluations: EVALUATIONS, ruleOf, plain: false, screened: false }
    for (const rows of [200, 1000, 50_000]) {
      const name = `${decide}, ${rows} rows`
      const found = await eachRun(name, fewer, (seed) =>
        runStationary(simulatedStream(new Random(seed), 50, false), { rows, ...options }),
      )
      print(stationaryLine(name, found, EVALUATIONS))
    }
    for (const shift of SHIFTS) {
      for (const rows of [200, 1000]) {
        const name = `${decide}, ${shift}, true PSI 0.2, ${rows} rows`
        const column = shiftedColumn(shift, 0.2)
        print(detectionLine(name, await eachRun(name, DETECTIONS_PER_RUN * fewer, (seed) => runDetection(column, rows, seed, ruleOf)))) // prettier-ignore
      }
    }
  }
}

function stationary(stream: Stream, rows: number, seed: number, ruleOf: RuleOf): StationaryRun {
  const plain = seed % PLAIN_EVERY === 1
  return runStationary(stream, { rows, evaluations: EVALUATIONS, ruleOf, plain, screened: true })
}

/** Runs with seeds from 1 on. */
async function eachRun<T>(name: string, runs: number, run: (seed: number) => T | Promise<T>): Promise<T[]> {
  const progress = progressBar()
  const found: T[] = []
  for (let seed = 1; seed <= runs; seed++) {
    found.push(await run(seed))
    progress.update(seed, runs, name)
  }
  progress.stop()
  return found
}
