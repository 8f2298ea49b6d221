import { Command } from 'commander'
import type { Environment } from '../config.ts'

const HELP = `
Below the models stand the alerts that fire and what else needs attention:
windows that were missed while nothing ran, stored data that are broken, and
what the service says of itself. The 24 hours of predictions end with the newest
stored one.

With --system: what the service depends on, its processes, the evaluation,
Kafka, messages, dead letters and storage, with what to do about each problem.
The exit code is then 1 if something is wrong with the service.

Exit codes:
  0  no alert fires
  1  an alert fires
  2  the command line is wrong, or the key was rejected
  3  the state is not known: the service fails or does not answer, or none runs
     on the data directory, whose last state is shown
`

/** `driftgauge status`; its exit code goes to `exit`. */
export function statusCommand(environment: Environment, exit: (code: number) => void): Command {
  return new Command('status')
    .summary('show the state of every model, and whether anything fires')
    .description('Shows the state of every model, the alerts that fire, and problems of the service.')
    .option('--json', 'print the state as JSON', false)
    .addHelpText('after', HELP)
    .option('--system', 'show the health of the service itself', false)
    .action(async (options: { json: boolean; system: boolean }) => {
      const { status } = await import('./status/run.ts')
      exit(await status(environment, options))
    })
}
