import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest } from '../../../store/backup/manifest.ts'
import { runCommand } from '../child.ts'

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a command of `driftgauge` in a process of its own, to its end. */
export async function runToEnd(environment: Record<string, string>, ...line: string[]): Promise<Ended> {
  const child = runCommand({ LOG_LEVEL: 'error', ...environment }, ...line)
  const { code, stderr } = await child.ended
  return { code, stdout: child.lines.join('\n'), stderr }
}

/** As {@link runToEnd}, of a command that must succeed. */
export async function mustRun(environment: Record<string, string>, ...line: string[]): Promise<Ended> {
  const ended = await runToEnd(environment, ...line)
  if (ended.code !== 0) throw new Error(`${line.join(' ')} ended with ${ended.code}\n${ended.stderr}`)
  return ended
}

export const readManifest = (directory: string) =>
  JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as Manifest

/** Rows by table. */
export const rowCounts = ({ tables }: Manifest) =>
  Object.fromEntries(tables.map(({ database, name, rows }) => [`${database}.${name}`, rows]))
