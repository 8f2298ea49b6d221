import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { StartedProcess } from './record.ts'

/**
 * What tells a running process from any other with the same number, before or after a restart of the machine: when it
 * was started. Undefined where no such process runs.
 */
export function processIdentity(pid: number): string | undefined {
  try {
    return process.platform === 'linux' ? onLinux(pid) : elsewhere(pid)
  } catch {
    return undefined
  }
}

function onLinux(pid: number): string | undefined {
  // The name, in parentheses, may hold spaces and parentheses itself.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  const [state, startedAt] = [fields[0], fields[19]]
  // A zombie has ended; only nobody has asked how.
  if (state === 'Z' || state === 'X') return undefined
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${startedAt}`
}

function elsewhere(pid: number): string | undefined {
  const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  return text === '' ? undefined : text
}

export const isAlive = ({ pid, identity }: StartedProcess): boolean => processIdentity(pid) === identity
