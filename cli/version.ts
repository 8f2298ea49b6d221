import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The version of this program, as its results and `--version` state it. */
export const CODE_VERSION: string = readVersion()

function readVersion(): string {
  // Sources stand one level below package.json, compiled files two.
  const candidates = ['../package.json', '../../package.json'].map((path) => join(import.meta.dirname, path))
  const path = candidates.find((candidate) => existsSync(candidate))!
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}
