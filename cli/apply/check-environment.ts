import { parseAllowList } from '../../alerts/http/allow-list.ts'
import { ConfigError, readConfig, sourceVariables, type Config, type Environment } from '../../config.ts'
import { printable } from '../shared/text.ts'
import { serviceKey, serviceUrl } from '../client/service-settings.ts'
import { didYouMean } from '../../domain/suggest.ts'
import { VARIABLES, type Variable } from '../../declare/variables.ts'

export interface Setting {
  name: string
  /** As it may be shown; secrets are not. */
  value: string
  source: 'environment' | 'file' | 'default' | 'none'
}

export interface CheckedEnvironment {
  settings: Setting[]
  faults: string[]
  config: Config | undefined
}

/** What the environment sets, fit to be shown, and what is wrong with it. */
export function checkEnvironment(environment: Environment): CheckedEnvironment {
  const faults: string[] = []
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work()
    } catch (error) {
      faults.push((error as Error).message)
      return undefined
    }
  }
  const config = attempt(() => readConfig(environment))
  attempt(() => serviceUrl(environment))
  // Keys of the service are checked with its configuration.
  attempt(() => serviceKey({ ...environment, DRIFTGAUGE_API_KEYS: '', DRIFTGAUGE_API_KEYS_FILE: '' }))
  if (config !== undefined) {
    attempt(() => {
      try {
        parseAllowList(config.webhookAllow)
      } catch (cause) {
        throw new ConfigError(`DRIFTGAUGE_WEBHOOK_ALLOW: ${(cause as Error).message}`)
      }
    })
  }
  return {
    settings: VARIABLES.map((one) => setting(one, environment)),
    faults: [...faults, ...misspelt(environment)],
    config,
  }
}

function setting({ name, default: fallback, secret }: Variable, environment: Environment): Setting {
  const [value, path] = [environment[name] ?? '', environment[`${name}_FILE`] ?? '']
  if (secret !== undefined && value === '' && path !== '')
    return { name, value: `from ${printable(path)}`, source: 'file' }
  if (value !== '') return { name, value: secret === true ? 'hidden' : shown(value), source: 'environment' }
  return fallback === undefined
    ? { name, value: '', source: 'none' }
    : { name, value: fallback, source: 'default' }
}

/** A URL without what may be a password in it. */
function shown(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || url.host === '') return printable(value)
  const user = url.username + url.password === '' ? '' : '…@'
  return printable(`${url.protocol}//${user}${url.host}${url.pathname}${url.search === '' ? '' : '?…'}`)
}

/** Variables that look like one of ours and are none; others may well be meant for the YAML file. */
function misspelt(environment: Environment): string[] {
  const known = [
    ...VARIABLES.flatMap(({ name, secret }) => (secret ? [name, `${name}_FILE`] : [name])),
    ...sourceVariables(environment).flatMap((name) => [name, `${name}_FILE`]),
  ]
  return Object.keys(environment).flatMap((name) => {
    if (!name.startsWith('DRIFTGAUGE_') || known.includes(name) || (environment[name] ?? '') === '') return []
    const meant = didYouMean(name, known)
    return meant === '' ? [] : [`${printable(name)}: unknown variable${meant}`]
  })
}
