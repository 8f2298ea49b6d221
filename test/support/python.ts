import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './child.ts'

/** `$PYTHON`, a `.venv` in the clone, or the system's, whichever first has these modules. */
export function findPython(...modules: string[]): string | undefined {
  const candidates = [process.env.PYTHON, join(ROOT, '.venv', 'bin', 'python'), 'python3']
  return candidates.find((candidate) => {
    if (!candidate) return false
    try {
      execFileSync(candidate, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
}

/** Says that tests are skipped for want of a Python with `packages`, or fails when REQUIRE_ALL is 1. */
export function missPython(name: string, packages: string): void {
  const reason = `no python3 with ${packages} found; set PYTHON to one that has them`
  if (process.env.REQUIRE_ALL === '1')
    test(`${name}: needs python3 with ${packages}`, () => expect.fail(reason))
  else console.log(`SKIPPED ${name}: ${reason}`)
}
