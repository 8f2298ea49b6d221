import { Command } from 'commander'
import type { Environment } from '../config.ts'
import { escapeControls } from './shared/text.ts'
import { parseName } from './shared/options.ts'

interface Options {
  from: string
  to?: string
  json: boolean
}

/** The `backfill` command. */
export function backfillCommand(environment: Environment): Command {
  return new Command('backfill')
    .summary('evaluate the past windows of a monitor')
    .description(
      'Evaluates every window of a period and stores the results, as the schedule would have.\n' +
        'Alerts are not touched and nobody is told.',
    )
    .argument('<monitor>', 'name of the monitor', parseName)
    .requiredOption('--from <time>', 'windows that ended after it: ISO 8601, or a date')
    .option('--to <time>', 'up to and including this time; by default now')
    .option('--json', 'print the counts as JSON', false)
    .addHelpText(
      'after',
      '\nIt can be stopped at any time: the same command goes on where it was. Windows that\nare done are not evaluated again, unless rows came since or the monitor was changed.',
    )
    .action(async (monitor: string, { from, to, json }: Options) => {
      const { withApi } = await import('./client/api-client.ts')
      const { backfill, backfillLines } = await import('./backfill/run.ts')
      await withApi(environment, async ({ api }) => {
        const done = await backfill(api, monitor, { from, to })
        const text = json
          ? escapeControls(JSON.stringify(done, null, 2))
          : backfillLines(monitor, done).join('\n')
        process.stdout.write(`${text}\n`)
      })
    })
}
