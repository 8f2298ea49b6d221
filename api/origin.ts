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
    throw new Problem(403, 'Forbidden', 'A page of another site may not ask for this.')
  next()
}
