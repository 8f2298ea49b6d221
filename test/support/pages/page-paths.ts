import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../root.ts'

/** The paths of the dashboard's pages, read from its source, which only the browser can load. */
export const pagePaths = [
  ...readFileSync(join(ROOT, 'dashboard/pages.ts'), 'utf8').matchAll(/^ {2}'(\/[^']*)':/gm),
].map(([, path]) => path)
