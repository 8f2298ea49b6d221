import { Command, InvalidArgumentError } from 'commander'
import type { Environment } from '../config.ts'
import type { Api } from './client/api-client.ts'
import { withLazyApi } from './client/lazy-api.ts'
import type { Scope } from './key/key.ts'

interface CreateOptions {
  scope: Scope[]
  json: boolean
}

const SCOPES: readonly Scope[] = ['read', 'ingest', 'write']

const CREATE_HELP = `
Scopes:
  read    see everything but secrets
  ingest  send predictions, labels and reference features
  write   declare, change, remove and decide; it does not include the other two

The key alone goes to standard output, and is not shown again:
  driftgauge key create producer --scope ingest > producer.key
`

/** `driftgauge key …`: the keys that the service stores. */
export function keyCommand(environment: Environment): Command {
  const command = new Command('key').description('list, create, rotate and revoke API keys')
  const withApi = (work: (api: Api) => Promise<void>) => withLazyApi(environment, work)
  command
    .command('list')
    .summary('list stored keys, oldest first')
    .description(
      'Lists stored keys, oldest first, without the keys themselves. Keys that the service was started with (DRIFTGAUGE_API_KEYS) are not stored, so they are not listed.',
    ) // prettier-ignore
    .option('--json', 'print the keys as JSON', false)
    .action(({ json }: { json: boolean }) =>
      withApi(async (api) => (await import('./key/list.ts')).list(api, json)),
    )
  command
    .command('create')
    .description('create a key and print it')
    .argument('<name>', 'what the key is for')
    .requiredOption('--scope <scope>', 'what it may do: read, ingest or write (repeatable)', collectScope)
    .option('--json', 'print the key with its id as JSON', false)
    .addHelpText('after', CREATE_HELP)
    .action((name: string, { scope: scopes, json }: CreateOptions) =>
      withApi(async (api) => (await import('./key/create.ts')).create(api, name, scopes, json)),
    )
  command
    .command('rotate')
    .summary('replace a key by a new one')
    .description(
      'Replaces a key by a new one with the same name and scopes, and prints the new one alone on standard output. The old one works for some time more, so that programs can change over one by one.',
    ) // prettier-ignore
    .argument('<id>', 'id as printed by "key list"', parseId)
    .option('--grace <hours>', 'how long the old key still works, 0 to 720', parseHours, 24)
    .option('--json', 'print the key with its id as JSON', false)
    .action((id: string, { grace, json }: { grace: number; json: boolean }) =>
      withApi(async (api) => (await import('./key/rotate.ts')).rotate(api, id, grace, json)),
    )
  command
    .command('revoke')
    .summary('revoke a key')
    .description('Revokes a key. Whoever uses it is refused within five seconds. This cannot be undone.')
    .argument('<id>', 'id as printed by "key list"', parseId)
    .option('--yes', 'revoke it without asking', false)
    .addHelpText('after', '\nOn a terminal, the command asks first. Elsewhere, it needs --yes.')
    .action((id: string, { yes }: { yes: boolean }) =>
      withApi(async (api) => (await import('./key/revoke.ts')).revoke(api, id, yes)),
    )
  return command
}

function collectScope(text: string, scopes: readonly Scope[] = []): Scope[] {
  const scope = SCOPES.find((one) => one === text)
  if (scope === undefined) throw new InvalidArgumentError(`use ${SCOPES.join(', ')}, one per --scope`)
  return [...scopes, scope]
}

function parseHours(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 720)
    throw new InvalidArgumentError('use a whole number of hours from 0 to 720')
  return Number(text)
}

function parseId(text: string): string {
  if (!/^[0-9a-f]{16}$/.test(text))
    throw new InvalidArgumentError('use an id as printed by "driftgauge key list": 16 hexadecimal digits')
  return text
}
