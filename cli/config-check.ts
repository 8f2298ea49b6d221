import { Command } from 'commander'
import type { Environment } from '../config.ts'

/** `driftgauge config …`; its exit code goes to `exit`. */
export function configCommand(environment: Environment, exit: (code: number) => void): Command {
  const command = new Command('config').description('inspect the configuration')
  command
    .command('check')
    .summary('check the environment and the YAML file')
    .description(
      'Checks the environment and the YAML file, and prints the settings without\n' +
        'secrets. It does not open the store or contact the service.',
    )
    .option('-f, --file <file>', 'the YAML file (default: DRIFTGAUGE_CONFIG); "-" reads standard input')
    .option('--json', 'print the report as JSON', false)
    .addHelpText('after', '\nExit codes: 0 no errors, 2 errors, which are listed.')
    .action(async (options: { file?: string; json: boolean }) => {
      const { checkConfig } = await import('./apply/check.ts')
      exit(checkConfig(options, environment) ? 0 : 2)
    })
  return command
}
