import { readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { z } from 'zod'
import { kafkaSchema } from './config-kafka.ts'
import { mlflowSchema } from './config-mlflow.ts'
import { retentionSettingSchema } from './config-retention.ts'
import type { Retention } from './domain/retention.ts'
import type { KafkaSettings } from './ingest/kafka/settings.ts'
import type { SourceSettings } from './ingest/sources/settings.ts'
import { isLoopback } from './loopback.ts'
import type { MlflowSettings } from './registry/mlflow/settings.ts'
import type { ControlLocation } from './control/database/control.ts'
import type { StoreLocation } from './store/engine/client.ts'

/** A configuration that cannot be used; the message says what to change. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export interface Config {
  port: number
  host: string
  store: StoreLocation
  control: ControlLocation
  /** Whether events are on the disk before they are acknowledged. */
  durable: boolean
  /** Directory for files that are being read. */
  spool: string
  apiKeys: string[]
  /** Undefined where no broker is named. */
  kafka: KafkaSettings | undefined
  /** Undefined where no server is named. */
  mlflow: MlflowSettings | undefined
  /** What batch sources may read, and with what. */
  sources: SourceSettings
  /** YAML file of models and monitors to declare at start-up. */
  declarations: string | undefined
  /** Where users reach the service, for links in messages; without it the address it listens on. */
  publicUrl: string | undefined
  /** Called after each tick, for whoever watches the watcher. */
  heartbeatUrl: string | undefined
  /** The server that mail is sent through, and the sender; undefined where none is named. */
  smtp: { url: string; from: string } | undefined
  /** Bytes: of a body of records, of a file for a baseline, and what uploads leave free on the disk. */
  limits: { intakeBytes: number; fileBytes: number; freeBytes: number }
  /** Private targets that webhooks may reach: `host`, `host:port` or CIDR. */
  webhookAllow: string[]
  /** How long data are kept. */
  retention: Retention
  logLevel: string
}

export type Environment = Record<string, string | undefined>

const PORT_HINT = 'use a whole number from 0 (any free port) to 65535'

const SMTP_HINT =
  'write it as smtp://user:password@host:587, or smtps; percent-encode special characters in the user name and password'

const MEGABYTE = 1_000_000

const megabytes = (least: number) => {
  const hint = `write a whole number of megabytes, at least ${least}`
  return z.coerce.number(hint).int(hint).min(least, hint)
}

const environmentSchema = z.object({
  PORT: z.coerce.number(PORT_HINT).int(PORT_HINT).min(0, PORT_HINT).max(65535, PORT_HINT).default(8080),
  HOST: z.string().min(1).default('127.0.0.1'),
  DRIFTGAUGE_DATA: z.string().min(1).default('./data'),
  CLICKHOUSE_URL: z
    .url({ protocol: /^https?$/, error: 'write it as http://user:password@host:8123, or https' })
    .optional(),
  CLICKHOUSE_CLUSTER: z.string().min(1).optional(),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'write it as postgres://user:password@host:5432/database' })
    .optional(),
  DRIFTGAUGE_FSYNC: z.enum(['true', 'false']).default('true'),
  DRIFTGAUGE_API_KEYS: z.string().default(''),
  DRIFTGAUGE_CONFIG: z.string().min(1).optional(),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'write it as https://host, or http' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  HEARTBEAT_URL: z.url({ protocol: /^https?$/, error: 'write it as https://host/path, or http' }).optional(),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: SMTP_HINT })
    .refine(isDecodable, SMTP_HINT)
    .optional(),
  SMTP_FROM: z.email('write an address as name@example.com').optional(),
  DRIFTGAUGE_WEBHOOK_ALLOW: z.string().default(''),
  DRIFTGAUGE_SOURCE_FOLDERS: z
    .string()
    .default('')
    .transform(list)
    .refine((folders) => folders.every(isAbsolute), 'write whole paths, from /, separated by commas'),
  DRIFTGAUGE_MAX_INTAKE_MB: megabytes(16).default(4_000),
  DRIFTGAUGE_MAX_FILE_MB: megabytes(1).default(20_000),
  DRIFTGAUGE_MIN_FREE_MB: megabytes(0).default(1_000),
  DRIFTGAUGE_RETENTION: retentionSettingSchema,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

/** May be given as a file's path in `NAME_FILE`, as container platforms mount secrets. */
const SECRETS = [
  'CLICKHOUSE_URL',
  'DATABASE_URL',
  'DRIFTGAUGE_API_KEYS',
  'HEARTBEAT_URL',
  'KAFKA_SASL_PASSWORD',
  'MLFLOW_TRACKING_TOKEN',
  'MLFLOW_TRACKING_PASSWORD',
  'MLFLOW_WEBHOOK_SECRET',
  'SMTP_URL',
] as const
const MIN_KEY_LENGTH = 16

