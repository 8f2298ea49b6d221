import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Router, type Response } from 'express'
import { ROUTES } from '../contract/routes.ts'
import { openApiDocument } from '../openapi.ts'
import { page, start } from './page.ts'

/** What of Swagger UI the page loads; nothing else of the package is served. */
const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** `openapi.json`, and a page for people made of it. Both are open: they hold nothing of what is stored. */
export function docsRoutes(version: string): Router {
  const router = Router({ caseSensitive: true })
  const document = JSON.stringify(openApiDocument(ROUTES, version))
  const directory = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  router.get('/openapi.json', (_request, response) => {
    response.type('json').send(document)
  })
  router.get('/docs', (_request, response) => {
    secured(response).type('html').send(page)
  })
  router.get('/docs/start.js', (_request, response) => {
    secured(response).type('js').send(start)
  })
  for (const name of ASSETS) {
    router.get(`/docs/${name}`, (_request, response) => {
      secured(response).sendFile(join(directory, name), { maxAge: '1h', dotfiles: 'allow' })
    })
  }
  return router
}

/** The page runs and loads nothing but what is served here. */
function secured(response: Response): Response {
  return response
    .set('Content-Security-Policy', POLICY)
    .set('X-Content-Type-Options', 'nosniff')
    .set('Referrer-Policy', 'no-referrer')
}
