import { Command, InvalidArgumentError } from 'commander'
import type { ColumnKind } from '../control/declared/model.ts'
import { FAIL_ON, parseKind, UnusableInput, type CompareOptions, type FailOn } from './compare/options.ts'
import { writeOut, type Output } from './compare/output.ts'

export type { CompareOptions } from './compare/options.ts'
export type { Report, ReportColumn } from './compare/report.ts'

const CODES = { fine: 0, drift: 1, usage: 2 } as const

/**
 * Compares two files of rows and prints what moved, without a server or stored data. Returns the exit code: 0 no
 * drift, 1 drift, 2 files or options that cannot be used. Throws on a failure of its own.
 */
export async function compare(
  baseline: string,
  current: string,
  options: CompareOptions = {},
  output: Output = process,
): Promise<number> {
  try {
    // Loaded here, so that --help does not wait for the engine.
    const { runComparison } = await import('./compare/run.ts')
    return (await runComparison({ baseline, current }, options, output)) ? CODES.drift : CODES.fine
  } catch (error) {
    if (!(error instanceof UnusableInput)) throw error
    await writeOut(output.stderr, `driftgauge compare: ${error.message}\n`)
    return CODES.usage
  }
}

type Kinds = [column: string, kind: ColumnKind][]

interface ParsedOptions extends Omit<CompareOptions, 'kinds' | 'labels'> {
  kind?: Kinds
  label?: string[]
}

/** The `compare` command; its exit code goes to `exit`. */
export function compareCommand(exit: (code: number) => void): Command {
  return new Command('compare')
    .summary('compare two files of rows: which columns drifted, and by how much')
    .description(
      'Compares two files of rows and reports which columns drifted, by how much, and\n' +
        'whether it matters. No server is needed and nothing is stored.',
    )
    .argument('<baseline>', 'the file to compare with, such as training data or last month')
    .argument('<current>', 'the file to check for drift')
    .option('-k, --kind <column=kind>', 'treat a column as numeric or categorical (repeatable)', addKind)
    .option(
      '--label <column>',
      'treat a column as labels or predictions: check its rare classes too (repeatable)',
      addColumn,
    )
    .option('-i, --ignore <column>', 'exclude a column (repeatable)', addColumn)
    .option('--include <column>', 'compare a column that looks like an id or a time (repeatable)', addColumn)
    .option('--exact', 'count every value instead of bins in files of more than 10,000 rows')
    .option(
      '--fail-on <what>',
      'what exits with 1: "warning" (default), "critical" or "never" for drift; "quality" for findings, too (repeatable)',
      addFailOn,
    )
    .option('--html <file>', 'write a report with charts, as one page that needs no network')
    .option('--markdown <file>', 'write a summary for a pull request; "-" prints it instead of the table')
    .option('--all-charts', 'list every column in the HTML report, with its charts, however large it gets')
    .option('--all', 'list all columns without drift and all findings, not just 20 of each')
    .option('--json', 'print JSON with every statistic')
    .addHelpText('after', HELP)
    .action(async (baseline: string, current: string, { kind, label, ...options }: ParsedOptions) => {
      exit(await compare(baseline, current, { ...options, kinds: new Map(kind), labels: label ?? [] }))
    })
}

const HELP = `
Files are CSV, TSV, NDJSON or Parquet, identified by their extension: .csv, .tsv,
.ndjson, .jsonl (these also with .gz) and .parquet. The two may differ in format.

The baseline decides the kind of a column: numeric if nearly every value in it is a
number without leading zeros, otherwise categorical. Columns that look like an index,
an id or a time are listed and skipped; use --include or --kind to compare them.

Below the drift, the report lists what is wrong with the data of the current file:
unusable and missing values, values outside the baseline's range, new categories,
constant columns, columns that only one file has, and ids that occur more than once.

Examples:
  driftgauge compare training.parquet yesterday.csv
  driftgauge compare january.csv february.csv --kind zip=categorical --ignore id
  driftgauge compare january.csv february.csv --json | jq .verdict
  driftgauge compare january.csv february.csv --fail-on critical --fail-on quality
  driftgauge compare january.csv february.csv --html report.html --markdown summary.md

An existing file that a report is written to is replaced.

Exit codes:
  0  no drift, or none distinguishable from chance (the verdict is then "unconfirmed"
     or "insufficient_data")
  1  drift: a column is at "warning" or "critical"; --fail-on changes what counts
  2  a file or an option is not usable
  3  the program failed
`

function addKind(argument: string, kinds: Kinds = []): Kinds {
  try {
    return [...kinds, parseKind(argument)]
  } catch (error) {
    throw error instanceof UnusableInput ? new InvalidArgumentError(error.message) : error
  }
}

function addColumn(column: string, columns: string[] = []): string[] {
  return [...columns, column]
}

function addFailOn(argument: string, chosen: FailOn[] = []): FailOn[] {
  const what = FAIL_ON.find((one) => one === argument)
  if (what === undefined) throw new InvalidArgumentError(`use one of ${FAIL_ON.join(', ')}`)
  return [...chosen, what]
}
