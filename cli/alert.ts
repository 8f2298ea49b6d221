import { userInfo } from 'node:os'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Environment } from '../config.ts'
import type { AckOptions } from './alert/act.ts'
import type { ListOptions } from './alert/list.ts'
import type { Api } from './client/api-client.ts'
import { withLazyApi } from './client/lazy-api.ts'
import { MAX_LISTED, parseLimit, parseName } from './shared/options.ts'

/** `driftgauge alert …`: what fires, and who looks into it. */
export function alertCommand(environment: Environment): Command {
  const command = new Command('alert').description('list, show and acknowledge alerts')
  const withApi = (work: (api: Api) => Promise<void>) => withLazyApi(environment, work)
  command
    .command('list')
    .summary('list alerts, newest first')
    .description('Lists alerts with their current state, newest first.')
    .option('--model <model>', 'only for this model', parseName)
    .addOption(new Option('--status <status>', 'only with this status').choices(['firing', 'resolved']))
    .option('--limit <number>', `maximum number to list, up to ${MAX_LISTED}`, parseLimit, 20)
    .option('--json', 'print the alerts as JSON', false)
    .action((options: ListOptions) =>
      withApi(async (api) => (await import('./alert/list.ts')).list(api, options)),
    )
  command
    .command('show')
    .summary('show an alert with its columns, history and deliveries')
    .description(
      'Shows an alert: what drifted, what to do about it, what happened to it, and who was notified.',
    )
    .argument('<id>', 'id as printed by "alert list"', parseId)
    .option('--json', 'print the alert as JSON', false)
    .action((id: string, { json }: { json: boolean }) =>
      withApi(async (api) => (await import('./alert/show.ts')).show(api, id, json)),
    )
  command
    .command('ack')
    .summary('acknowledge an alert')
    .description(
      'Acknowledges an alert: repeated notifications stop until it becomes critical, gains columns or resolves.',
    )
    .argument('<id>', 'id as printed by "alert list"', parseId)
    .option('--by <name>', 'name of the person who acknowledges it', userInfo().username)
    .option('--comment <text>', 'comment to store with it', '')
    .option('--json', 'print the acknowledgement as JSON', false)
    .action((id: string, options: AckOptions) =>
      withApi(async (api) => (await import('./alert/act.ts')).acknowledge(api, id, options)),
    )
  command
    .command('unack')
    .description('withdraw the acknowledgement of an alert')
    .argument('<id>', 'id as printed by "alert list"', parseId)
    .action((id: string) => withApi(async (api) => (await import('./alert/act.ts')).unacknowledge(api, id)))
  return command
}

function parseId(text: string): string {
  if (!/^[0-9a-f]{32}$/.test(text))
    throw new InvalidArgumentError('use an id as printed by "driftgauge alert list": 32 hexadecimal digits')
  return text
}
