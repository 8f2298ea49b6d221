import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'vite'
import { atEnd } from './runner/at-end.ts'
import { ROOT } from './root.ts'

/** Native, or with files of their own. */
const APART = /^(chdb|libsql|lz4-napi|pg|pino|snappy|undici|@resvg|@toondepauw)(\/|$)/

/**
 * One JavaScript file of a script and what it imports, for processes that start many times. It lies one
 * folder below the root, as sources do, so that packages and `package.json` are found; it is removed with the test file.
 */
export async function bundle(script: string): Promise<string> {
  const outDir = join(ROOT, '.cache')
  const name = `${basename(script, '.ts')}-${process.pid}.mjs`
  const output = { entryFileNames: name, codeSplitting: false }
  await build({
    configFile: false,
    logLevel: 'error',
    root: ROOT,
    // Hundreds of files take longer to load than all that most processes do.
    ssr: { noExternal: true },
    build: {
      ssr: script,
      outDir,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: { output, external: APART },
    },
  })
  atEnd(() => rmSync(join(outDir, name), { force: true }))
  return join(outDir, name)
}
