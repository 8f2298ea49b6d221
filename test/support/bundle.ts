import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'vite'
import { atEnd } from './runner/at-end.ts'
import { ROOT } from './root.ts'

/**
 * One JavaScript file of a script and all of ours that it imports, for processes that start many times. It lies one
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
    build: { ssr: script, outDir, emptyOutDir: false, minify: false, rolldownOptions: { output } },
  })
  atEnd(() => rmSync(join(outDir, name), { force: true }))
  return join(outDir, name)
}
