import { userInfo } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import type { Environment } from '../config.ts'
import { durationSchema } from '../control/declared/duration.ts'
import type { Matcher } from '../control/alerting/silences.ts'
import type { Api } from './client/api-client.ts'
import { withLazyApi } from './client/lazy-api.ts'
import type { ListedSilence } from './silence/list.ts'
import { collectMatcher } from './silence/matcher.ts'

interface AddOptions {
  for: number
  by: string
  comment: string
  json: boolean
}

/** `driftgauge silence …`: nobody is told meanwhile. */
export function silenceCommand(environment: Environment): Command {
  const command = new Command('silence').description('silence notifications of alerts for a time')
  const withApi = (work: (api: Api) => Promise<void>) => withLazyApi(environment, work)
  command
    .command('add')
    .summary('create a silence')
    .description(
      'Holds back notifications for the columns that match all matchers. Alerts are\n' +
        'still recorded, and those that still fire when the silence ends are sent then.',
    )
    .argument('<matcher...>', 'such as model=flights, column!=distance or column~dist*', collectMatcher)
    .requiredOption('--for <duration>', 'duration from now: 90m, 4h, 3d, 2w', parseDuration)
    .option('--by <name>', 'name of the person who creates it', userInfo().username)
    .option('--comment <text>', 'why', '')
    .option('--json', 'print the silence as JSON', false)
    .action((matchers: Matcher[], { for: length, by, comment, json }: AddOptions) =>
      withApi(async (api) => {
        const end = new Date(Date.now() + length).toISOString()
        const silence = await api.post<ListedSilence>('/silences', { matchers, end, author: by, comment })
        process.stdout.write(
          json ? `${JSON.stringify(silence)}\n` : `Silence ${silence.id} until ${silence.end}.\n`,
        )
      }),
    )
  command
    .command('list')
    .summary('list silences that have not ended')
    .description('Lists silences, latest end first.')
    .option('--all', 'include silences that have ended', false)
    .option('--json', 'print the silences as JSON', false)
    .action((options: { all: boolean; json: boolean }) =>
      withApi(async (api) => (await import('./silence/list.ts')).list(api, options)),
    )
  command
    .command('expire')
    .summary('end a silence now')
    .description(
      'Ends a silence now; notifications that it held back and that still apply are sent within seconds.',
    )
    .argument('<id>', 'id as printed by "silence list"', parseId)
    .option('--by <name>', 'name of the person who ends it', userInfo().username)
    .action((id: string, { by }: { by: string }) =>
      withApi(async (api) => {
        const { end } = await api.post<ListedSilence>(`/silences/${id}/expire`, { author: by })
        process.stdout.write(`Silence ${id} ended at ${end}.\n`)
      }),
    )
  return command
}

function parseDuration(text: string): number {
  const parsed = durationSchema.safeParse(text)
  if (!parsed.success) throw new InvalidArgumentError(parsed.error.issues[0].message)
  return parsed.data
}

function parseId(text: string): string {
  if (!/^[0-9a-f]{12}$/.test(text))
    throw new InvalidArgumentError('use an id as printed by "driftgauge silence list": 12 hexadecimal digits')
  return text
}
