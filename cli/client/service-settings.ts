import { readFileSync } from 'node:fs'
import { ConfigError, type Environment } from '../../config.ts'

/** DRIFTGAUGE_URL, checked. */
export function serviceUrl(environment: Environment): string | undefined {
  const text = environment.DRIFTGAUGE_URL ?? ''
  if (text === '') return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new ConfigError(
      'DRIFTGAUGE_URL: write the address of the service as http://host:port or https://host.',
    )
  if (url.username !== '' || url.password !== '')
    throw new ConfigError('DRIFTGAUGE_URL holds a user name or password; give the key in DRIFTGAUGE_API_KEY.')
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

/** DRIFTGAUGE_API_KEY, else the first of DRIFTGAUGE_API_KEYS; each may be a file's path in `…_FILE`. */
export function serviceKey(environment: Environment): string | undefined {
  const value = (name: string) => {
    const [given, path] = [environment[name] ?? '', environment[`${name}_FILE`] ?? '']
    if (given !== '' && path !== '') throw new ConfigError(`Set either ${name} or ${name}_FILE, not both.`)
    if (path === '') return given.trim()
    try {
      return readFileSync(path, 'utf8').trim()
    } catch (cause) {
      throw new ConfigError(`${name}_FILE: ${(cause as Error).message}`)
    }
  }
  const own = value('DRIFTGAUGE_API_KEY')
  const keys = value('DRIFTGAUGE_API_KEYS')
  const key = own !== '' ? own : keys.split(',').map((one) => one.trim()).find((one) => one !== '') // prettier-ignore
  // A header cannot carry it, and the error that says so would show it.
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key))
    throw new ConfigError('DRIFTGAUGE_API_KEY: a key holds letters, digits and punctuation only.')
  return key
}
