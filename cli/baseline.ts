import { Command } from 'commander'
import type { Environment } from '../config.ts'
import type { AddOptions } from './baseline/add.ts'
import type { ApiAccess } from './client/api-client.ts'
import { parseName, parseVersion, withFileOptions } from './shared/options.ts'

const ADD_HELP = `
Examples:
  driftgauge baseline add flights training.csv
  driftgauge baseline add flights training.csv --column label=late
  driftgauge baseline add flights --from 2026-01-01 --to 2026-02-01 --activate
`

/** `driftgauge baseline …`: through the service where one runs, else on the data directory. */
export function baselineCommand(environment: Environment): Command {
  const command = new Command('baseline').description('create, list and activate the baselines of a model')
  const withApi = async (work: (access: ApiAccess) => Promise<void>) =>
    (await import('./client/api-client.ts')).withApi(environment, work)
  const adding = command
    .command('add')
    .summary('create a baseline from a file or from stored predictions')
    .description(
      'Creates a baseline from a CSV, TSV, NDJSON or Parquet file, or from the stored\n' +
        'predictions of a period. An undeclared model is inferred from the file.',
    )
    .argument('<model>', 'name of the model', parseName)
    .argument('[file]', 'rows with one column per feature, and prediction, score and label if available')
    .option('--from <time>', 'instead of a file: stored predictions from this hour on, ISO 8601 or a date')
    .option('--to <time>', 'up to, but not including, this hour')
    .option('--name <name>', 'name of the baseline (default: name of the file, or the period)')
  withFileOptions(adding)
    .option('--activate', 'activate the baseline (the first one is always active)', false)
    .option('--json', 'print the baseline as JSON', false)
    .addHelpText('after', ADD_HELP)
    .action(async (model: string, file: string | undefined, options: AddOptions) => {
      const { add, sourceOf } = await import('./baseline/add.ts')
      const source = sourceOf(file, options)
      await withApi((access) => add(environment, access, model, source, options))
    })
  command
    .command('list')
    .description('list the baselines of a model')
    .argument('<model>', 'name of the model', parseName)
    .option('--json', 'print the baselines as JSON', false)
    .action((model: string, options: { json: boolean }) =>
      withApi(async ({ api }) => (await import('./baseline/list.ts')).list(api, model, options.json)),
    )
  command
    .command('activate')
    .description('activate a baseline: compare with it from now on')
    .argument('<model>', 'name of the model', parseName)
    .argument('<baseline>', 'number of the baseline', parseVersion)
    .option('--for-version <version>', 'only for this version of the model, in monitors with by_version')
    .action((model: string, baseline: number, { forVersion }: { forVersion?: string }) =>
      withApi(async ({ api }) =>
        (await import('./baseline/activate.ts')).activate(api, model, baseline, forVersion),
      ),
    )
  command
    .command('deactivate')
    .description('undo "activate --for-version": compare the version with the active baseline again')
    .argument('<model>', 'name of the model', parseName)
    .argument('<baseline>', 'number of the baseline', parseVersion)
    .requiredOption('--for-version <version>', 'the version of the model that the baseline was activated for')
    .action((model: string, baseline: number, { forVersion }: { forVersion: string }) =>
      withApi(async ({ api }) =>
        (await import('./baseline/activate.ts')).deactivate(api, model, baseline, forVersion),
      ),
    )
  return command
}
