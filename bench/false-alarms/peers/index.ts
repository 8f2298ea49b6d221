import type { BenchOptions } from '../../options.ts'
import { installedPython, peersPython, pinned } from '../../peers/python.ts'
import { print } from '../../support.ts'
import { simulatedColumns, testsOf } from '../columns.ts'
import { FEATURES, TESTS, WATCHED } from '../detection.ts'
import { shiftedColumn, SHIFTS, type Shift } from '../shifts.ts'
import { WINDOW_HOURS } from '../sliding.ts'
import { EVALUATIONS } from '../stationary.ts'
import { libraryVerdicts, LIBRARIES } from './libraries.ts'
import { OWN_RULES, ownVerdicts, type Verdicts } from './own-rules.ts'
import { record } from './recording.ts'
import { changeRows, steadyRows } from './table.ts'
import { datasetVerdicts, found, tally, type Found, type Tally } from './tally.ts'

const SIZE = {
  /** Of a stream that does not change; the libraries judge a few of them. */
  runs: 30,
  libraryRuns: 5,
  changes: 100,
  features: [10, 50],
  windowRows: [200, 1000],
  truePsi: [0.2, 0.3],
  evaluations: EVALUATIONS,
  shifts: SHIFTS as readonly Shift[],
}
const TINY: typeof SIZE = {
  runs: 2,
  libraryRuns: 1,
  changes: 2,
  features: [5],
  windowRows: [200],
  truePsi: [0.3],
  evaluations: 10,
  shifts: ['mean'],
}

/** The default of Evidently: a data set drifts when half of its columns do. */
const DRIFT_SHARE = 0.5
const DATASET_RULE = 'Evidently as it comes, half of the columns'

/**
 * False alerts and time to detection of Driftgauge, plain rules, Evidently and NannyML on the same rows, every rule
 * behind the same alert policy.
 */
export async function benchFalseAlarmsPeers({ tiny, only = '', runs }: BenchOptions): Promise<void> {
  const size = tiny ? TINY : { ...SIZE, runs: runs ?? SIZE.runs }
  // What has to be fetched from the network first is no part of the tiny size.
  const python = tiny ? installedPython() : peersPython()
  print(
    python === undefined
      ? 'Without Evidently and NannyML: they are not installed yet, and the full size installs them.'
      : pinned().join(', '),
  )
  print('\nNothing changes: false alerts of a model in 90 days of hourly evaluations, and time in alert.')
  for (const features of size.features)
    for (const rows of size.windowRows) {
      const name = `${features} features, ${rows} rows`
      if (name.includes(only)) print(steadyRows(name, await steady(features, rows, size, python)))
    }
  print(`\nOne of ${FEATURES} columns changes: found within 24 h and 48 h, median delay, firing already.`)
  for (const shift of size.shifts)
    for (const psi of size.truePsi)
      for (const rows of size.windowRows) {
        const name = `${shift}, true PSI ${psi}, ${rows} rows`
        if (name.includes(only))
          print(changeRows(name, await changed(shift, psi, rows, size.changes, python)))
      }
}

/** Of each rule, by name, what it did in each run. */
type ByRule<T> = Map<string, T[]>

async function steady(
  features: number,
  rows: number,
  { runs, libraryRuns, evaluations }: typeof SIZE,
  python: string | undefined,
): Promise<ByRule<Tally>> {
  const columns = simulatedColumns(features, false)
  const results: ByRule<Tally> = new Map()
  const add = (rule: string, verdicts: Verdicts) => append(results, rule, tally(verdicts))
  for (let seed = 1; seed <= runs; seed++) {
    const recording = record({ columns, rows, evaluations, seed })
    for (const [i, verdicts] of ownVerdicts(recording, testsOf(columns)).entries())
      add(OWN_RULES[i], verdicts)
    if (python === undefined || seed > libraryRuns) continue
    for (const [i, [verdicts]] of (await libraryVerdicts(python, [recording], features)).entries()) {
      const { name, library, setting } = LIBRARIES[i]
      if (library === 'evidently' && setting === 'default')
        add(DATASET_RULE, datasetVerdicts(verdicts, DRIFT_SHARE))
      add(name, verdicts)
    }
  }
  return results
}

async function changed(
  shift: Shift,
  psi: number,
  rows: number,
  changes: number,
  python: string | undefined,
): Promise<ByRule<Found>> {
  const to = shiftedColumn(shift, psi)
  const results: ByRule<Found> = new Map()
  const plans = Array.from({ length: changes }, (_, i) => {
    // At an hour of the day that differs from run to run.
    const at = WINDOW_HOURS + ((i + 1) % WINDOW_HOURS)
    const evaluations = at + WATCHED - (WINDOW_HOURS - 1)
    return { columns: [to.before], rows, evaluations, seed: i + 1, change: { at, to } }
  })
  const recordings = plans.map(record)
  const add = (rule: string, i: number, verdicts: Verdicts) =>
    append(results, rule, found(verdicts, plans[i].change.at - (WINDOW_HOURS - 1)))
  for (const [i, recording] of recordings.entries())
    for (const [rule, verdicts] of ownVerdicts(recording, TESTS).entries()) add(OWN_RULES[rule], i, verdicts)
  if (python !== undefined) {
    const byLibrary = await libraryVerdicts(python, recordings, FEATURES)
    for (const [library, ofRecordings] of byLibrary.entries())
      for (const [i, verdicts] of ofRecordings.entries()) add(LIBRARIES[library].name, i, verdicts)
  }
  return results
}

function append<T>(results: ByRule<T>, rule: string, one: T): void {
  const ofRule = results.get(rule)
  if (ofRule === undefined) results.set(rule, [one])
  else ofRule.push(one)
}
