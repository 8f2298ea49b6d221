import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { print } from '../support.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt')

/** Versions that were asked for, such as `evidently 0.7.23`. */
export function pinned(): string[] {
  return readFileSync(REQUIREMENTS, 'utf8').trim().replaceAll('==', ' ').split('\n')
}

/** The Python of {@link peersPython}, if it has been made before. */
export function installedPython(): string | undefined {
  const python = pythonOf(environmentPath())
  return existsSync(python) ? python : undefined
}

/** A Python that has the peers, in an environment of their own, which is made where there is none yet. */
export function peersPython(): string {
  const installed = installedPython()
  if (installed !== undefined) return installed
  const environment = environmentPath()
  const python = pythonOf(environment)
  print(`Installing ${pinned().join(', ')} from PyPI …`)
  try {
    run('python3', ['-m', 'venv', environment])
    run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS])
  } catch (cause) {
    // Half of an environment would be taken for a whole one.
    rmSync(environment, { recursive: true, force: true })
    throw cause
  }
  return python
}

function environmentPath(): string {
  const hash = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12)
  return join(ROOT, 'node_modules', '.cache', `peers-${hash}`)
}

const pythonOf = (environment: string) => join(environment, 'bin', 'python')

function run(command: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0)
    throw new Error(`${command} ${args.slice(0, 3).join(' ')} failed: ${error?.message ?? stderr.trim()}`)
}
