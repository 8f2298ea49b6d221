import { isTimezone } from '../domain/calendar/local-time.ts'
import { Command, InvalidArgumentError, Option } from 'commander'
import { ConfigError, type Environment } from '../config.ts'
import { durationSchema } from '../control/declared/duration.ts'
import { topicNameSchema } from '../control/declared/topic-name.ts'
import type { ColumnKind } from '../control/declared/model.ts'
import { escapeControls } from './shared/text.ts'
import { collectKind, parseName } from './shared/options.ts'
import { DEFAULT_COLUMNS, type FieldColumns } from '../ingest/rows/fields.ts'
import { collectColumn } from './replay/columns.ts'
import { DEFAULT_LABEL_DELAY } from './replay/options.ts'
import type { Replayed } from './replay/run.ts'

interface Options {
  model?: string
  to: 'api' | 'kafka'
  topic?: string
  labelsTopic?: string
  column?: FieldColumns
  kind?: ReadonlyMap<string, ColumnKind>
  timezone?: string
  labelDelay?: string
  rate?: number
  restart: boolean
  json: boolean
}

const HELP = `
A row is a prediction with the columns id, ts, version, prediction, score, and
every other column as a feature; or a label, with label and labelled_at; or both.
Map other names with --column id=request_id; --column version= means that there is
no such column. NDJSON lines in the format of the API are sent unchanged.

Files are CSV, TSV, NDJSON or Parquet, identified by their extension: .csv, .tsv,
.ndjson, .jsonl (these also with .gz) and .parquet.

You can stop it at any time; the same command continues where it stopped. Rows
that are sent twice count once.

Examples:
  driftgauge replay january.parquet --model flights --column id=flight_id
  driftgauge replay events.ndjson.gz --to kafka --rate 500

Exit codes: 0 sent, 2 every row was rejected, or the file or an option is not
usable, 3 failure.
`

/** The `replay` command; its exit code goes to `exit`. */
export function replayCommand(environment: Environment, exit: (code: number) => void): Command {
  return new Command('replay')
    .summary('send the predictions and labels of a file')
    .description('Sends the predictions and labels of a file to the service or to Kafka.')
    .argument('<file>', 'CSV, TSV, NDJSON or Parquet')
    .option('--model <model>', 'model of all rows; required if the file does not name it', parseName)
    .addOption(new Option('--to <where>', 'where to send the rows').choices(['api', 'kafka']).default('api'))
    .option('--topic <topic>', 'topic for predictions instead of KAFKA_PREDICTIONS_TOPIC', parseTopic)
    .option('--labels-topic <topic>', 'topic for labels instead of KAFKA_LABELS_TOPIC', parseTopic)
    .option('--column <field=column>', 'the column of a field (repeatable)', collectColumn)
    .option(
      '--kind <column=kind>',
      'with --to kafka: override the inferred kind, numeric or categorical (repeatable)',
      collectKind,
    )
    .option('--timezone <zone>', 'time zone of times without one, such as Europe/Paris or UTC', parseTimezone)
    .option(
      '--label-delay <duration>',
      'delay after the prediction for labels without labelled_at (default: the label_delay ' +
        `of the model's monitors, or ${DEFAULT_LABEL_DELAY})`,
      parseDuration,
    )
    .option('--rate <rows>', 'maximum number of rows per second', parseRate)
    .option('--restart', 'start over instead of continuing where it stopped', false)
    .option('--json', 'print the counts as JSON', false)
    .addHelpText('after', HELP)
    .action(async (file: string, options: Options) => {
      checkTarget(options)
      const { replayFile } = await import('./replay/run.ts')
      const { model, to, topic, labelsTopic, column, kind, timezone, labelDelay, rate, restart, json } =
        options
      const columns = column ?? DEFAULT_COLUMNS
      const replayed = await replayFile(environment, file, { model, to, topic, labelsTopic, columns, kinds: kind ?? new Map(), timezone, labelDelay, rate, restart }) // prettier-ignore
      await print(file, to, replayed, json)
      exit(isAllRejected(replayed) ? 2 : 0)
    })
}

async function print(file: string, to: Options['to'], replayed: Replayed, json: boolean): Promise<void> {
  const { tally, resumedAfter, seconds } = replayed
  const { outcomeLines } = await import('./replay/report.ts')
  const text = json
    ? escapeControls(JSON.stringify({ file, to, resumed_after: resumedAfter, ...tally, seconds }))
    : outcomeLines(file, to, tally, seconds).join('\n')
  process.stdout.write(`${text}\n`)
}

function isAllRejected({ tally: { predictions, labels } }: Replayed): boolean {
  return predictions.accepted + labels.accepted === 0 && predictions.rejected + labels.rejected > 0
}

function checkTarget({ to, topic, labelsTopic, kind }: Options): void {
  if (to === 'kafka') return
  if (topic !== undefined || labelsTopic !== undefined)
    throw new ConfigError('--topic and --labels-topic require --to kafka.')
  if (kind !== undefined)
    throw new ConfigError('--kind requires --to kafka: the service already knows the kinds of its features.')
}

function parseTopic(text: string): string {
  const outcome = topicNameSchema.safeParse(text)
  if (!outcome.success) throw new InvalidArgumentError(outcome.error.issues[0].message)
  return outcome.data
}

function parseTimezone(text: string): string {
  if (!isTimezone(text))
    throw new InvalidArgumentError('use the IANA name of a time zone, such as Europe/Paris or UTC')
  return text
}

function parseDuration(text: string): string {
  const outcome = durationSchema.safeParse(text)
  if (!outcome.success) throw new InvalidArgumentError(outcome.error.issues[0].message)
  return text
}

function parseRate(text: string): number {
  const rate = Number(text)
  if (text.trim() === '' || !(rate > 0) || rate === Infinity)
    throw new InvalidArgumentError('use a number of rows per second above 0')
  return rate
}
