import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, writeFileSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { freePorts } from '../free-ports.ts'
import { startGuard } from '../kafka/process.ts'
import { describeUnless } from '../runner/missing.ts'

export interface PostgresServer {
  /** Of the superuser and the database `postgres`. */
  url: string
  /** The address of a new, empty schema, which is quicker to make than a database. */
  createSchema(): Promise<string>
  /** Sends the signal, and resolves when the server is gone; at once for SIGSTOP and SIGCONT. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again on the same port and data, after {@link kill}. */
  start(): Promise<void>
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

const READY_WITHIN_MS = 60_000
const DEBIAN = '/usr/lib/postgresql'
const PASSWORD = 'password'
const INIT = ['--auth=scram-sha-256', '--no-sync']
/** An order of names that is not that of their bytes, as most installations have. */
const LOCALE = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US']
const SETTINGS = [
  'fsync=off',
  'unix_socket_directories=',
  'listen_addresses=127.0.0.1',
  'shared_buffers=16MB',
]

const programs = findPrograms()

/** Describes tests on PostgreSQL: see {@link describeUnless} where it is not installed. */
export function describeOnPostgres(name: string, tests: () => void): void {
  describeUnless(programs === undefined ? 'PostgreSQL is not installed' : undefined, name, tests)
}

/** A PostgreSQL server on loopback that ends with this process, however it ends. */
export async function startPostgres(): Promise<PostgresServer> {
  const [port] = await freePorts(1)
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-postgres-'))
  const user = serverUser()
  if (user !== undefined) chownSync(directory, user.uid, user.gid)
  const data = join(directory, 'data')
  const passwordFile = join(directory, 'password')
  writeFileSync(passwordFile, PASSWORD)
  execFileSync(
    join(programs!, 'initdb'),
    [`--pgdata=${data}`, '--username=postgres', `--pwfile=${passwordFile}`, ...INIT, ...LOCALE],
    { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'], ...user },
  )
  // By which it ends its sessions and gives back its shared memory.
  const guard = startGuard(directory, 'QUIT')
  const url = `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`
  let schemas = 0
  let running: ChildProcess | undefined

  async function start(): Promise<void> {
    const settings = [...SETTINGS, `port=${port}`].flatMap((setting) => ['-c', setting])
    running = spawn(join(programs!, 'postgres'), ['-D', data, ...settings], {
      cwd: directory,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...user,
    })
    guard.watch(running.pid)
    await ready(running, url)
  }
  /** Connections of a server that was killed end by themselves, and the next one waits for them. */
  async function startOnceFree(): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS
    for (;;) {
      try {
        return await start()
      } catch (error) {
        if (!String(error).includes('shared memory block') || Date.now() > deadline) throw error
        await delay(100)
      }
    }
  }
  async function kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (running === undefined) return
    const ended = once(running, 'exit')
    const sessions = signal === 'SIGKILL' ? childrenOf(running.pid!) : []
    running.kill(signal)
    // They would go on answering until they notice.
    for (const session of sessions) endProcess(session)
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return
    await ended
    running = undefined
    guard.watch(undefined)
  }
  const stop = async () => {
    await kill('SIGQUIT')
    await guard.release()
  }
  try {
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url,
    async createSchema() {
      const name = `test_${++schemas}`
      await query(url, `CREATE SCHEMA ${name}`)
      return `${url}?options=${encodeURIComponent(`-c search_path=${name}`)}`
    },
    kill,
    start: startOnceFree,
    stop,
  }
}

/** Runs one statement on a connection of its own. */
export async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  // One that the server closes while it is idle.
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

async function ready(server: ChildProcess, url: string): Promise<void> {
  let errors = ''
  server.stderr!.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-10_000)))
  const deadline = Date.now() + READY_WITHIN_MS
  for (;;) {
    if (server.exitCode !== null || server.signalCode !== null)
      throw new Error(`PostgreSQL ended at start-up:\n${errors}`)
    try {
      await query(url, 'SELECT 1')
      return
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(`PostgreSQL did not answer:\n${errors}`, { cause })
      await delay(50)
    }
  }
}

/** PostgreSQL refuses to run as root; its package makes a user for it. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (option: string) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** The folder of the newest installed version: Debian's, else the one on the path. */
function findPrograms(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ]
  return folders.find((folder) => existsSync(join(folder, 'initdb')))
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself meanwhile.
  }
}
