import { Command, InvalidArgumentError } from 'commander'
import type { Environment } from '../config.ts'

const HELP = `
The file is gzipped JSON. It holds the results with the counts, sums, bins and rules
they were computed from, and the declarations and baselines behind them; no event,
but names of categories and columns. "driftgauge reproduce FILE" computes the
verdicts again on any machine, without a store.
`

/** `driftgauge bundle ID`. */
export function bundleCommand(environment: Environment): Command {
  return new Command('bundle')
    .summary('write what an alert or a result was computed from to a file')
    .description(
      'Writes what an alert or a result was computed from to a file, so that others can reproduce it.',
    )
    .argument('<id>', 'id of an alert or a result', parseId)
    .option('--output <file>', 'file to write; must not exist (default: bundle-ID.json.gz)')
    .addHelpText('after', HELP)
    .action(async (id: string, { output }: { output?: string }) => {
      const { withApi } = await import('./client/api-client.ts')
      const { writeBundle } = await import('./bundle/write.ts')
      await withApi(environment, ({ api }) => writeBundle(api, id, output ?? `bundle-${id}.json.gz`))
    })
}

function parseId(text: string): string {
  if (!/^[0-9a-f]{32}$/.test(text)) throw new InvalidArgumentError('an id has 32 hexadecimal digits')
  return text
}