/** Reads the configuration from the environment. Throws {@link ConfigError}. */
export function readConfig(environment: Environment): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  for (const name of SECRETS) given[name] = secret(given, name)
  const service = environmentSchema.safeParse(given)
  const kafka = kafkaSchema.safeParse(given)
  const mlflow = mlflowSchema.safeParse(given)
  if (!service.success || !kafka.success || !mlflow.success) {
    const issues = [service, kafka, mlflow].flatMap(({ error }) => error?.issues ?? [])
    throw new ConfigError(issues.map(({ path, message }) => `${path[0]?.toString()}: ${message}`).join('\n'))
  }
  const settings = service.data
  const apiKeys = list(settings.DRIFTGAUGE_API_KEYS)
  if (apiKeys.some((key) => key.length < MIN_KEY_LENGTH)) {
    throw new ConfigError(
      `DRIFTGAUGE_API_KEYS: a key has fewer than ${MIN_KEY_LENGTH} characters; create one with "openssl rand -hex 24".`,
    )
  }
  if (!isLoopback(settings.HOST) && apiKeys.length === 0) {
    throw new ConfigError(
      `HOST is ${settings.HOST}, which other machines can reach without a key. ` +
        'Set DRIFTGAUGE_API_KEYS to one or more keys, separated by commas, or keep HOST at 127.0.0.1.',
    )
  }
  const { DATABASE_URL: database, DRIFTGAUGE_DATA: data } = settings
  return {
    port: settings.PORT,
    host: settings.HOST,
    store: storeLocation(settings),
    control: database === undefined ? { path: join(data, 'control.db') } : { url: database },
    durable: settings.DRIFTGAUGE_FSYNC === 'true',
    spool: join(data, 'spool'),
    apiKeys,
    kafka: kafka.data,
    mlflow: mlflow.data,
    sources: {
      folders: settings.DRIFTGAUGE_SOURCE_FOLDERS.map((folder) => resolve(folder)),
      variables: sourceSecrets(given),
    },
    declarations: settings.DRIFTGAUGE_CONFIG,
    publicUrl: settings.PUBLIC_URL,
    heartbeatUrl: settings.HEARTBEAT_URL,
    smtp: smtpSettings(settings.SMTP_URL, settings.SMTP_FROM),
    limits: {
      intakeBytes: settings.DRIFTGAUGE_MAX_INTAKE_MB * MEGABYTE,
      fileBytes: settings.DRIFTGAUGE_MAX_FILE_MB * MEGABYTE,
      freeBytes: settings.DRIFTGAUGE_MIN_FREE_MB * MEGABYTE,
    },
    webhookAllow: list(settings.DRIFTGAUGE_WEBHOOK_ALLOW),
    retention: settings.DRIFTGAUGE_RETENTION,
    logLevel: settings.LOG_LEVEL,
  }
}

function storeLocation({
  CLICKHOUSE_URL: url,
  CLICKHOUSE_CLUSTER: cluster,
  DRIFTGAUGE_DATA: data,
}: z.infer<typeof environmentSchema>): StoreLocation {
  if (url !== undefined) return { url, cluster }
  if (cluster === undefined) return { path: join(data, 'clickhouse') }
  throw new ConfigError('CLICKHOUSE_CLUSTER: set CLICKHOUSE_URL to the address of a node of the cluster too.')
}

/** CLICKHOUSE_URL alone, for what needs no other setting. Throws {@link ConfigError}. */
export function clickhouseUrl(environment: Environment): string | undefined {
  const given = secret(environment, 'CLICKHOUSE_URL')
  const { data, error } = environmentSchema.shape.CLICKHOUSE_URL.safeParse(given === '' ? undefined : given)
  if (error !== undefined) throw new ConfigError(`CLICKHOUSE_URL: ${error.issues[0].message}`)
  return data
}

function isDecodable(url: string): boolean {
  try {
    const { username, password } = new URL(url)
    decodeURIComponent(username + password)
    return true
  } catch {
    return false
  }
}

/** Without a sender it is the user of the server, where that is an address. */
function smtpSettings(url: string | undefined, from: string | undefined): Config['smtp'] {
  if (url === undefined) return undefined
  const user = decodeURIComponent(new URL(url).username)
  return { url, from: from ?? (user.includes('@') ? user : 'driftgauge@localhost') }
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

const AWS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']
const FOR_SOURCES =
  /^(DRIFTGAUGE_SOURCE_[A-Z0-9_]+_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|URL))(?:_FILE)?$/

/** Variables for batch sources, without the `_FILE` of those that name a file. */
export function sourceVariables(environment: Environment): string[] {
  const own = Object.keys(environment).flatMap((name) => FOR_SOURCES.exec(name)?.[1] ?? [])
  return [...new Set([...AWS, ...own])]
}

function sourceSecrets(environment: Environment): Record<string, string> {
  const values = sourceVariables(environment).map((name) => [name, secret(environment, name)])
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Record<string, string>
}

function secret(environment: Environment, name: string): string | undefined {
  const path = environment[`${name}_FILE`]
  if (path === undefined) return environment[name]
  if (environment[name] !== undefined) throw new ConfigError(`Set either ${name} or ${name}_FILE, not both.`)
  const value = readSecret(name, path)
  if (value === '') throw new ConfigError(`${name}_FILE: ${path} is empty.`)
  return value
}

function readSecret(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new ConfigError(`${name}_FILE: ${(cause as Error).message}`)
  }
}
