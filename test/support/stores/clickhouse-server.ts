import { spawn, type ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describeUnless } from '../runner/missing.ts'
import { findPython } from '../python.ts'

export interface ClickHouseServer {
  url: string
  /** Sends SIGKILL, and resolves when the process is gone. */
  kill(): Promise<void>
  /** On the same directory and port, after {@link kill}. */
  restart(): Promise<void>
  /** For the server to freeze and go on: SIGSTOP, SIGCONT. */
  signal(signal: NodeJS.Signals): void
  close(): Promise<void>
}

const STARTED_WITHIN_MS = 60_000
/** Longer than any test: the program holds the listeners as long as its last statement runs. */
const LIFETIME_SECONDS = 7200
const LISTEN = `SYSTEM START LISTEN HTTP; SELECT sleepEachRow(1) FROM numbers(${LIFETIME_SECONDS})
  SETTINGS function_sleep_max_microseconds_per_block=0, max_block_size=1 FORMAT Null`

/** Describes tests on a server, which takes the embedded engine's library and a Python to call it. */
export function describeOnServer(name: string, tests: () => void): void {
  describeUnless(whyNoServer(), name, tests)
}

function whyNoServer(): string | undefined {
  if (enginePath() === undefined) return 'the embedded engine is not installed on this platform'
  return findPython('ctypes') === undefined ? 'no python3 found; set PYTHON to one' : undefined
}

/**
 * A ClickHouse server on loopback with its data in `path`. The library of the embedded engine has all of `clickhouse
 * local`, listeners included, so this is the real HTTP interface, with real concurrency.
 */
export async function startClickHouseServer(path: string): Promise<ClickHouseServer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child = await run(path, port)
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return {
    url,
    kill,
    async restart() {
      child = await run(path, port)
    },
    signal: (signal) => void child.kill(signal),
    close: kill,
  }
}

async function run(path: string, port: number): Promise<ChildProcess> {
  const options = [
    `--path=${path}`,
    `--http_port=${port}`,
    '--listen_host=127.0.0.1',
    '--multiquery',
    `--query=${LISTEN}`,
  ]
  const script = join(import.meta.dirname, 'clickhouse-server.py')
  const child = spawn(findPython('ctypes')!, [script, enginePath()!, ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  // A test run that is killed must not leave servers behind.
  const reap = () => child.kill('SIGKILL')
  process.once('exit', reap)
  child.once('exit', () => process.off('exit', reap))
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const deadline = Date.now() + STARTED_WITHIN_MS
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the ClickHouse server ended: ${errors}`)
    if (await answers(port)) return child
    await delay(50)
  }
  child.kill('SIGKILL')
  throw new Error(`the ClickHouse server did not answer: ${errors}`)
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/ping`)).ok
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

function enginePath(): string | undefined {
  try {
    const chdb = createRequire(createRequire(import.meta.url).resolve('chdb/connection'))
    const name = `@chdb/lib-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`
    return join(dirname(chdb.resolve(`${name}/package.json`)), 'libchdb.so')
  } catch {
    return undefined
  }
}
