import { Option, type Command } from 'commander'
import { FILE_STATES } from '../../control/sources/ledger.ts'
import type { Api } from '../client/api-client.ts'
import { MAX_LISTED, parseLimit, parseName } from '../shared/options.ts'
import type { HistoryOptions } from './history.ts'
import type { RunOptions } from './run.ts'

type WithApi = (work: (api: Api) => Promise<void>) => Promise<void>

const RUN_HELP = `
You can stop it at any time; the same command goes on after the last rows that
were stored. A running service goes on by itself.

Examples:
  driftgauge source run scores
  driftgauge source run scores --retry-failed
  driftgauge source run scores --again day=2026-11-01/part-0.parquet

Exit codes: 0 all files were taken, 2 a file failed or the location cannot be
read.`

const HISTORY_HELP = `
Examples:
  driftgauge source history scores
  driftgauge source history scores --state failed`

/** What can be done with a source besides what goes for all that is declared. */
export function sourceVerbs(source: Command, withApi: WithApi, exit: (code: number) => void): void {
  source
    .command('run')
    .summary('take the new files of a source now')
    .description('Asks a source for its files now, takes those that are new, and waits for the end.')
    .argument('<name>', 'name of the source', parseName)
    .option('--retry-failed', 'also take files that failed, from their beginning', false)
    .option('--again <path>', 'also take this file once more, though it was taken')
    .option('--json', 'print the outcome as JSON', false)
    .addHelpText('after', RUN_HELP)
    .action((name: string, options: RunOptions) =>
      withApi(async (api) => exit((await (await import('./run.ts')).run(api, name, options)) ? 0 : 2)),
    )
  source
    .command('history')
    .summary('list the files of a source and what became of them')
    .description('Lists the files of a source, the newest first, and what became of them.')
    .argument('<name>', 'name of the source', parseName)
    .addOption(new Option('--state <state>', 'only files in this state').choices(FILE_STATES))
    .option('--limit <number>', `maximum number to list, up to ${MAX_LISTED}`, parseLimit, 20)
    .option('--json', 'print the files as JSON', false)
    .addHelpText('after', HISTORY_HELP)
    .action((name: string, options: HistoryOptions) =>
      withApi(async (api) => (await import('./history.ts')).history(api, name, options)),
    )
}
