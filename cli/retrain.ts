import { Command, InvalidArgumentError } from 'commander'
import { ConfigError, type Environment } from '../config.ts'
import type { Api } from './client/api-client.ts'
import { withLazyApi } from './client/lazy-api.ts'
import { parseName } from './shared/options.ts'
import type { ListOptions } from './retrain/list.ts'

interface RequestOptions {
  alert?: string
  monitor?: string
  comment: string
  dryRun: boolean
  json: boolean
}

interface ActionOptions {
  comment: string
  json: boolean
}

const ACTIONS = {
  approve: 'approve a request that is waiting for approval',
  reject: 'reject a request that is waiting for approval',
  cancel: 'cancel a request that has not ended',
  replay: 'resend a request that could not be delivered',
} as const

/** `driftgauge retrain …`: through the service where one runs, else on the data directory. */
export function retrainCommand(environment: Environment): Command {
  const command = new Command('retrain').description('list, create and decide on retraining requests')
  const withApi = (work: (api: Api) => Promise<void>) => withLazyApi(environment, work)
  command
    .command('list')
    .description('list requests, newest first')
    .option('--model <model>', 'only for this model', parseName)
    .option('--monitor <monitor>', 'only for this monitor', parseName)
    .option('--status <status>', 'only with this status, such as awaiting_approval')
    .option('--json', 'print the requests as JSON', false)
    .action((options: ListOptions) =>
      withApi(async (api) => (await import('./retrain/list.ts')).list(api, options)),
    )
  command
    .command('show')
    .description('show a request with its history and the call that is sent')
    .argument('<id>', 'id as printed by "retrain list"', parseId)
    .option('--json', 'print the request as JSON', false)
    .action((id: string, { json }: { json: boolean }) =>
      withApi(async (api) => (await import('./retrain/show.ts')).show(api, id, json)),
    )
  command
    .command('request')
    .description("request a retraining regardless of the monitor's policy")
    .option('--alert <id>', 'id of the alert to retrain for', parseId)
    .option(
      '--monitor <monitor>',
      'monitor to retrain for, on its newest window, if there is no alert',
      parseName,
    )
    .option('--comment <text>', 'comment to store with the request', '')
    .option('--dry-run', 'only show the call that would be sent', false)
    .option('--json', 'print the response as JSON', false)
    .action(async ({ dryRun, json, ...body }: RequestOptions) => {
      if ((body.alert === undefined) === (body.monitor === undefined))
        throw new ConfigError('Give either --alert or --monitor to retrain for.')
      await withApi(async (api) =>
        (await import('./retrain/act.ts')).request(api, { ...body, dry_run: dryRun }, json),
      )
    })
  for (const [verb, description] of Object.entries(ACTIONS))
    command
      .command(verb)
      .description(description)
      .argument('<id>', 'id as printed by "retrain list"', parseId)
      .option('--comment <text>', 'comment to store with the decision', '')
      .option('--json', 'print the request as JSON', false)
      .action((id: string, { comment, json }: ActionOptions) =>
        withApi(async (api) => (await import('./retrain/act.ts')).decide(api, id, verb, comment, json)),
      )
  return command
}

function parseId(text: string): string {
  if (!/^[0-9a-f]{32}$/.test(text)) throw new InvalidArgumentError('an id has 32 hexadecimal digits')
  return text
}
