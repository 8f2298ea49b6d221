import { Command } from 'commander'
import type { Environment } from '../../config.ts'
import type { ColumnKind, Model } from '../../control/declared/model.ts'
import type { OutcomeColumns } from '../../ingest/baseline/outcome-columns.ts'
import { parseName, withFileOptions } from '../shared/options.ts'

interface Options {
  log?: string
  name?: string
  column?: OutcomeColumns
  kind?: ReadonlyMap<string, ColumnKind>
  task?: Model['task']
  positive?: string
  alerts?: string
  output: string
  yes: boolean
}

const HELP = `
The training file has one column per feature, and the label, and predictions and
scores if available. A log of predictions shows how many there are, and so which
windows make sense; NDJSON in the shape of events works as well as a table.

On a terminal, the command asks for what no option says. It reads files only: no
service is needed, and nothing is declared.

Examples:
  driftgauge init
  driftgauge init training.csv --log predictions.ndjson --column label=late
  driftgauge init training.parquet --alerts slack --yes --output - | less

Exit codes: 0 written, 2 a file or an option cannot be used.
`

/** The `init` command. */
export function initCommand(environment: Environment): Command {
  const command = new Command('init')
    .summary('write a first YAML file from a training file')
    .description(
      'Guesses a model from a training file, and windows from a log of predictions, and\n' +
        'writes a YAML file that declares the model, a monitor and a channel.',
    )
    .argument('[file]', 'training rows: CSV, TSV, NDJSON or Parquet')
    .option('--log <file>', 'some logged predictions: CSV, TSV, NDJSON or Parquet')
    .option('--name <name>', 'name of the model (default: name of the file)', parseName)
  return withFileOptions(command)
    .option('--alerts <where>', 'slack, pagerduty, webhook, an email address, or none (default: none)')
    .option('-o, --output <file>', 'the new file; "-" prints it instead', 'driftgauge.yaml')
    .option('-y, --yes', 'accept every guess: ask nothing', false)
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, { column, kind, task, positive, yes, ...options }: Options) => {
      const { terminalQuestions } = await import('./ask.ts')
      const { init } = await import('./run.ts')
      const ask = yes ? undefined : terminalQuestions(process)
      const guesses = { ...(kind === undefined ? {} : { kinds: kind }), task, positive }
      try {
        await init(environment, file, { ...options, columns: column ?? {}, guesses }, ask)
      } finally {
        ask?.close()
      }
    })
}
