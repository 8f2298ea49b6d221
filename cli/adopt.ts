import { Command } from 'commander'
import type { Environment } from '../config.ts'

/** `driftgauge adopt`: joins a ClickHouse and a control database that did not belong together. */
export function adoptCommand(environment: Environment): Command {
  return new Command('adopt')
    .summary('join ClickHouse with a new control database')
    .description(
      'Makes the ClickHouse that the environment names belong to the control database that it\n' +
        'names, after the one before was lost. Stop all other processes first. From then on,\n' +
        'processes that use another control database are refused.',
    )
    .action(async () => {
      const { adopt } = await import('./adopt/run.ts')
      await adopt(environment)
    })
}
