import { fileFormat } from '../../ingest/files/file-format.ts'
import { evaluateColumn, withUnseenValues } from '../../detectors/verdict/evaluate.ts'
import { holdsClasses } from './classes.ts'
import { binnedInputs, exactInputs } from './column-inputs.ts'
import type { CountedColumn } from './counted-column.ts'
import { readable, readInputs, type Files, type Inputs } from './inputs.ts'
import { countIds } from './duplicate-ids.ts'
import { judgeFileQuality } from './quality.ts'
import { fileName, label } from './names.ts'
import { UnusableInput, type CompareOptions } from './options.ts'
import { comparisonRule, overallVerdict, reportColumn, type Findings, type ReportColumn } from './report.ts'
import { printable } from '../shared/text.ts'
import type { Workspace } from '../shared/workspace.ts'

export interface Comparison {
  report: Findings
  /** What each column of the report was counted as, in its order. */
  counted: readonly CountedColumn[]
  inputs: Inputs
  /** Whether every value was counted, in place of bins. */
  exact: boolean
  /** Columns that were to be counted exactly and had more values than memory has room for. */
  tooManyValues: string[]
  /** Categorical columns of which only the baseline's most frequent categories are told apart. */
  truncated: string[]
}

/** Files of at most this many rows are compared exactly without being asked. */
const EXACT_ROWS = 10_000
/** Share of the progress for reading each of the two files: of text, what each cell says is worked out before the rest. */
const READING = { typed: 0.02, delimited: 0.35, json: 0.35 }

export type OnProgress = (share: number, label: string) => void

/** Reads both files and evaluates every column. Throws `UnusableInput`. */
export async function compareFiles(
  workspace: Workspace,
  files: Files,
  options: CompareOptions,
  onProgress: OnProgress,
): Promise<Comparison> {
  let read = 0
  const inputs = await readInputs(workspace, files, options, (file) => {
    onProgress(read, `reading ${fileName(file)}`)
    read += READING[fileFormat(file)!.encoding]
  })
  const { baseline, current, columns } = inputs
  for (const label of options.labels ?? []) {
    if (!columns.some(({ name }) => name === label))
      throw new UnusableInput(`--label ${printable(label)}: no compared column has this name.`)
  }
  const wanted = Math.max(baseline.rows, current.rows) <= EXACT_ROWS || (options.exact ?? false)
  const count = wanted ? exactInputs : binnedInputs
  let done = 0
  const counted = await readable(inputs.baseline, files.baseline, () =>
    readable(current, files.current, () =>
      count(workspace.clients, inputs, (column) =>
        onProgress(read + (1 - read) * (++done / columns.length), `counted ${label(column)}`),
      ),
    ),
  )
  const ids = await readable(baseline, files.baseline, () =>
    readable(current, files.current, () => countIds(workspace.store.ingest, inputs)),
  )
  const rule = comparisonRule(columns.length, wanted)
  const reported: ReportColumn[] = []
  const binned: string[] = []
  const truncated: string[] = []
  for (const one of counted) {
    const { column, input, unseen } = one
    const own = { ...rule, classes: holdsClasses(column.name, input, options.labels ?? []) }
    reported.push(reportColumn(one, withUnseenValues(evaluateColumn(input, own), input, own, unseen)))
    if (!one.exact) binned.push(one.column.name)
    if (isTruncated(one)) truncated.push(one.column.name)
  }
  return {
    report: {
      baseline: { rows: baseline.rows },
      current: { rows: current.rows },
      verdict: overallVerdict(reported),
      columns: reported,
      quality: judgeFileQuality({ counted, inputs, ids, labels: options.labels ?? [] }),
      left_out: inputs.leftOut,
    },
    counted,
    inputs,
    exact: binned.length === 0,
    tooManyValues: wanted ? binned : [],
    truncated,
  }
}

function isTruncated({ input: { binning } }: CountedColumn): boolean {
  return binning.kind === 'categorical' && binning.truncated
}
