import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './root.ts'
import { missing } from './runner/missing.ts'

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

/** Says that tests are skipped for want of a Python with `packages`: see {@link missing}. */
export function missPython(name: string, packages: string): void {
  missing(name, `no python3 with ${packages} found; set PYTHON to one that has them`)
}
