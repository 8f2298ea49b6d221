import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../root.ts'

/** Runs one of the scripts beside this one in a process of its own. */
export function runBeside(script: string, ...args: string[]): Promise<{ stdout: string }> {
  const path = join('test/support/legacy', script)
  return promisify(execFile)(process.execPath, ['--import', 'tsx', path, ...args], {
    cwd: ROOT,
    maxBuffer: 2 ** 26,
  })
}
