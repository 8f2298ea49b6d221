import { Command } from 'commander'
import type { Environment } from '../config.ts'
import { withLazyApi } from './client/lazy-api.ts'

const HELP = `
The service may run meanwhile, and keeps taking events. The backup holds the
secrets of channels and the hashes of keys. It is complete once it has a file
manifest.json, which is written last.
`

/** `driftgauge backup`: copies both databases as one state. */
export function backupCommand(environment: Environment): Command {
  return new Command('backup')
    .summary('copy everything that is stored to a directory')
    .description(
      'Copies events, counts, results, declarations and alerts, as they are at one\n' +
        'moment, to a new or empty directory on this machine. "driftgauge restore"\n' +
        'reads it.',
    )
    .argument('<directory>', 'directory to write to')
    .addHelpText('after', HELP)
    .action((directory: string) =>
      withLazyApi(environment, async (api) => (await import('./backup/run.ts')).backup(api, directory)),
    )
}
