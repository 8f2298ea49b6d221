import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { ConfigError, type Environment } from '../../config.ts'
import { webhookDefinition } from '../../control/declared/channels/webhook.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/time.ts'
import { OWN_PARAMS, type Job } from './job.ts'
import type { RegistryLocation } from './registry.ts'

/** The options as commander gives them. */
export interface GivenOptions {
  host: string
  port: number
  secretFile?: string
  project?: string
  param?: string[]
  entryPoint?: string
  envManager?: string
  registeredModel?: string
  timeout: Timeout
  state: string
  callbackOrigin?: string[]
}

export interface Timeout {
  text: string
  milliseconds: number
}

export interface RunnerOptions {
  host: string
  port: number
  secret: string
  job: Job
  registry: RegistryLocation | undefined
  timeout: Timeout
  state: string
  origins: readonly string[] | undefined
}

/** Puts the options together. Throws {@link ConfigError}. */
export function readOptions(
  given: GivenOptions,
  command: readonly string[],
  environment: Environment,
): RunnerOptions {
  const { host, port, timeout, state, callbackOrigin: origins } = given
  return {
    host,
    port,
    secret: readSecret(given.secretFile, environment),
    job: readJob(given, command),
    registry:
      given.registeredModel === undefined ? undefined : readRegistry(given.registeredModel, environment),
    timeout,
    state,
    origins,
  }
}

function readJob(
  { project, param = [], entryPoint, envManager }: GivenOptions,
  command: readonly string[],
): Job {
  const [file, ...args] = command
  if ((project === undefined) === (file === undefined))
    throw new ConfigError('Give either --project or, after "--", a command to run.')
  if (project !== undefined) return { kind: 'project', uri: project, params: param, entryPoint, envManager }
  if (param.length > 0 || entryPoint !== undefined || envManager !== undefined)
    throw new ConfigError('--param, --entry-point and --env-manager are for --project alone.')
  return { kind: 'command', file, args }
}

const SECRET = 'DRIFTGAUGE_RETRAIN_SECRET'

function readSecret(option: string | undefined, environment: Environment): string {
  const value = environment[SECRET] || undefined
  const path = option ?? (environment[`${SECRET}_FILE`] || undefined)
  if (value !== undefined && path !== undefined)
    throw new ConfigError(`Give the secret either in ${SECRET} or in a file, not both.`)
  const secret = path === undefined ? value : readSecretFile(path)
  if (secret === undefined || secret === '')
    throw new ConfigError(
      `The runner needs the secret of the webhook that calls it: set ${SECRET}, or name a file with --secret-file.`,
    )
  const { error } = webhookDefinition.schema.shape.secret.safeParse(secret)
  if (error !== undefined) throw new ConfigError(`${SECRET}: the secret of a webhook has at least 24 bytes.`)
  return secret
}

function readSecretFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new ConfigError(`--secret-file: ${(cause as Error).message}`)
  }
}

function readRegistry(model: string, environment: Environment): RegistryLocation {
  const uri = environment.MLFLOW_TRACKING_URI ?? ''
  if (!/^https?:\/\//.test(uri) || !URL.canParse(uri))
    throw new ConfigError('--registered-model needs MLFLOW_TRACKING_URI, such as https://mlflow.example.com.')
  const url = new URL(uri)
  if (url.username !== '' || url.password !== '')
    throw new ConfigError(
      'MLFLOW_TRACKING_URI: give user and password in MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.',
    )
  return {
    url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    model,
    authorization: authorizationOf(environment),
  }
}

/** As MLflow's own client: a user goes before a token. */
function authorizationOf({
  MLFLOW_TRACKING_USERNAME: user,
  MLFLOW_TRACKING_PASSWORD: password,
  MLFLOW_TRACKING_TOKEN: token,
}: Environment): string | undefined {
  if (user && password) return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  return token ? `Bearer ${token}` : undefined
}

export function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
    throw new InvalidArgumentError('use a whole number from 0 (any free port) to 65535')
  return Number(text)
}

const UNITS: Record<string, number> = { s: 1_000, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS }
const MAX_TIMEOUT_MS = 14 * DAY_MS

export function parseTimeout(text: string): Timeout {
  const milliseconds = /^[1-9]\d{0,5}[smhd]$/.test(text)
    ? Number(text.slice(0, -1)) * UNITS[text.slice(-1)]
    : 0
  if (milliseconds === 0 || milliseconds > MAX_TIMEOUT_MS)
    throw new InvalidArgumentError('write it as 90m, 6h or 2d, at most 14d')
  return { text, milliseconds }
}

export function collectParam(text: string, params: readonly string[] = []): string[] {
  const [, key] = /^([\w./-]+)=/.exec(text) ?? []
  if (key === undefined) throw new InvalidArgumentError('write it as key=value')
  if (OWN_PARAMS.includes(key)) throw new InvalidArgumentError(`the runner sets ${key} itself`)
  return [...params, text]
}

export function collectOrigin(text: string, origins: readonly string[] = []): string[] {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`)
    throw new InvalidArgumentError('write it as https://drift.example.com, without a path')
  return [...origins, url.origin]
}

/** Of a project, which is no option of `mlflow` itself. */
export function parseUri(text: string): string {
  if (text === '' || text.startsWith('-'))
    throw new InvalidArgumentError('give a folder or an address of Git')
  return text
}

/** The name stands in a filter of MLflow, which knows no escapes. */
export function parseRegisteredModel(text: string): string {
  if (!/^[^'"`\\/:%]{1,256}$/.test(text))
    throw new InvalidArgumentError('the name of a registered model has no quotes, slashes or colons')
  return text
}
