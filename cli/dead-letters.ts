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
  const command = new Command('dead-letters').description('look at what could not be read, and take it again')
  const withApi = (work: (api: Api) => Promise<void>) => withLazyApi(environment, work)
  filtered(command.command('list'))
    .summary('list what could not be read, newest first, with the reason')
    .description('Lists what could not be read, newest first, with the reason.')
    .option('--limit <number>', `at most so many, up to ${MAX_LISTED}`, parseLimit, 20)
    .option('--json', 'print them as JSON, payloads in full', false)
    .action((options: ListOptions) =>
      withApi(async (api) => (await import('./dead-letters/list.ts')).list(api, options)),
    )
  command
    .command('show')
    .summary('show one with its whole payload')
    .description('Shows one dead letter with its whole payload.')
    .argument('<id>', 'as "dead-letters list" prints it', parseId)
    .option('--json', 'print it as JSON', false)
    .action((id: string, { json }: { json: boolean }) =>
      withApi(async (api) => (await import('./dead-letters/show.ts')).show(api, id, json)),
    )
  filtered(command.command('replay'))
    .summary('take them again, once their cause is mended')
    .description(
      'Takes dead letters again as their sources handed them on. What is taken now is a\n' +
        'dead letter no more; what is rejected again stays one, with its new reason.',
    )
    .argument('[id...]', 'as "dead-letters list" prints them', collectId)
    .option('--all', 'all of them, or all that --model, --reason and --source name', false)
    .option('--json', 'print the counts as JSON', false)
    .addHelpText('after', '\nExit codes: 0 all were taken, 3 some were rejected again.')
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
    .option('--model <model>', 'of one model only', parseName)
    .option('--reason <reason>', 'rejected for one reason only, such as unknown_model')
    .option('--source <source>', 'from one topic only, or from http:predictions or http:labels')
}

function checkChoice(ids: readonly string[], all: boolean, filter: Filter): void {
  if (ids.length > 0 && (all || Object.keys(filter).length > 0))
    throw new ConfigError('Name the dead letters by their ids, or choose them by --all, not both.')
  if (ids.length === 0 && !all)
    throw new ConfigError('Say which dead letters: their ids, or --all, with --model, --reason or --source to narrow it.') // prettier-ignore
}

function collectId(text: string, ids: string[] = []): string[] {
  return [...ids, parseId(text)]
}

function parseId(text: string): string {
  if (parseDeadLetterId(text) === undefined)
    throw new InvalidArgumentError(
      'an id is as "driftgauge dead-letters list" prints it, such as predictions:3:41',
    )
  return text
}
