import type { RequestHandler } from 'express'
import { Problem } from './problem.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
const OWN_SITES = new Set(['same-origin', 'none'])

/**
 * Refuses changes that a page of another site makes a browser ask for: on a loopback address without keys any page
 * the user visits could post here. Browsers say where a request comes from; other clients send no such headers.
 */
export function refuseForeignPages(publicUrl: string | undefined): RequestHandler {
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).host
  return (request, _response, next) => {
    if (SAFE_METHODS.has(request.method)) return next()
    const site = request.get('sec-fetch-site')
    if (site !== undefined && !OWN_SITES.has(site))
      throw new Problem(403, 'Forbidden', 'Pages of other sites may not send this request.')
    const origin = request.get('origin')
    if (origin !== undefined && !isOwnOrigin(origin, [request.get('host'), publicHost]))
      throw new Problem(
        403,
        'Forbidden',
        'The header "Origin" names another host than the one that the request was sent to. If a proxy changes the header "Host", set PUBLIC_URL to the address of the pages.',
      )
    next()
  }
}

/** Whether the page is of one of these hosts; a port that its scheme has by default counts as none. */
function isOwnOrigin(origin: string, hosts: readonly (string | undefined)[]): boolean {
  if (!URL.canParse(origin)) return false
  const { protocol, host } = new URL(origin)
  return hosts.some((own) => {
    const url = `${protocol}//${own}`
    return own !== undefined && URL.canParse(url) && new URL(url).host === host
  })
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
