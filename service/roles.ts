import { ConfigError } from '../config.ts'
import type { StoreLocation } from '../store/engine/client.ts'

/** What a process of the service does; any number of processes may ingest or serve the API, one detects. */
export const ROLES = ['ingest', 'detect', 'api'] as const
export type Role = (typeof ROLES)[number]

/** Throws {@link ConfigError} for unknown roles, and for a part of them where no other process could do the rest. */
export function parseRoles(text: string, store: StoreLocation): ReadonlySet<Role> {
  const roles = new Set<Role>()
  for (const name of text.split(',').map((part) => part.trim())) {
    const role = ROLES.find((one) => one === name)
    if (role === undefined)
      throw new ConfigError(`--roles: unknown role "${name}"; use one or more of ${ROLES.join(', ')}.`)
    roles.add(role)
  }
  if ('path' in store && roles.size < ROLES.length) {
    throw new ConfigError(
      `--roles ${text}: the embedded ClickHouse serves a single process, so no other process could take the remaining roles. ` +
        'Set CLICKHOUSE_URL to a server that all processes share, or omit --roles.',
    )
  }
  return roles
}
