import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startGuard } from '../kafka/process.ts'
import { describeUnless } from '../runner/missing.ts'

/** Debian has it in a folder that is on the path of root alone. */
const PROGRAM = ['/usr/sbin', ...(process.env.PATH ?? '').split(delimiter)]
  .map((folder) => join(folder, 'nginx'))
  .find((path) => existsSync(path))

const READY_WITHIN_MS = 20_000

/** Describes tests behind nginx: see {@link describeUnless} where it is not installed. */
export function describeBehindNginx(name: string, tests: () => void): void {
  describeUnless(PROGRAM === undefined ? 'nginx is not installed' : undefined, name, tests)
}

/** An nginx that serves this `server` block on `port` of loopback, as its only one, and ends with this process. */
export async function startNginx(server: string, port: number): Promise<{ stop(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-nginx-'))
  const guard = startGuard(directory)
  const log = join(directory, 'error.log')
  // Where it writes by default belongs to the system.
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  mkdirSync(join(directory, 'tmp'))
  const configuration = join(directory, 'nginx.conf')
  writeFileSync(
    configuration,
    `daemon off; master_process off; pid ${join(directory, 'pid')}; error_log ${log} warn;
    events {}
    http {
      access_log off;
      ${temporary.map((kind) => `${kind}_temp_path ${join(directory, 'tmp', kind)};`).join('\n')}
      ${server}
    }`,
  )
  execFileSync(PROGRAM!, ['-t', '-q', '-e', log, '-c', configuration], { stdio: 'pipe' })
  const child = spawn(PROGRAM!, ['-e', log, '-c', configuration], { stdio: 'ignore' })
  guard.watch(child.pid)
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    guard.watch(undefined)
    await guard.release()
  }
  const deadline = Date.now() + READY_WITHIN_MS
  while (!(await isListening(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      const errors = existsSync(log) ? readFileSync(log, 'utf8') : ''
      await stop()
      throw new Error(`nginx does not listen:\n${errors}`)
    }
    await delay(20)
  }
  return { stop }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
