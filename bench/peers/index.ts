import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type { BenchOptions } from '../options.ts'
import { print, withDirectory, withStore } from '../support.ts'
import { writeFile, type Shape } from './files.ts'
import { measureProcess, type Measured } from './measure.ts'
import { peersPython, pinned } from './python.ts'

interface Contender {
  name: string
  /** Of the files of the baseline and of now. */
  command: (files: readonly string[]) => readonly string[]
  maxCode?: number
}

const OWN = 'Driftgauge'
const SHAPE: Shape = { rows: 1_000_000, numeric: 40, categorical: 10 }
/** The last one takes 40 GB of disk and half an hour, most of it to make the files. */
const SIZES: Shape[] = [
  { rows: 300_000, numeric: 800, categorical: 200 },
  { rows: 60_000_000, numeric: 2, categorical: 1 },
  { rows: 3_000_000, numeric: 800, categorical: 200 },
]
const TINY: Shape = { rows: 12_000, numeric: 4, categorical: 1 }

/** Whole processes that compare the same two files, side by side; of two runs each the faster. */
export async function benchPeers({ tiny, only, runs = 2 }: BenchOptions): Promise<void> {
  // Peers come from the network.
  const contenders = [driftgauge(), ...(tiny ? [] : peers(peersPython()))]
  const chosen = contenders.filter(({ name }) => only === undefined || name.includes(only))
  print(
    `${cpus().length} × ${cpus()[0].model}; Node.js ${process.version}${tiny ? '' : `; ${pinned().join(', ')}`}`,
  )
  await withDirectory((directory) => compareAll(chosen, tiny ? TINY : SHAPE, directory, tiny ? 1 : runs))
}

/** `driftgauge compare` alone, on files that are wide, tall and both. `only` picks sizes by name, such as `300000 x 1000`. */
export async function benchCompare({ tiny, only, runs = 1 }: BenchOptions): Promise<void> {
  for (const shape of tiny ? [TINY] : SIZES) {
    const name = `${shape.rows} x ${shape.numeric + shape.categorical}`
    if (only !== undefined && !name.includes(only)) continue
    await withDirectory((directory) => compareAll([driftgauge()], shape, directory, runs))
  }
}

async function compareAll(
  contenders: readonly Contender[],
  shape: Shape,
  directory: string,
  runs: number,
): Promise<void> {
  const files = [join(directory, 'baseline.parquet'), join(directory, 'current.parquet')]
  await withStore(async (store) => {
    await writeFile(store, files[0], shape, 'baseline')
    await writeFile(store, files[1], shape, 'current')
  })
  const { rows, numeric, categorical } = shape
  print(
    `\n${rows.toLocaleString('en-US')} rows of ${numeric} numeric and ${categorical} categorical columns\n`,
  )
  print('| | time | times as long | CPU | peak memory |')
  print('| --- | ---: | ---: | ---: | ---: |')
  let own: Measured | undefined
  for (const { name, command, maxCode } of contenders) {
    let best: Measured | undefined
    for (let run = 0; run < runs; run++) {
      const measured = await measureProcess(command(files), maxCode)
      if (best === undefined || measured.seconds < best.seconds) best = measured
    }
    own ??= best
    print(row(name, best!, own!))
  }
}

function row(name: string, { seconds, cpuSeconds, peakBytes }: Measured, own: Measured): string {
  const cells = [
    `${seconds.toFixed(1)} s`,
    (seconds / own.seconds).toFixed(1),
    `${cpuSeconds.toFixed(1)} s`,
    `${(peakBytes / 1e9).toFixed(2)} GB`,
  ]
  return `| ${[name, ...cells].join(' | ')} |`
}

function driftgauge(): Contender {
  const built = join(import.meta.dirname, '..', '..', 'dist', 'main.js')
  if (!existsSync(built)) throw new Error('There is no build to measure: run npm run build first.')
  // Exit code 1 says that there is drift.
  return {
    name: OWN,
    command: (files) => [process.execPath, built, 'compare', ...files, '--json'],
    maxCode: 1,
  }
}

function peers(python: string): Contender[] {
  const script = (name: string, file: string, ...args: string[]): Contender => ({
    name,
    command: (files) => [python, join(import.meta.dirname, file), ...files, ...args],
  })
  return [
    script('pandas and SciPy, PSI and KS only', 'pandas_scipy.py'),
    script('NannyML, its default', 'nannyml_drift.py', 'default'),
    script('NannyML, Hellinger only', 'nannyml_drift.py', 'hellinger'),
    script('Evidently, PSI only', 'evidently_report.py', 'psi'),
    script('Evidently, its default', 'evidently_report.py', 'default'),
  ]
}
