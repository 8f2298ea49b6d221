import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Router } from 'express'
import { ROUTES } from '../contract/routes.ts'
import { openApiDocument } from '../openapi.ts'
import { page, start } from './page.ts'

/** What of Swagger UI the page loads; nothing else of the package is served. */
const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']

/** `openapi.json`, and a page for people made of it. Both are open: they hold nothing of what is stored. */
export function docsRoutes(version: string): Router {
  const router = Router({ caseSensitive: true })
  // Made when somebody first asks, as it would be a seventh of what a start takes.
  let document: string | undefined
  const directory = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  router.get('/openapi.json', (_request, response) => {
    document ??= JSON.stringify(openApiDocument(ROUTES, version))
    response.type('json').send(document)
  })
  router.get('/docs', (_request, response) => {
    response.type('html').send(page)
  })
  router.get('/docs/start.js', (_request, response) => {
    response.type('js').send(start)
  })
  for (const name of ASSETS) {
    router.get(`/docs/${name}`, (_request, response) => {
      response.sendFile(join(directory, name), { maxAge: '1h', dotfiles: 'allow' })
    })
  }
  return router
}
