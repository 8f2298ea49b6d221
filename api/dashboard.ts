import { existsSync } from 'node:fs'
import { join } from 'node:path'
import express, { Router } from 'express'
import { Problem } from './problem.ts'

/** What is not a page: these paths are answered for programs, also when a browser asks for one that is not there. */
const NOT_PAGES = /^\/(api|assets|healthz|readyz|metrics)(\/|$)/

/**
 * The files of the dashboard, open as they hold no data. Every path that is a page of it, and not a file, is answered
 * with the page that finds its way from there, so that a copied address opens again.
 */
export function dashboardRoutes(directory: string): Router {
  const router = Router()
  const index = join(directory, 'index.html')
  router.use(
    '/assets',
    express.static(join(directory, 'assets'), { immutable: true, maxAge: '365d', index: false }),
  )
  router.use(express.static(directory, { index: false, maxAge: '1h' }))
  router.get('/{*path}', page)
  return router

  function page(request: express.Request, response: express.Response, next: express.NextFunction): void {
    if (NOT_PAGES.test(request.path) || !request.accepts('html')) {
      next()
      return
    }
    if (!existsSync(index))
      throw new Problem(404, 'Not found', 'The dashboard is not built: run "npm run build" and start again.')
    response.set('Cache-Control', 'no-cache').sendFile(index)
  }
}
