import { DAY_MS } from '../../domain/time.ts'
import type { OutcomeColumns } from '../../ingest/baseline/outcome-columns.ts'
import { FIELDS } from '../../ingest/rows/fields.ts'
import { columnOptions, shellWord } from '../shared/shell.ts'
import { monitorName, type Destination } from './declaration.ts'
import type { Log } from './log.ts'
import type { Traffic } from './windows.ts'

interface Made {
  model: string
  /** The file with the declarations. */
  output: string
  training: { file: string; columns: OutcomeColumns }
  log: (Log & { file: string }) | undefined
  destination: Destination | undefined
}

/** What to do with the file that was written, in numbered steps. */
export function nextSteps({ model, output, training, log, destination }: Made): string[] {
  const steps = [
    [
      'Start the service, and open http://127.0.0.1:8080:',
      '  driftgauge serve',
      ...(destination === undefined
        ? []
        : [`Set ${listOf(destination.variables)} for it${destination.refersToThem ? ', and for the next command' : ''}.`]), // prettier-ignore
    ],
    ['Declare the model and its monitor:', `  driftgauge apply -f ${shellWord(output)}`],
    [
      'Create the baseline that windows are compared with:',
      `  driftgauge baseline add ${model} ${shellWord(training.file)}${columnOptions(training.columns)}`,
    ],
    log === undefined
      ? [
          'Send predictions: docs/events.md shows how, from Python, over HTTP and through Kafka.',
          '"driftgauge replay" loads files that you have already.',
        ]
      : ['Load the log that you have, then send new predictions as docs/events.md shows:', `  ${replay(model, log)}`], // prettier-ignore
    ...(log?.traffic === undefined ? [] : pastSteps(model, log.traffic)),
  ]
  return steps.flatMap(([first, ...rest], i) => [`${i + 1}. ${first}`, ...rest.map((line) => `   ${line}`)])
}

function pastSteps(model: string, { first, last }: Traffic): string[][] {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  const monitor = monitorName(model)
  return [
    [
      'See how often the monitor would have fired:',
      `  driftgauge backtest ${monitor} --from ${day(first)} --to ${day(last + DAY_MS)}`,
    ],
    ['Show the past windows on the dashboard:', `  driftgauge backfill ${monitor} --from ${day(first)}`],
  ]
}

function replay(model: string, { file, columns, isEvents }: NonNullable<Made['log']>): string {
  const options = isEvents ? '' : columnOptions(columns)
  const lacking = FIELDS.some((field) => field === 'id' && columns[field] === undefined)
  return `driftgauge replay ${shellWord(file)} --model ${model}${options}${lacking ? ' --column id=…' : ''}`
}

const listOf = (names: readonly string[]) => names.join(names.length > 2 ? ', ' : ' and ')
