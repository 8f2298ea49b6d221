import { join } from 'node:path'
import express, { Router, type Request, type Response } from 'express'
import { Problem, unknownRoute } from './problem.ts'

const NO_PAGES = /^\/(api|healthz|readyz|metrics)(\/|$)/
const READING = new Set(['GET', 'HEAD'])

/**
 * The built files of the dashboard, open to all: they hold no data. Each view has an address of its own, so whatever
 * a browser asks for as a page is answered with the one page there is.
 */
export function dashboardRoutes(directory: string): Router {
  const router = Router({ caseSensitive: true })
  // Their names change with their content.
  const unchanging = { index: false, redirect: false, immutable: true, maxAge: '1y' } as const
  router.use('/assets', express.static(join(directory, 'assets'), unchanging), unknownRoute)
  router.use(express.static(directory, { index: false, redirect: false, setHeaders: revalidated }))
  router.use((request, response, next) => {
    if (!isPage(request)) {
      next()
      return
    }
    revalidated(response.vary('Accept'))
    response.sendFile('index.html', { root: directory, cacheControl: false }, (error: unknown) => {
      if (error && !response.headersSent) next(isMissing(error) ? notBuilt() : error)
    })
  })
  return router
}

/** Programs take anything, and are better told that there is no such route; but all find the start. */
function isPage(request: Request): boolean {
  if (!READING.has(request.method) || NO_PAGES.test(request.path)) return false
  return request.path === '/' || request.accepts(['json', 'html']) === 'html'
}

function revalidated(response: Response): void {
  response.set('Cache-Control', 'no-cache')
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'

const notBuilt = () =>
  new Problem(
    404,
    'No dashboard',
    'The dashboard has not been built: run "npm run build". The API is at /api/v1 and its documentation at /api/docs.',
  )
