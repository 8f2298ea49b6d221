import { basename } from 'node:path'
import { ConfigError, type Environment } from '../../config.ts'
import type { Guesses } from '../../ingest/baseline/file-baseline.ts'
import type { OutcomeColumns } from '../../ingest/baseline/outcome-columns.ts'
import { inferFromFile } from '../baseline/infer-from-file.ts'
import { withEngine } from '../client/engine.ts'
import { plural, printable } from '../shared/text.ts'
import type { FileReading } from '../shared/workspace.ts'
import { writeNew } from '../shared/write-new.ts'
import type { Ask } from './ask.ts'
import { chooseColumns, chooseDestination, chooseFile, chooseLog, chooseName, expectedOutcomes, refuseExisting } from './choose.ts' // prettier-ignore
import { declarationYaml } from './declaration.ts'
import { readLog, type Log } from './log.ts'
import { logNotes, trainingNotes } from './notes.ts'
import { nextSteps } from './next-steps.ts'
import { suggestRhythm } from './windows.ts'

export const DEFAULT_OUTPUT = 'driftgauge.yaml'

export interface InitOptions {
  log?: string
  name?: string
  columns: OutcomeColumns
  guesses: Guesses
  alerts?: string
  /** A new file, or `-` for the standard output. */
  output: string
}

/**
 * Writes a declaration file for the model of a training file, and says what to do next. What no option says is asked
 * where there is somebody to ask, and guessed elsewhere. Throws `ConfigError`.
 */
export async function init(
  environment: Environment,
  given: string | undefined,
  options: InitOptions,
  ask: Ask | undefined,
): Promise<void> {
  const toFile = options.output !== '-'
  if (toFile) await refuseExisting(options.output)
  const file = await chooseFile(given, ask)
  const name = await chooseName(options.name, file, ask)
  await withEngine(environment, undefined, async (workspace) => {
    const { columns, model, rows, notices } = await inferTraining(workspace, { file, name, ask }, options)
    const features = new Set(model.features.map((feature) => feature.name))
    const path = await chooseLog(options.log, ask)
    const log =
      path === undefined
        ? undefined
        : { file: path, ...(await readLog(workspace, path, { features, outcomes: columns })) }
    const destination = await chooseDestination(options.alerts, ask)
    const rhythm = suggestRhythm(log?.traffic)
    const outcomes = expectedOutcomes(columns, log?.columns)
    const yaml = declarationYaml({
      model,
      outcomes,
      rhythm,
      isTaskKnown: columns.label !== undefined || columns.prediction !== undefined,
      destination,
      notes: [
        `Written by "driftgauge init" from ${sourcesOf(file, rows, log)}.`,
        'Check it before you declare it. All settings: docs/configuration.md.',
      ],
    })
    if (toFile) await writeNew(options.output, yaml)
    else process.stdout.write(yaml)
    const what = `${model.task} model "${model.name}" with ${plural(features.size, 'feature')}, and a monitor over windows of ${rhythm.window}`
    const output = toFile ? options.output : DEFAULT_OUTPUT
    const made = { model: model.name, output, training: { file, columns }, log, destination }
    const lines = [
      toFile ? `Wrote ${options.output}: the ${what}.` : `Printed the ${what}.`,
      ...[...trainingNotes(rows, columns), ...notices, ...logNotes(log, features), ...rhythm.doubts].map(
        (note) => `note: ${note}`,
      ),
      '',
      'Next:',
      ...nextSteps(made),
    ]
    const stream = toFile ? process.stdout : process.stderr
    stream.write(lines.map((line) => `${printable(line)}\n`).join(''))
  })
}

/** The model of the training file, which is opened once: its columns are asked for while it is open. */
async function inferTraining(
  workspace: FileReading,
  { file, name, ask }: { file: string; name: string; ask: Ask | undefined },
  { columns: told, guesses }: InitOptions,
) {
  let columns: OutcomeColumns | undefined
  const choose = async (names: readonly string[]) => {
    try {
      // A file that has to be read anew is asked about once.
      return (columns ??= await chooseColumns(names, told, ask))
    } catch (cause) {
      if (!(cause instanceof ConfigError)) throw cause
      return { problem: cause.message }
    }
  }
  const inferred = await inferFromFile(workspace, file, name, { columns: choose, guesses })
  return { ...inferred, columns: columns! }
}

function sourcesOf(file: string, rows: number, log: (Log & { file: string }) | undefined): string {
  const training = `${basename(file)} (${plural(rows, 'row')})`
  return log === undefined
    ? training
    : `${training} and ${basename(log.file)} (${plural(log.rows, 'prediction')})`
}
