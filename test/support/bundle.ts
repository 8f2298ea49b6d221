import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'vite'
import { atEnd } from './runner/at-end.ts'
import { ROOT } from './root.ts'

/** Native, or with files of their own. */
const APART = /^(chdb|libsql|lz4-napi|pg|pino|snappy|undici|@resvg|@toondepauw)(\/|$)/

/**
 * JavaScript of a script and what it imports, for processes that start many times: hundreds of files take longer to load
 * than all that most processes do. Gives the path of the file to start, in `folder`.
 *
 * The folder has to be two below the root, as those in dist/ are, so that packages and `package.json` are found.
 */
export async function bundleInto(folder: string, script: string, name: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: ROOT,
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: script,
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: {
        output: { entryFileNames: name, chunkFileNames: '[name]-[hash].mjs' },
        external: APART,
      },
    },
  })
  return join(folder, name)
}

/** As {@link bundleInto}, removed with the test file. */
export async function bundle(script: string): Promise<string> {
  const name = basename(script, '.ts')
  const folder = join(ROOT, '.cache', `${name}-${process.pid}`)
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return bundleInto(folder, script, `${name}.mjs`)
}
