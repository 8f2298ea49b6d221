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
      'Evaluates every window of a period and stores the results, as the schedule\n' +
        'would have. Alerts do not change, and no notifications are sent.',
    )
    .argument('<monitor>', 'name of the monitor', parseName)
    .requiredOption('--from <time>', 'windows that ended after this time: ISO 8601, or a date')
    .option('--to <time>', 'up to and including this time (default: now)')
    .option('--json', 'print the counts as JSON', false)
    .addHelpText(
      'after',
      '\nYou can stop it at any time; the same command continues where it stopped. Finished windows\nare not evaluated again unless rows have arrived since or the monitor has changed.',
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
