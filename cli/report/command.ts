import { Command } from 'commander'
import type { Environment } from '../../config.ts'
import { withLazyApi } from '../client/lazy-api.ts'
import { parseName } from '../shared/options.ts'
import type { ReportOptions } from './run.ts'

const HELP = `
The HTML report is one page that loads nothing and runs no scripts: it can be mailed,
attached, and printed on A4. An existing file is replaced.

Examples:
  driftgauge report flights --html flights.html
  driftgauge report flights --from 2026-01-01 --to 2026-02-01 --markdown -
`

/** `driftgauge report MODEL`. */
export function reportCommand(environment: Environment): Command {
  return new Command('report')
    .summary('write what happened to a model in a period as HTML or Markdown')
    .description(
      'Writes a report on a model in a period: alerts, drift, performance, volume, data\n' +
        'quality, incidents, annotations, experiments and retrainings.',
    )
    .argument('<model>', 'name of the model', parseName)
    .option('--from <time>', 'begin, such as 2026-01-31 (default: 30 days before the end)')
    .option('--to <time>', 'end (default: that of the newest evaluated window)')
    .option('--html <file>', 'write a page with charts')
    .option('--markdown <file>', 'write a summary in Markdown; "-" prints it')
    .addHelpText('after', HELP)
    .action((model: string, options: ReportOptions) =>
      withLazyApi(environment, async (api) => {
        const { writeReports } = await import('./run.ts')
        await writeReports(api, model, options)
      }),
    )
}
