import { Command } from 'commander'
import type { Environment } from '../config.ts'
import type { Api } from './client/api-client.ts'
import { withLazyApi } from './client/lazy-api.ts'
import { parseName } from './shared/options.ts'

interface ClosingOptions {
  comment: string
  version?: string
  force?: boolean
  json: boolean
}

/** `driftgauge experiment …`: through the service where one runs, else on the data directory. */
export function experimentCommand(environment: Environment): Command {
  const command = new Command('experiment').description('compare a champion and a challenger, and decide')
  const withApi = (work: (api: Api) => Promise<void>) => withLazyApi(environment, work)
  command
    .command('list')
    .description('list experiments and how they stand')
    .option('--model <model>', 'only for this model', parseName)
    .option('--json', 'print the experiments as JSON', false)
    .action((options: { model?: string; json: boolean }) =>
      withApi(async (api) => (await import('./experiment/run.ts')).list(api, options)),
    )
  command
    .command('show')
    .description('show an experiment with the numbers behind its state')
    .argument('<name>', 'name of the experiment', parseName)
    .option('--json', 'print the experiment as JSON', false)
    .action((name: string, { json }: { json: boolean }) =>
      withApi(async (api) => (await import('./experiment/run.ts')).show(api, name, json)),
    )
  command
    .command('promote')
    .description('record that the challenger takes over, and notify the channels')
    .argument('<name>', 'name of the experiment', parseName)
    .option('--comment <text>', 'comment to store with the decision', '')
    .option('--version <version>', 'which version, if several have shadow traffic')
    .option('--force', 'even if the challenger was not found better or equivalent', false)
    .option('--json', 'print the experiment as JSON', false)
    .action((name: string, options: ClosingOptions) =>
      withApi(async (api) => (await import('./experiment/run.ts')).close(api, name, 'promote', options)),
    )
  command
    .command('keep')
    .description('record that the champion stays, and end the alert')
    .argument('<name>', 'name of the experiment', parseName)
    .option('--comment <text>', 'comment to store with the decision', '')
    .option('--json', 'print the experiment as JSON', false)
    .action((name: string, options: ClosingOptions) =>
      withApi(async (api) => (await import('./experiment/run.ts')).close(api, name, 'keep', options)),
    )
  return command
}
