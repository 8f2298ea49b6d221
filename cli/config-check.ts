import { Command } from 'commander'
import type { Environment } from '../config.ts'

/** `driftgauge config …`; its exit code goes to `exit`. */
export function configCommand(environment: Environment, exit: (code: number) => void): Command {
  const command = new Command('config').description('look at the configuration')
  command
    .command('check')
    .summary('check the environment and the YAML file')
    .description(
      'Checks the environment and the YAML file, and tells what would be used, without secrets.\n' +
        'It opens no store and asks no service, so it may run anywhere.',
    )
    .option('-f, --file <file>', 'the YAML file (default: DRIFTGAUGE_CONFIG); "-" reads the standard input')
    .option('--json', 'print what was found as JSON', false)
    .addHelpText('after', '\nExit codes: 0 no faults, 2 faults, which are listed.')
    .action(async (options: { file?: string; json: boolean }) => {
      const { checkConfig } = await import('./apply/check.ts')
      exit(checkConfig(options, environment) ? 0 : 2)
    })
  return command
}
