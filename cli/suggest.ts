import { Command } from 'commander'
import type { Environment } from '../config.ts'
import { withLazyApi } from './client/lazy-api.ts'
import { parseName, parseVersion } from './shared/options.ts'
import type { SuggestOptions } from './suggest/run.ts'

const HELP = `
What is suggested holds on the baseline:
  required   if a value is missing from none, or hardly any, of its rows
  min, max   its smallest and largest values with a margin, or 0 if no value is negative
  allowed    its categories, if they are at most 50 and none of them is rare
  tolerance  if a required value is missing from a few rows

Check each suggestion: a baseline shows what has occurred, not what is right.
Features that already declare what is suggested are left out.

Examples:
  driftgauge suggest flights
  driftgauge suggest flights --baseline 2 --output suggested.yaml

Exit codes:
  0  done, even if there is nothing to suggest
  2  there is no such model or baseline, the output file exists, or the service refuses
     or is unreachable
  3  the service failed
`

/** The `suggest` command. */
export function suggestCommand(environment: Environment): Command {
  return new Command('suggest')
    .summary('suggest constraints on the features of a model')
    .description(
      'Suggests constraints on the features of a model, derived from a baseline, and\n' +
        "prints YAML for the model's declaration. Nothing is declared.",
    )
    .argument('<model>', 'name of the model', parseName)
    .option('--baseline <number>', 'number of a baseline (default: the active one)', parseVersion)
    .option('-o, --output <file>', 'write to a new file instead of standard output')
    .option('--json', 'print JSON, with what is declared already', false)
    .addHelpText('after', HELP)
    .action((model: string, options: SuggestOptions) =>
      withLazyApi(environment, async (api) =>
        (await import('./suggest/run.ts')).suggest(api, model, options),
      ),
    )
}
