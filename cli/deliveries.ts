import { Command, Option } from 'commander'
import { ConfigError, type Environment } from '../config.ts'
import { DELIVERY_STATUSES } from '../control/alerting/deliveries.ts'
import type { Api } from './client/api-client.ts'
import { withLazyApi } from './client/lazy-api.ts'
import { MAX_LISTED, parseLimit } from './shared/options.ts'
import type { ListOptions } from './deliveries/list.ts'

/** `driftgauge deliveries …`; the exit code of a replay goes to `exit`. */
export function deliveriesCommand(environment: Environment, exit: (code: number) => void): Command {
  const command = new Command('deliveries').description('list deliveries of alerts; retry the abandoned ones')
  const withApi = (work: (api: Api) => Promise<void>) => withLazyApi(environment, work)
  command
    .command('list')
    .summary('list delivery attempts, newest first')
    .description(
      'Lists delivery attempts, newest first; with --status, only deliveries that currently have that status.',
    )
    .addOption(new Option('--status <status>', 'only with this status').choices(DELIVERY_STATUSES))
    .option('--limit <number>', `maximum number to list, up to ${MAX_LISTED}`, parseLimit, 20)
    .option('--json', 'print the deliveries as JSON', false)
    .action((options: ListOptions) =>
      withApi(async (api) => (await import('./deliveries/list.ts')).list(api, options)),
    )
  command
    .command('replay')
    .summary('retry abandoned deliveries')
    .description(
      'Retries abandoned deliveries after you fix the cause. Messages that newer events of the alert have replaced are not sent.',
    )
    .argument('[id...]', 'ids as printed by "deliveries list"')
    .option('--all', 'all abandoned deliveries', false)
    .option('--json', 'print the outcome as JSON', false)
    .addHelpText('after', '\nExit codes: 0 all will be sent again, 3 some will not.')
    .action(async (ids: string[], { all, json }: { all: boolean; json: boolean }) => {
      if (ids.length > 0 === all)
        throw new ConfigError(
          'Give the ids of deliveries, or --all; "deliveries list --status given_up" lists them.',
        )
      await withApi(async (api) => {
        const refused = await (await import('./deliveries/replay.ts')).replay(api, ids, json)
        exit(refused > 0 ? 3 : 0)
      })
    })
  return command
}
