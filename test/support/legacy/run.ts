import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bundle } from '../bundle.ts'
import { atEnd } from '../runner/at-end.ts'
import { ROOT } from '../root.ts'

const bundles = new Map<string, Promise<string>>()

/** Runs one of the scripts beside this one in a process of its own. */
export async function runBeside(script: string, ...args: string[]): Promise<{ stdout: string }> {
  const bundled = bundles.get(script) ?? bundle(join(import.meta.dirname, script))
  bundles.set(script, bundled)
  // The next test file of this process does not find it.
  atEnd(() => bundles.delete(script))
  return promisify(execFile)(process.execPath, [await bundled, ...args], { cwd: ROOT, maxBuffer: 2 ** 26 })
}
