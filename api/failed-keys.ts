import ipaddr from 'ipaddr.js'

/** So many wrong keys at once, and one more after each pause. This machine's own commands and proxies may send more. */
const LIMITS = {
  remote: { burst: 20, refillMs: 6_000 },
  loopback: { burst: 200, refillMs: 300 },
}
const MAX_SOURCES = 10_000

/** What a wrong key leads to; `first` for the one with which the limit is reached. */
export type Failure = { allowed: true } | { allowed: false; retryAfterSeconds: number; first: boolean }

/** Counts wrong keys by where they come from, with a token bucket each. */
export interface FailedKeys {
  failed(address: string): Failure
}

interface Bucket {
  /** When it is full again. */
  fullAt: number
  /** Whether the last wrong key was beyond the limit. */
  isEmpty: boolean
}

/**
 * Limits on wrong keys, in bounded memory: beyond that, whoever has failed longest ago is forgotten.
 * @param clock milliseconds
 */
export function createFailedKeys(clock: () => number = () => performance.now()): FailedKeys {
  // In the order of their last failures.
  const buckets = new Map<string, Bucket>()
  return {
    failed(address) {
      const { source, loopback } = sourceOf(address)
      const { burst, refillMs } = loopback ? LIMITS.loopback : LIMITS.remote
      const now = clock()
      const { fullAt, isEmpty } = buckets.get(source) ?? { fullAt: now, isEmpty: false }
      const nextFullAt = Math.max(fullAt, now) + refillMs
      const waitMs = nextFullAt - now - burst * refillMs
      const allowed = waitMs <= 0
      buckets.delete(source)
      buckets.set(source, { fullAt: allowed ? nextFullAt : fullAt, isEmpty: !allowed })
      if (buckets.size > MAX_SOURCES) buckets.delete(buckets.keys().next().value!)
      return allowed ? { allowed } : { allowed, retryAfterSeconds: Math.ceil(waitMs / 1000), first: !isEmpty }
    },
  }
}

/** An IPv4 address, or the network that one IPv6 subscriber has. */
function sourceOf(text: string): { source: string; loopback: boolean } {
  if (!ipaddr.isValid(text)) return { source: text, loopback: false }
  const address = ipaddr.process(text)
  const loopback = address.range() === 'loopback'
  if (address instanceof ipaddr.IPv4) return { source: address.toString(), loopback }
  return { source: address.parts.slice(0, 4).join(':'), loopback }
}
