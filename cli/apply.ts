import { Command, InvalidArgumentError } from 'commander'
import type { Environment } from '../config.ts'
import { durationSchema } from '../control/declared/duration.ts'

const HELP = `
The file has lists of models, channels, monitors, topics, routes and experiments; the objects
are the bodies that the API takes. \${NAME} in a value is replaced by that environment
variable, \${NAME:-default} gives a default, and NAME_FILE may name a file with the
value.

Models come first, then channels, monitors, topics and routes. Applying the same file
again changes nothing. Nothing is deleted because it is missing from the file.

While the service runs, the command goes through its API: at DRIFTGAUGE_URL, or
else at the address that the service has stored in the data directory. It sends
DRIFTGAUGE_API_KEY, or else the first of DRIFTGAUGE_API_KEYS.

Examples:
  driftgauge apply -f driftgauge.yaml --dry-run
  DRIFTGAUGE_URL=https://drift.example.com driftgauge apply -f driftgauge.yaml

Exit codes:
  0  done, or nothing to do
  2  the file has errors, which are listed, or the service refuses or is unreachable,
     or an object was changed after it was compared: it is left as it is
  3  the service failed
`

/** The `apply` command. */
export function applyCommand(environment: Environment): Command {
  return new Command('apply')
    .summary('apply the declarations in a YAML file')
    .description(
      'Declares the models, monitors, channels, topics and routes in a YAML file, and prints the changes.',
    )
    .requiredOption('-f, --file <file>', 'the YAML file; "-" reads standard input')
    .option('--dry-run', 'print what would change without changing it', false)
    .option(
      '--backfill <duration>',
      'evaluate this much of the past for new and changed monitors',
      parseBackfill,
    )
    .option('--json', 'print the changes as JSON', false)
    .addHelpText('after', HELP)
    .action(
      async ({ file, ...options }: { file: string; dryRun: boolean; json: boolean; backfill?: number }) => {
        const { apply } = await import('./apply/run.ts')
        await apply(file, options, environment)
      },
    )
}

function parseBackfill(text: string): number {
  const outcome = durationSchema.safeParse(text)
  if (!outcome.success) throw new InvalidArgumentError(outcome.error.issues[0].message)
  return outcome.data
}
