import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { withDirectory } from '../../support.ts'
import { WINDOW_HOURS } from '../sliding.ts'
import { BASELINE_ROWS } from '../stream.ts'
import type { Verdicts } from './own-rules.ts'
import type { Recording } from './recording.ts'

export interface Library {
  name: string
  library: 'evidently' | 'nannyml'
  /** As it comes, or with documented options that a careful user would set. */
  setting: 'default' | 'strict'
}

export const LIBRARIES: readonly Library[] = [
  { name: 'Evidently as it comes, any column', library: 'evidently', setting: 'default' },
  {
    name: 'Evidently with KS and chi-square at 0.05 / features, any column',
    library: 'evidently',
    setting: 'strict',
  },
  { name: 'NannyML as it comes, any column', library: 'nannyml', setting: 'default' },
  { name: 'NannyML with mean + 5 deviations, any column', library: 'nannyml', setting: 'strict' },
]

const SCRIPT = join(import.meta.dirname, 'judge_windows.py')
/** They would report their use to their makers, which takes time and does not belong to a bench. */
const QUIET = { DO_NOT_TRACK: '1', NML_DISABLE_USAGE_LOGGING: '1', PYTHONWARNINGS: 'ignore' }
/** Arithmetic on so few rows is not faster on several processors. */
const SINGLE = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }

/** Processes of the libraries, which take long to start. */
export interface Libraries {
  /**
   * The verdicts of each of {@link LIBRARIES} on each recording, `[library][recording]`.
   * @param features of the model, of which the recordings may hold a part
   */
  judge: (recordings: readonly Recording[], features: number) => Promise<Verdicts[][]>
  close: () => void
}

export function startLibraries(python: string): Libraries {
  const processes = LIBRARIES.map(({ library, setting }) => startProcess([python, SCRIPT, library, setting]))
  return {
    judge: (recordings, features) =>
      withDirectory((directory) => {
        writeRecordings(directory, recordings, features)
        return Promise.all(
          processes.map(async ({ answers }) => {
            const lines = await answers(directory, recordings.length)
            return lines.map((line) =>
              verdictsOf(JSON.parse(line) as number[][], recordings[0].columns.length),
            )
          }),
        )
      }),
    close: () => {
      for (const one of processes) one.close()
    },
  }
}

function writeRecordings(directory: string, recordings: readonly Recording[], features: number): void {
  const [{ columns, rows }] = recordings
  const plan = {
    kinds: columns.map(({ binning }) => binning.kind),
    features,
    rows,
    baselineRows: BASELINE_ROWS,
    windowHours: WINDOW_HOURS,
    hours: recordings.map(({ hours }) =>
      hours.map(([counts]) => counts.reduce((sum, count) => sum + count, 0)),
    ),
  }
  writeFileSync(join(directory, 'plan.json'), JSON.stringify(plan))
  for (const [i, { values }] of recordings.entries())
    writeFileSync(join(directory, `${i}.f64`), Float64Array.from(values.flat()))
}

function verdictsOf(drifted: readonly number[][], columns: number): Verdicts {
  return drifted.map((indices) => {
    const those = new Set(indices)
    return Array.from({ length: columns }, (_, i) => (those.has(i) ? 'warning' : 'ok'))
  })
}

/** A process that answers a line with some lines; `answers` throws with its last words where it ends instead. */
function startProcess(command: readonly string[]) {
  const child = spawn(command[0], command.slice(1), { env: { ...process.env, ...QUIET, ...SINGLE } })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-2000)))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    answers: async (line: string, n: number): Promise<string[]> => {
      child.stdin.write(`${line}\n`)
      const found: string[] = []
      while (found.length < n) {
        const { done, value } = await lines.next()
        if (done === true) throw new Error(`${command.join(' ')} ended: ${stderr.trim()}`)
        found.push(value)
      }
      return found
    },
    close: () => child.stdin.end(),
  }
}
