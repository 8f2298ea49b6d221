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
  approve: 'let a request go that waits for approval',
  reject: 'decide against a request that waits for approval',
  cancel: 'give up a request that is not over',
  replay: 'send a request again that could not be delivered',
} as const

/** `driftgauge retrain …`: through the service where one runs, else on the data directory. */
export function retrainCommand(environment: Environment): Command {
  const command = new Command('retrain').description(
    'look at requests for retraining, ask, and decide on them',
  )
  const withApi = (work: (api: Api) => Promise<void>) => withLazyApi(environment, work)
  command
    .command('list')
    .description('list requests, newest first')
    .option('--model <model>', 'of one model only', parseName)
    .option('--monitor <monitor>', 'of one monitor only', parseName)
    .option('--status <status>', 'at one status only, such as awaiting_approval')
    .option('--json', 'print them as JSON', false)
    .action((options: ListOptions) =>
      withApi(async (api) => (await import('./retrain/list.ts')).list(api, options)),
    )
  command
    .command('show')
    .description('show one with all that happened to it and the call that is made')
    .argument('<id>', 'as "retrain list" prints it', parseId)
    .option('--json', 'print it as JSON', false)
    .action((id: string, { json }: { json: boolean }) =>
      withApi(async (api) => (await import('./retrain/show.ts')).show(api, id, json)),
    )
  command
    .command('request')
    .description('ask for a retraining, whatever the policy of the monitor says')
    .option('--alert <id>', 'because of an alert, by its id', parseId)
    .option('--monitor <monitor>', 'without one, on the newest window of a monitor', parseName)
    .option('--comment <text>', 'kept with the request', '')
    .option('--dry-run', 'only show the call that would be made', false)
    .option('--json', 'print the answer as JSON', false)
    .action(async ({ dryRun, json, ...body }: RequestOptions) => {
      if ((body.alert === undefined) === (body.monitor === undefined))
        throw new ConfigError('Say what to retrain for: give either --alert or --monitor.')
      await withApi(async (api) =>
        (await import('./retrain/act.ts')).request(api, { ...body, dry_run: dryRun }, json),
      )
    })
  for (const [verb, description] of Object.entries(ACTIONS))
    command
      .command(verb)
      .description(description)
      .argument('<id>', 'as "retrain list" prints it', parseId)
      .option('--comment <text>', 'kept with the decision', '')
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
