import { Command, InvalidArgumentError } from 'commander'
import type { Environment } from '../config.ts'
import type { Task } from '../control/declared/model.ts'
import { withLazyApi } from './client/lazy-api.ts'
import type { Reference } from './mlflow/run.ts'
import { parseName, parseTask } from './shared/options.ts'

interface Options {
  as?: string
  task?: Task
  positive?: string
  dryRun: boolean
  json: boolean
}

const HELP = `
The features come from the signature of the model, the task from its outputs or from the
baseline: the file monitoring/baseline.parquet among the artifacts of the run, if it is
there. An alias is followed from then on; a version by its number is not.

Examples:
  driftgauge mlflow import flights@champion
  driftgauge mlflow import flights@champion --as flights-eu --dry-run
  driftgauge mlflow import flights/3 --task regression

Exit codes:
  0  done
  2  MLflow has no such model, the model cannot be imported, or the service refuses or is
     unreachable
  3  the service or MLflow failed
`

/** The `mlflow` command. */
export function mlflowCommand(environment: Environment): Command {
  const command = new Command('mlflow').summary('import models from MLflow').description('Models in MLflow.')
  command
    .command('import')
    .summary('declare a model from a version in MLflow')
    .description('Declares a model from a version in MLflow, and makes its baseline the active one.')
    .argument('<model>', 'NAME@ALIAS or NAME/VERSION of a registered model', parseReference)
    .option('--as <name>', 'name of the model here (default: as in MLflow)', parseName)
    .option('--task <task>', 'binary, multiclass or regression', parseTask)
    .option('--positive <class>', 'positive class of a binary model')
    .option('--dry-run', 'show what would be declared, and change nothing', false)
    .option('--json', 'print the answer as JSON', false)
    .addHelpText('after', HELP)
    .action((reference: Reference, { as, task, positive, dryRun, json }: Options) =>
      withLazyApi(environment, async (api) => {
        const { importLines, importModel } = await import('./mlflow/run.ts')
        const imported = await importModel(api, { ...reference, as, task, positive, dry_run: dryRun })
        process.stdout.write(json ? `${JSON.stringify(imported, null, 2)}\n` : importLines(imported))
      }),
    )
  return command
}

/** A leading `models:/`, as MLflow writes it, may stand before. */
export function parseReference(text: string): Reference {
  const [, name, sign, rest] = /^(?:models:\/)?([^/@:]+)([@/])([^/@:]+)$/.exec(text) ?? []
  if (name === undefined) throw new InvalidArgumentError('write it as NAME@ALIAS or NAME/VERSION')
  return sign === '@' ? { name, alias: rest } : { name, version: rest }
}
