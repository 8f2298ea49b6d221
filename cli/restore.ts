import { Command } from 'commander'
import type { Environment } from '../config.ts'

const HELP = `
Stop all processes of the installation first. The files are checked before
anything is written. If the command is interrupted, run it again: it starts over.
The service does not start before it has finished.

By default, messages and retraining requests that were pending when the backup
was made are not sent, because the original may have sent them since.
"driftgauge deliveries replay" sends the messages after all.
`

/** `driftgauge restore`: fills an empty installation from a backup. */
export function restoreCommand(environment: Environment): Command {
  return new Command('restore')
    .summary('fill an empty installation from a backup')
    .description(
      'Fills the ClickHouse and the control database that the environment names from\n' +
        'a directory that "driftgauge backup" wrote. Both must be empty, and need not be\n' +
        'of the kind that was backed up.',
    )
    .argument('<directory>', 'directory of the backup')
    .option(
      '--send-pending',
      'send pending messages and retraining requests as if nothing had happened',
      false,
    )
    .addHelpText('after', HELP)
    .action(async (directory: string, { sendPending }: { sendPending: boolean }) => {
      const { restore } = await import('./restore/run.ts')
      await restore(environment, directory, sendPending)
    })
}
