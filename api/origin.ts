import type { RequestHandler } from 'express'
import { Problem } from './problem.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
const OWN_SITES = new Set(['same-origin', 'none'])

/**
 * Refuses changes that a page of another site makes a browser ask for: on a loopback address without keys any page
 * the user visits could post here. Browsers say where a request comes from; other clients send no such header.
 */
export const refuseCrossSite: RequestHandler = (request, _response, next) => {
  const site = request.get('sec-fetch-site')
  if (site !== undefined && !OWN_SITES.has(site) && !SAFE_METHODS.has(request.method))
    throw new Problem(403, 'Forbidden', 'Pages of other sites may not send this request.')
  next()
}

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]', '::1'])

/**
 * Refuses requests for a host that is not ours. Without keys a page of any site could otherwise let its own name
 * resolve to this machine, and read and change everything as if it were ours (DNS rebinding).
 */
export function refuseForeignHost(publicUrl: string | undefined): RequestHandler {
  const own = publicUrl === undefined ? undefined : new URL(publicUrl).hostname
  return (request, _response, next) => {
    const { hostname } = request
    if (!LOOPBACK_NAMES.has(hostname) && !/^127(\.\d+){3}$/.test(hostname) && hostname !== own)
      throw new Problem(
        421,
        'Misdirected request',
        `This service does not respond for "${hostname}". Without keys, it responds only for this machine and the host of PUBLIC_URL.`,
      )
    next()
  }
}
