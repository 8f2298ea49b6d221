import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { buildConnector, type Agent } from 'undici'
import { createHttpAgent } from '../../http-agent.ts'
import { refusedAddress } from './address.ts'
import type { AllowList } from './allow-list.ts'

/** A request that the guard did not let out. Sending it again would be refused again. */
export class RefusedTarget extends Error {
  override readonly name = 'RefusedTarget'
}

export type Lookup = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

export interface SafeAgentOptions {
  allow: AllowList
  /** Of connecting, of the wait for headers, and between two parts of the body. */
  timeoutMs?: number
  lookup?: Lookup
}

/** Milliseconds that each stage of a request may take. */
export const STAGE_TIMEOUT_MS = 10_000

/**
 * An agent that connects to addresses of the public internet alone, and to those on the allow list.
 *
 * The check stands where the socket connects, on the very addresses it is given: a name that resolves to
 * something else the second time gains nothing. Addresses in the URL are checked as well, which no lookup sees.
 */
export function createSafeAgent({
  allow,
  timeoutMs = STAGE_TIMEOUT_MS,
  lookup = systemLookup,
}: SafeAgentOptions): Agent {
  const connectors = new Map<string, buildConnector.connector>()
  return createHttpAgent({
    timeoutMs,
    keepAliveTimeout: timeoutMs,
    connect: (options, callback) => {
      const host = options.hostname.replace(/^\[|\]$/g, '')
      const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80)
      if (isIP(host) !== 0) {
        const refusal = refusalOf(allow, host, port, host)
        if (refusal) return callback(refusal, null)
      }
      const key = `${host}:${port}`
      const connector =
        connectors.get(key) ??
        buildConnector({ timeout: timeoutMs, lookup: guarded(lookup, allow, host, port) })
      connectors.set(key, connector)
      connector(options, callback)
    },
  })
}

/** Resolves a name and passes its addresses on only if each one is allowed: a mixed answer is not to be trusted. */
function guarded(lookup: Lookup, allow: AllowList, host: string, port: number): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0)
      if (addresses.length === 0) return callback(new Error(`${host} has no address`), '', 0)
      const refusal = addresses.map(({ address }) => refusalOf(allow, host, port, address)).find(Boolean)
      if (refusal) return callback(refusal, '', 0)
      if (options.all) return callback(null, addresses)
      callback(null, addresses[0].address, addresses[0].family)
    })
  }
}

function refusalOf(allow: AllowList, host: string, port: number, address: string): RefusedTarget | undefined {
  const reason = refusedAddress(address)
  if (reason === undefined || allow({ host, port, address })) return undefined
  return new RefusedTarget(
    `${host} is at ${address}, which is not a public address (${reason}) and is not on the allow list`,
  )
}

/** Reads a URL to be called. Throws {@link RefusedTarget} unless it is http or https, without credentials. */
export function safeUrl(text: string): URL {
  if (!URL.canParse(text)) throw new RefusedTarget('not a URL')
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new RefusedTarget(`${url.protocol} is not http: or https:`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new RefusedTarget('a URL with a user name or password')
  }
  return url
}
