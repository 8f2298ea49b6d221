import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { Ending } from './conclude.ts'
import type { CommandLine } from './job.ts'
import { isAlive, processIdentity } from './process-identity.ts'
import type { StartedProcess } from './record.ts'

export interface Child {
  /** Undefined where it could not be started. */
  process: StartedProcess | undefined
  ended: Promise<Ending>
}

const POLL_MS = 500

/** Starts a command in a process group of its own, which outlives this process. What it prints goes into the log file. */
export function startChild({ file, args, environment }: CommandLine, logPath: string): Child {
  const log = openSync(logPath, 'a', 0o600)
  try {
    const child = spawn(file, args, { detached: true, stdio: ['ignore', log, log], env: environment })
    const ended = new Promise<Ending>((resolve) => {
      child.once('error', (error) => resolve({ how: 'not_started', error: error.message }))
      child.once('exit', (code, signal) =>
        resolve(code === null ? { how: 'signalled', signal: String(signal) } : { how: 'exited', code }),
      )
    })
    const { pid } = child
    if (pid === undefined) return { process: undefined, ended }
    // One that has ended already has no identity any more, and needs none.
    return { process: { pid, identity: processIdentity(pid) ?? '' }, ended }
  } catch (error) {
    return {
      process: undefined,
      ended: Promise.resolve({ how: 'not_started', error: (error as Error).message }),
    }
  } finally {
    closeSync(log)
  }
}

/** Waits for a command that an earlier runner has started. */
export function adoptChild(process: StartedProcess): Child {
  const end = async (): Promise<Ending> => {
    while (isAlive(process)) await wait(POLL_MS)
    return { how: 'unknown' }
  }
  return { process, ended: end() }
}

/** Ends a process group: politely, and after `graceMs` by force. */
export async function killGroup({ pid }: StartedProcess, graceMs: number): Promise<void> {
  const deadline = Date.now() + graceMs
  if (!signalGroup(pid, 'SIGTERM')) return
  while (Date.now() < deadline) {
    await wait(Math.min(POLL_MS, 50))
    if (!signalGroup(pid, 0)) return
  }
  signalGroup(pid, 'SIGKILL')
}

/** Whether there is still somebody to hear it. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    // macOS says so of a group of zombies.
    if ((error as NodeJS.ErrnoException).code === 'EPERM') return false
    throw error
  }
}
