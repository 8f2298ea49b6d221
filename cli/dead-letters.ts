import { Command, InvalidArgumentError } from 'commander'
import { ConfigError, type Environment } from '../config.ts'
import { parseDeadLetterId } from '../store/events/dead-letter-id.ts'
import type { Api } from './client/api-client.ts'
import { withLazyApi } from './client/lazy-api.ts'
import type { Filter } from './dead-letters/dead-letter.ts'
import type { ListOptions } from './dead-letters/list.ts'
import { MAX_LISTED, parseLimit, parseName } from './shared/options.ts'

interface ReplayOptions extends Filter {
  all: boolean
  json: boolean
}

/** `driftgauge dead-letters …`; the exit code of a replay goes to `exit`. */
export function deadLettersCommand(environment: Environment, exit: (code: number) => void): Command {
  const command = new Command('dead-letters').description('list and replay rejected messages')
  const withApi = (work: (api: Api) => Promise<void>) => withLazyApi(environment, work)
  filtered(command.command('list'))
    .summary('list dead letters, newest first, with the reason')
    .description('Lists messages that could not be read, newest first, with the reason.')
    .option('--limit <number>', `maximum number to list, up to ${MAX_LISTED}`, parseLimit, 20)
    .option('--json', 'print the dead letters as JSON with full payloads', false)
    .action((options: ListOptions) =>
      withApi(async (api) => (await import('./dead-letters/list.ts')).list(api, options)),
    )
  command
    .command('show')
    .summary('show a dead letter with its full payload')
    .description('Shows a dead letter with its full payload.')
    .argument('<id>', 'id as printed by "dead-letters list"', parseId)
    .option('--json', 'print the dead letter as JSON', false)
    .action((id: string, { json }: { json: boolean }) =>
      withApi(async (api) => (await import('./dead-letters/show.ts')).show(api, id, json)),
    )
  filtered(command.command('replay'))
    .summary('retry dead letters after fixing the cause')
    .description(
      'Retries dead letters exactly as their sources sent them. Accepted ones are no\n' +
        'longer dead letters; those rejected again remain, with the new reason.',
    )
    .argument('[id...]', 'ids as printed by "dead-letters list"', collectId)
    .option('--all', 'all dead letters, or all that match --model, --reason and --source', false)
    .option('--json', 'print the counts as JSON', false)
    .addHelpText('after', '\nExit codes: 0 all were accepted, 3 some were rejected again.')
    .action(async (ids: string[], { all, json, ...filter }: ReplayOptions) => {
      checkChoice(ids, all, filter)
      await withApi(async (api) => {
        const { rejected } = await (await import('./dead-letters/replay.ts')).replay(api, ids, filter, json)
        exit(rejected > 0 ? 3 : 0)
      })
    })
  return command
}

function filtered(command: Command): Command {
  return command
    .option('--model <model>', 'only for this model', parseName)
    .option('--reason <reason>', 'only with this reason, such as unknown_model')
    .option(
      '--source <source>',
      'only from this topic, or from http:predictions, http:labels or http:reference-features',
    )
}

function checkChoice(ids: readonly string[], all: boolean, filter: Filter): void {
  if (ids.length > 0 && (all || Object.keys(filter).length > 0))
    throw new ConfigError('Give either the ids of dead letters or --all, not both.')
  if (ids.length === 0 && !all)
    throw new ConfigError('Give the ids of dead letters, or --all, optionally with --model, --reason or --source.') // prettier-ignore
}

function collectId(text: string, ids: string[] = []): string[] {
  return [...ids, parseId(text)]
}

function parseId(text: string): string {
  if (parseDeadLetterId(text) === undefined)
    throw new InvalidArgumentError(
      'use an id as printed by "driftgauge dead-letters list", such as predictions:3:41',
    )
  return text
}
