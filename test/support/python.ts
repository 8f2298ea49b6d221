import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './root.ts'
import { describeUnless } from './runner/missing.ts'

/** Ends with 0 where all modules are there, in their version where one is named. Importing them takes seconds. */
const HAS_ALL = `import sys, importlib.util, importlib.metadata
def has(wanted):
    name, _, version = wanted.partition('==')
    if importlib.util.find_spec(name) is None: return False
    return not version or version == importlib.metadata.version(name)
sys.exit(not all(map(has, sys.argv[1:])))`

/** `$PYTHON`, a `.venv` in the clone, or the system's, whichever first has these modules: `numpy`, or `moto==5.2.5`. */
export function findPython(...modules: string[]): string | undefined {
  const candidates = [process.env.PYTHON, join(ROOT, '.venv', 'bin', 'python'), 'python3']
  return candidates.find((candidate) => {
    if (!candidate) return false
    try {
      execFileSync(candidate, ['-c', HAS_ALL, ...modules], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
}

/** Describes tests that run a Python with these modules: see {@link describeUnless} where there is none. */
export function describeWithPython(
  name: string,
  modules: readonly string[],
  tests: (python: string) => void,
): void {
  const python = findPython(...modules)
  const reason = `no python3 with ${modules.join(' and ')} found; set PYTHON to one that has them`
  describeUnless(python === undefined ? reason : undefined, name, () => tests(python!))
}
