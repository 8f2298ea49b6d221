import { readFileSync } from 'node:fs'
import { isIPv4 } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'
import type { StoreLocation } from './store/client.ts'

/** A configuration that cannot be used; the message says what to change. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export interface Config {
  port: number
  host: string
  store: StoreLocation
  /** Directory for files that are being read. */
  spool: string
  apiKeys: string[]
  /** YAML file of models and monitors to declare at start-up. */
  declarations: string | undefined
  logLevel: string
}

export type Environment = Record<string, string | undefined>

const environmentSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(8080),
  HOST: z.string().min(1).default('127.0.0.1'),
  DRIFTGAUGE_DATA: z.string().min(1).default('./data'),
  CLICKHOUSE_URL: z.url({ protocol: /^https?$/ }).optional(),
  DRIFTGAUGE_API_KEYS: z.string().default(''),
  DRIFTGAUGE_CONFIG: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

/** May be given as a file's path in `NAME_FILE`, as container platforms mount secrets. */
const SECRETS = ['CLICKHOUSE_URL', 'DRIFTGAUGE_API_KEYS'] as const
const SHORTEST_KEY = 16

/** Reads the configuration from the environment. Throws {@link ConfigError}. */
export function readConfig(environment: Environment): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  for (const name of SECRETS) given[name] = secret(given, name)
  const outcome = environmentSchema.safeParse(given)
  if (!outcome.success) {
    throw new ConfigError(
      outcome.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
    )
  }
  const { PORT, HOST, DRIFTGAUGE_DATA, CLICKHOUSE_URL, DRIFTGAUGE_API_KEYS, DRIFTGAUGE_CONFIG, LOG_LEVEL } =
    outcome.data
  const apiKeys = DRIFTGAUGE_API_KEYS.split(',').map((key) => key.trim()).filter((key) => key !== '') // prettier-ignore
  if (apiKeys.some((key) => key.length < SHORTEST_KEY)) {
    throw new ConfigError(
      `DRIFTGAUGE_API_KEYS: a key has fewer than ${SHORTEST_KEY} characters; make one with "openssl rand -hex 24".`,
    )
  }
  if (!isLoopback(HOST) && apiKeys.length === 0) {
    throw new ConfigError(
      `HOST is ${HOST}, which others can reach, and no key would be asked of them. ` +
        'Set DRIFTGAUGE_API_KEYS to one or more keys, separated by commas, or leave HOST at 127.0.0.1.',
    )
  }
  return {
    port: PORT,
    host: HOST,
    store:
      CLICKHOUSE_URL === undefined ? { path: join(DRIFTGAUGE_DATA, 'clickhouse') } : { url: CLICKHOUSE_URL },
    spool: join(DRIFTGAUGE_DATA, 'spool'),
    apiKeys,
    declarations: DRIFTGAUGE_CONFIG,
    logLevel: LOG_LEVEL,
  }
}

function secret(environment: Environment, name: string): string | undefined {
  const path = environment[`${name}_FILE`]
  if (path === undefined) return environment[name]
  if (environment[name] !== undefined) throw new ConfigError(`Set either ${name} or ${name}_FILE, not both.`)
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new ConfigError(`${name}_FILE: ${(cause as Error).message}`)
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}
