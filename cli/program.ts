import { Command, CommanderError } from 'commander'
import { ConfigError, type Environment } from '../config.ts'
import { ControlError, ControlRefused } from '../control/database/errors.ts'
import { StoreError, StoreUnavailable } from '../store/engine/errors.ts'
import { ServiceFailure } from './client/failure.ts'
import { adoptCommand } from './adopt.ts'
import { alertCommand } from './alert.ts'
import { annotationCommand } from './annotation/command.ts'
import { applyCommand } from './apply.ts'
import { backfillCommand } from './backfill.ts'
import { backupCommand } from './backup.ts'
import { backtestCommand } from './backtest.ts'
import { baselineCommand } from './baseline.ts'
import { compareCommand } from './compare.ts'
import { configCommand } from './config-check.ts'
import { deadLettersCommand } from './dead-letters.ts'
import { declaredCommands } from './declared.ts'
import { deliveriesCommand } from './deliveries.ts'
import { eraseCommand } from './erase.ts'
import { initCommand } from './init/command.ts'
import { retentionCommand } from './retention.ts'
import { replayCommand } from './replay.ts'
import { mlflowCommand } from './mlflow.ts'
import { reportCommand } from './report/command.ts'
import { reproduceCommand } from './reproduce.ts'
import { restoreCommand } from './restore.ts'
import { retrainCommand } from './retrain.ts'
import { bundleCommand } from './bundle.ts'
import { retrainRunnerCommand } from './retrain-runner.ts'
import { experimentCommand } from './experiment.ts'
import { keyCommand } from './key.ts'
import { silenceCommand } from './silence.ts'
import { statusCommand } from './status.ts'
import { suggestCommand } from './suggest.ts'
import { CODE_VERSION } from '../service/version.ts'
import { refuseUnknownCommands } from './shared/unknown-command.ts'

/** Exit codes, the same for every command. */
export const EXIT = { fine: 0, drift: 1, usage: 2, failure: 3 } as const

const SERVE_HELP = `
Use roles to split the work between processes that share one ClickHouse (CLICKHOUSE_URL) and one PostgreSQL
(DATABASE_URL):
  ingest  receives records from Kafka and over HTTP; any number of processes
  api     serves the HTTP API, including its intake, and the dashboard; any number
  detect  counts, checks and delivers alerts; one process only
Every process answers /healthz, /readyz and /metrics.
`

/** Parses the command line, runs the command and returns its exit code. */
export async function run(argv: readonly string[], environment: Environment): Promise<number> {
  let code: number = EXIT.fine
  const program = createProgram(environment, (exitCode) => (code = exitCode))
  try {
    await program.parseAsync(argv)
    return code
  } catch (error) {
    return report(error)
  }
}

/** All commands; the exit code of one that succeeds goes to `exit`. */
export function createProgram(environment: Environment, exit: (code: number) => void): Command {
  const program = new Command('driftgauge')
    .description(
      'Monitors machine-learning models in production and reports when their data or labels drift.',
    )
    .version(CODE_VERSION)
    .exitOverride()
    .showHelpAfterError('(add --help for the options)')
    .addHelpText(
      'after',
      '\nCommands that need the service find it at DRIFTGAUGE_URL, or else through the\n' +
        'data directory, and send DRIFTGAUGE_API_KEY.\n\nExit codes: 0 success, 1 drift found, 2 usage or configuration error, 3 failure.',
    )

  // Commands load their code when they run, so that --help does not wait for the engine.
  program
    .command('serve')
    .description('run the service: intake, scheduled monitors, alerts, API, dashboard')
    .option(
      '--roles <roles>',
      'what this process does: one or more of ingest, detect, api',
      'ingest,detect,api',
    )
    .addHelpText('after', SERVE_HELP)
    .action(async ({ roles }: { roles: string }) => {
      const { serve } = await import('./serve/run.ts')
      exit(await serve(environment, roles))
    })
  program
    .command('demo')
    .description('replay half a year of real flights through a temporary service and report the findings')
    .option('--exit', 'exit after the report instead of serving the dashboard', false)
    .action(async (options: { exit: boolean }) => {
      const { demo } = await import('./demo/run.ts')
      exit(await demo(options, environment))
    })
  program.addCommand(initCommand(environment))
  program.addCommand(statusCommand(environment, exit))
  program.addCommand(compareCommand(exit))
  program.addCommand(applyCommand(environment))
  for (const command of declaredCommands(environment, exit)) program.addCommand(command)
  program.addCommand(baselineCommand(environment))
  program.addCommand(suggestCommand(environment))
  program.addCommand(replayCommand(environment, exit))
  program.addCommand(backtestCommand(environment, exit))
  program.addCommand(backfillCommand(environment))
  program.addCommand(reproduceCommand(environment, exit))
  program.addCommand(reportCommand(environment))
  program.addCommand(deadLettersCommand(environment, exit))
  program.addCommand(eraseCommand(environment))
  program.addCommand(retentionCommand(environment))
  program.addCommand(alertCommand(environment))
  program.addCommand(silenceCommand(environment))
  program.addCommand(annotationCommand(environment))
  program.addCommand(deliveriesCommand(environment, exit))
  program.addCommand(retrainCommand(environment))
  program.addCommand(retrainRunnerCommand(environment))
  program.addCommand(experimentCommand(environment))
  program.addCommand(bundleCommand(environment))
  program.addCommand(mlflowCommand(environment))
  program.addCommand(keyCommand(environment))
  program.addCommand(configCommand(environment, exit))
  program.addCommand(backupCommand(environment))
  program.addCommand(restoreCommand(environment))
  program.addCommand(adoptCommand(environment))
  settle(program)
  return program
}

/** Commands that were built elsewhere do not take over by themselves that errors are thrown here. */
function settle(command: Command): void {
  if (command.commands.length > 0) refuseUnknownCommands(command)
  for (const one of command.commands) {
    one.copyInheritedSettings(command)
    settle(one)
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage
  if (error instanceof ConfigError || error instanceof StoreError || error instanceof ControlRefused) {
    process.stderr.write(`driftgauge: ${error.message}\n`)
    return EXIT.usage
  }
  if (error instanceof ServiceFailure || error instanceof StoreUnavailable || error instanceof ControlError) {
    process.stderr.write(`driftgauge: ${error.message}\n`)
    return EXIT.failure
  }
  process.stderr.write(
    `driftgauge: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  return EXIT.failure
}
