import { Command, Option } from 'commander'
import { ConfigError, type Environment } from '../config.ts'
import { DELIVERY_STATUSES } from '../store/alerting/deliveries.ts'
import type { Api } from './client/api-client.ts'
import { withLazyApi } from './client/lazy-api.ts'
import { MAX_LISTED, parseLimit } from './shared/options.ts'
import type { ListOptions } from './deliveries/list.ts'

/** `driftgauge deliveries …`; the exit code of a replay goes to `exit`. */
export function deliveriesCommand(environment: Environment, exit: (code: number) => void): Command {
  const command = new Command('deliveries').description(
    'who was told of alerts; send again what was given up',
  )
  const withApi = (work: (api: Api) => Promise<void>) => withLazyApi(environment, work)
  command
    .command('list')
    .summary('list attempts to deliver, newest first')
    .description('Lists attempts to deliver, newest first; with --status those that stand so now.')
    .addOption(new Option('--status <status>', 'how it stands').choices(DELIVERY_STATUSES))
    .option('--limit <number>', `at most so many, up to ${MAX_LISTED}`, parseLimit, 20)
    .option('--json', 'print them as JSON', false)
    .action((options: ListOptions) =>
      withApi(async (api) => (await import('./deliveries/list.ts')).list(api, options)),
    )
  command
    .command('replay')
    .summary('send again what was given up')
    .description(
      'Sends again what was given up, once its cause is mended. What the alert has left behind stays unsent.',
    )
    .argument('[id...]', 'as "deliveries list" prints them')
    .option('--all', 'all that was given up', false)
    .option('--json', 'print what became of them as JSON', false)
    .addHelpText('after', '\nExit codes: 0 all will be sent, 3 some will not.')
    .action(async (ids: string[], { all, json }: { all: boolean; json: boolean }) => {
      if (ids.length > 0 === all)
        throw new ConfigError(
          'Say which deliveries: their ids, or --all; "deliveries list --status given_up" shows them.',
        )
      await withApi(async (api) => {
        const refused = await (await import('./deliveries/replay.ts')).replay(api, ids, json)
        exit(refused > 0 ? 3 : 0)
      })
    })
  return command
}
