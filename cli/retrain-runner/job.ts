import type { Environment } from '../../config.ts'
import type { RunnerRecord } from './record.ts'

/** What is run for each request. */
export type Job =
  | { kind: 'command'; file: string; args: readonly string[] }
  | {
      kind: 'project'
      uri: string
      params: readonly string[]
      entryPoint: string | undefined
      envManager: string | undefined
    }

export interface JobFiles {
  request: string
  result: string
}

export interface CommandLine {
  file: string
  args: string[]
  environment: Environment
}

/** Parameters that the runner sets itself. */
export const OWN_PARAMS = ['training_from', 'training_to', 'retrain_id']

/** The command line for a request, and its environment. Pure. No shell reads any of it. */
export function commandLine(
  job: Job,
  { id, model, training }: Pick<RunnerRecord, 'id' | 'model' | 'training'>,
  files: JobFiles,
  inherited: Environment,
): CommandLine {
  const environment = {
    ...withoutSecret(inherited),
    DRIFTGAUGE_RETRAIN_ID: id,
    DRIFTGAUGE_MODEL: model,
    DRIFTGAUGE_TRAINING_FROM: training.from,
    DRIFTGAUGE_TRAINING_TO: training.to,
    DRIFTGAUGE_REQUEST_FILE: files.request,
    DRIFTGAUGE_RESULT_FILE: files.result,
  }
  if (job.kind === 'command') return { file: job.file, args: [...job.args], environment }
  const values = [training.from, training.to, id].map((value, index) => `${OWN_PARAMS[index]}=${value}`)
  const args = [
    'run',
    job.uri,
    ...(job.entryPoint === undefined ? [] : ['--entry-point', job.entryPoint]),
    ...(job.envManager === undefined ? [] : ['--env-manager', job.envManager]),
    ...[...values, ...job.params].flatMap((param) => ['-P', param]),
  ]
  return { file: 'mlflow', args, environment }
}

/** Whoever knows the secret can make the runner train: the command needs it for nothing. */
function withoutSecret(environment: Environment): Environment {
  const { DRIFTGAUGE_RETRAIN_SECRET: _secret, DRIFTGAUGE_RETRAIN_SECRET_FILE: _file, ...rest } = environment
  return rest
}
