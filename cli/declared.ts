import { Command } from 'commander'
import type { Environment } from '../config.ts'
import type { Api } from './client/api-client.ts'
import { withLazyApi } from './client/lazy-api.ts'
import { CHANNELS, MODELS, MONITORS, ROUTES, SOURCES, TOPICS, type Kind } from './declared/kinds.ts'
import type { ListOptions } from './declared/list.ts'
import type { RunOptions } from './declared/run-monitor.ts'
import type { SuggestOptions } from './declared/suggest-model.ts'
import { sourceVerbs } from './source/command.ts'
import { collectOutcomeColumn, parseName } from './shared/options.ts'

type WithApi = (work: (api: Api) => Promise<void>) => Promise<void>

/** `driftgauge model …`, `monitor …`, `channel …`, `route …`, `topic …` and `source …`; exit codes go to `exit`. */
export function declaredCommands(environment: Environment, exit: (code: number) => void): Command[] {
  const withApi: WithApi = (work) => withLazyApi(environment, work)
  const model = verbs(MODELS, 'list, show, suggest and remove models', withApi)
  const monitor = verbs(MONITORS, 'list, show, run and remove monitors', withApi)
  const channel = verbs(CHANNELS, 'list, show, test and remove alert channels', withApi)
  suggest(model, withApi)
  run(monitor, withApi, exit)
  test(channel, withApi, exit)
  const source = verbs(SOURCES, 'list, show, run and remove batch sources', withApi)
  sourceVerbs(source, withApi, exit)
  return [
    model,
    monitor,
    channel,
    verbs(ROUTES, 'list, show and remove routes of alerts', withApi),
    verbs(TOPICS, 'list, show and remove Kafka topics', withApi),
    source,
  ]
}

/** What can be done with everything that is declared. */
function verbs<One extends object>(kind: Kind<One>, description: string, withApi: WithApi): Command {
  const { noun, section, removal } = kind
  const command = new Command(noun)
    .description(description)
    .addHelpText('after', `\nTo declare or change ${section}, use "driftgauge apply".`)
  const list = command
    .command('list')
    .description(`list ${section} by name`)
    .option('--json', `print the ${section} as JSON`, false)
    .action((options: ListOptions) =>
      withApi(async (api) => (await import('./declared/list.ts')).list(api, kind, options)),
    )
  if (section === 'monitors') list.option('--model <model>', 'only for this model', parseName)
  command
    .command('show')
    .description(`show a ${noun} as YAML, as it would stand in a file for "apply"`)
    .argument('<name>', `name of the ${noun}`, kind.parseName)
    .option('--json', `print the ${noun} as JSON`, false)
    .action((name: string, { json }: { json: boolean }) =>
      withApi(async (api) => (await import('./declared/show.ts')).show(api, kind, name, json)),
    )
  command
    .command('remove')
    .summary(`remove a ${noun}`)
    .description(`Removes a ${noun}${removal}`)
    .argument('<name>', `name of the ${noun}`, kind.parseName)
    .option('--yes', 'remove it without asking', false)
    .addHelpText('after', '\nOn a terminal, the command asks first. Elsewhere, it needs --yes.')
    .action((name: string, { yes }: { yes: boolean }) =>
      withApi(async (api) => (await import('./declared/remove.ts')).remove(api, kind, name, yes)),
    )
  return command
}

const SUGGEST_HELP = `
The file may be CSV, TSV, NDJSON or Parquet. Its columns become features, except
"prediction", "score" and "label", and those that look like an index, an id or a
time. What is left out is listed in comments.

Example:
  driftgauge model suggest flights.csv > flights.yaml
`

function suggest(model: Command, withApi: WithApi): void {
  model
    .command('suggest')
    .summary('suggest the declaration of a model from a file')
    .description(
      'Suggests the declaration of a model from a file of its rows, and prints it as YAML. Nothing is declared.',
    ) // prettier-ignore
    .argument('<file>', 'rows with one column per feature, and prediction, score and label if available')
    .option('--name <name>', 'name of the model (default: name of the file)', parseName)
    .option(
      '--column <outcome=column>',
      'the column of prediction, score or label, such as label=late (repeatable)',
      collectOutcomeColumn,
    )
    .option('--json', 'print the suggestion as JSON', false)
    .addHelpText('after', SUGGEST_HELP)
    .action((file: string, options: SuggestOptions) =>
      withApi(async (api) => (await import('./declared/suggest-model.ts')).suggestModel(api, file, options)),
    )
}

function run(monitor: Command, withApi: WithApi, exit: (code: number) => void): void {
  monitor
    .command('run')
    .summary('evaluate the newest windows of a monitor now')
    .description('Evaluates the newest windows of a monitor now, and stores the results. No alert is raised.') // prettier-ignore
    .argument('<name>', 'name of the monitor', parseName)
    .option('--as-of <time>', 'the newest windows at this time: ISO 8601, or a date (default: now)')
    .option('--json', 'print windows and results as JSON', false)
    .addHelpText('after', '\nExit codes: 0 nothing drifted, 1 a result is warning or critical.')
    .action((name: string, options: RunOptions) =>
      withApi(async (api) => {
        const { runMonitor } = await import('./declared/run-monitor.ts')
        exit((await runMonitor(api, name, options)) ? 1 : 0)
      }),
    )
}

function test(channel: Command, withApi: WithApi, exit: (code: number) => void): void {
  channel
    .command('test')
    .description('send one test message to a channel')
    .argument('<name>', 'name of the channel', parseName)
    .option('--json', 'print the outcome as JSON', false)
    .addHelpText('after', '\nExit codes: 0 the message was delivered, 3 it was not.')
    .action((name: string, { json }: { json: boolean }) =>
      withApi(async (api) => {
        const { testChannel } = await import('./declared/test-channel.ts')
        exit((await testChannel(api, name, json)) ? 0 : 3)
      }),
    )
}
