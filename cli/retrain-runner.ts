import { Command, InvalidArgumentError, Option } from 'commander'
import type { Environment } from '../config.ts'
import {
  collectOrigin,
  collectParam,
  parsePort,
  parseRegisteredModel,
  parseTimeout,
  parseUri,
  readOptions,
  type GivenOptions,
} from './retrain-runner/options.ts'

const HELP = `
Examples:
  driftgauge retrain-runner --project ./training --env-manager local --registered-model flights
  driftgauge retrain-runner --timeout 90m -- python3 train.py

The secret of the webhook that calls is required: in DRIFTGAUGE_RETRAIN_SECRET, or in a file.

The command runs without a shell. It finds what to train in its environment:
  DRIFTGAUGE_TRAINING_FROM, DRIFTGAUGE_TRAINING_TO   the training period
  DRIFTGAUGE_RETRAIN_ID, DRIFTGAUGE_MODEL            the id of the request, and the model
  DRIFTGAUGE_REQUEST_FILE                            the whole request, as JSON
  DRIFTGAUGE_RESULT_FILE                             where to write {"version": "2"} as the last step

Each request is trained once, one at a time. What became of it is remembered in --state.
`

/** `driftgauge retrain-runner`: takes signed retraining requests and runs a training for each. */
export function retrainRunnerCommand(environment: Environment): Command {
  return new Command('retrain-runner')
    .description('receive retraining requests and run a training for each')
    .argument('[command...]', 'after "--": the command to run for each request, in place of --project')
    .option('--project <uri>', 'MLflow project to run: a folder or a Git address', parseUri)
    .option('--param <key=value>', 'further parameter of the project; repeatable', collectParam)
    .option('--entry-point <name>', 'entry point of the project (default: main)', parseValue)
    .option('--env-manager <name>', 'environment of the project, such as local or virtualenv', parseValue)
    .option(
      '--registered-model <name>',
      'without a result file, report the new version of this model in the registry at MLFLOW_TRACKING_URI',
      parseRegisteredModel,
    )
    .addOption(
      new Option('--timeout <time>', 'stop a training that runs longer')
        .argParser(parseTimeout)
        .default(parseTimeout('6h'), '6h'),
    )
    .option('--state <directory>', 'where requests, logs and outcomes are kept', './retrain-runner')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on', parsePort, 8090)
    .option('--secret-file <path>', 'file with the secret')
    .option(
      '--callback-origin <origin>',
      'only report to this origin, such as https://drift.example.com; repeatable (default: any)',
      collectOrigin,
    )
    .addHelpText('after', HELP)
    .action(async (command: string[], given: GivenOptions) => {
      const options = readOptions(given, command, environment)
      const { runRetrainRunner } = await import('./retrain-runner/run.ts')
      await runRetrainRunner(options, environment)
    })
}

function parseValue(text: string): string {
  if (!/^[\w.][\w.-]*$/.test(text)) throw new InvalidArgumentError('use letters, digits, ".", "_" and "-"')
  return text
}
