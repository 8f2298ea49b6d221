import type { BenchOptions } from '../../options.ts'
import { installedPython, peersPython, pinned } from '../../peers/python.ts'
import { print } from '../../support.ts'
import { simulatedColumns, testsOf } from '../columns.ts'
import { FEATURES, TESTS } from '../detection.ts'
import { shiftedColumn, SHIFTS, type Shift } from '../shifts.ts'
import { WINDOW_HOURS } from '../sliding.ts'
import { EVALUATIONS } from '../stationary.ts'
import { LIBRARIES, startLibraries, type Libraries } from './libraries.ts'
import { OWN_RULES, ownVerdicts, type Verdicts } from './own-rules.ts'
import { record } from './recording.ts'
import { changeRows, steadyRows } from './table.ts'
import { datasetVerdicts, found, tally, type Found, type Tally } from './tally.ts'

const SIZE = {
  /** Of a stream that does not change. */
  runs: 30,
  /** The libraries take long: they judge the beginning of a few of these streams. */
  libraryRuns: 5,
  libraryEvaluations: EVALUATIONS / 10,
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
  libraryEvaluations: 5,
  changes: 2,
  features: [5],
  windowRows: [200],
  truePsi: [0.3],
  evaluations: 10,
  shifts: ['mean'],
}

/** The default of Evidently: a data set drifts when half of its columns do. */
const DRIFT_SHARE = 0.5
/** Windows before a change, as many as an alert takes into account, and hours after it. */
const STEADY_WINDOWS = 3
const WATCHED = 48
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
  const libraries = python === undefined ? undefined : startLibraries(python)
  try {
    await benchAll(size, only, libraries)
  } finally {
    libraries?.close()
  }
}

async function benchAll(size: typeof SIZE, only: string, libraries: Libraries | undefined): Promise<void> {
  print('\nNothing changes: false alerts of a model in 90 days of hourly evaluations, and time in alert.')
  for (const features of size.features)
    for (const rows of size.windowRows) {
      const name = `${features} features, ${rows} rows`
      if (name.includes(only)) print(steadyRows(name, await steady(features, rows, size, libraries)))
    }
  print(`\nOne of ${FEATURES} columns changes: found within 24 h and 48 h, median delay, firing already.`)
  for (const shift of size.shifts)
    for (const psi of size.truePsi)
      for (const rows of size.windowRows) {
        const name = `${shift}, true PSI ${psi}, ${rows} rows`
        if (name.includes(only))
          print(changeRows(name, await changed(shift, psi, rows, size.changes, libraries)))
      }
}

/** Of each rule, by name, what it did in each run. */
type ByRule<T> = Map<string, T[]>

async function steady(
  features: number,
  rows: number,
  { runs, evaluations, ...size }: typeof SIZE,
  libraries: Libraries | undefined,
): Promise<ByRule<Tally>> {
  const columns = simulatedColumns(features, false)
  const results: ByRule<Tally> = new Map()
  const add = (rule: string, verdicts: Verdicts) => append(results, rule, tally(verdicts))
  const plan = { columns, rows }
  for (let seed = 1; seed <= runs; seed++) {
    const verdicts = ownVerdicts(record({ ...plan, evaluations, seed }), testsOf(columns))
    for (const [i, rule] of OWN_RULES.entries()) add(rule, verdicts[i])
  }
  if (libraries === undefined) return results
  const beginnings = Array.from({ length: size.libraryRuns }, (_, i) =>
    record({ ...plan, evaluations: size.libraryEvaluations, seed: i + 1 }),
  )
  for (const [i, ofRecordings] of (await libraries.judge(beginnings, features)).entries()) {
    const { name, library, setting } = LIBRARIES[i]
    if (library === 'evidently' && setting === 'default')
      for (const verdicts of ofRecordings) add(DATASET_RULE, datasetVerdicts(verdicts, DRIFT_SHARE))
    for (const verdicts of ofRecordings) add(name, verdicts)
  }
  return results
}

async function changed(
  shift: Shift,
  psi: number,
  rows: number,
  changes: number,
  libraries: Libraries | undefined,
): Promise<ByRule<Found>> {
  const to = shiftedColumn(shift, psi)
  const results: ByRule<Found> = new Map()
  const plan = {
    columns: [to.before],
    rows,
    evaluations: STEADY_WINDOWS + WATCHED,
    change: { at: WINDOW_HOURS - 1 + STEADY_WINDOWS, to },
  }
  // The change comes at an hour of the day that differs from run to run.
  const recordings = Array.from({ length: changes }, (_, i) =>
    record({ ...plan, seed: i + 1, startsAt: i % WINDOW_HOURS }),
  )
  const add = (rule: string, verdicts: Verdicts) => append(results, rule, found(verdicts, STEADY_WINDOWS))
  for (const recording of recordings)
    for (const [rule, verdicts] of ownVerdicts(recording, TESTS).entries()) add(OWN_RULES[rule], verdicts)
  if (libraries === undefined) return results
  for (const [i, ofRecordings] of (await libraries.judge(recordings, FEATURES)).entries())
    for (const verdicts of ofRecordings) add(LIBRARIES[i].name, verdicts)
  return results
}

function append<T>(results: ByRule<T>, rule: string, one: T): void {
  const ofRule = results.get(rule)
  if (ofRule === undefined) results.set(rule, [one])
  else ofRule.push(one)
}
