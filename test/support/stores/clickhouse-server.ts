import { writeFile } from 'node:fs/promises'
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
  /** On the same directory and port, after {@link kill}. One that runs stays. */
  restart(): Promise<void>
  /** For the server to freeze and go on: SIGSTOP, SIGCONT. */
  signal(signal: NodeJS.Signals): void
  close(): Promise<void>
}

const STARTED_WITHIN_MS = 60_000
/** Longer than any test: the program holds the listeners as long as its last statement runs. */
const LIFETIME_SECONDS = 7200
const HOLD = `SELECT sleepEachRow(1) FROM numbers(${LIFETIME_SECONDS})
  SETTINGS function_sleep_max_microseconds_per_block=0, max_block_size=1 FORMAT Null`

/** Describes tests on a server, which takes the embedded engine's library and a Python to call it. */
export function describeOnServer(name: string, tests: () => void): void {
  describeUnless(whyNoServer(), name, tests)
}

function whyNoServer(): string | undefined {
  if (enginePath() === undefined) return 'the embedded engine is not installed on this platform'
  return findPython('_ctypes') === undefined ? 'no python3 found; set PYTHON to one' : undefined
}

/**
 * A ClickHouse server on loopback with its data in `path`. The library of the embedded engine has all of `clickhouse
 * local`, listeners included, so this is the real HTTP interface, with real concurrency.
 */
export async function startClickHouseServer(path: string): Promise<ClickHouseServer> {
  return start({ path, host: '127.0.0.1', port: await freePort() })
}

/** For nodes on addresses of their own, which only Linux has on loopback. */
export function describeOnCluster(name: string, tests: () => void): void {
  const isLinux = process.platform === 'linux'
  const reason = isLinux ? whyNoServer() : 'the nodes need loopback addresses that only Linux has'
  describeUnless(reason, name, tests)
}

export interface ClickHouseCluster {
  name: string
  /** Clusters that the nodes know as well, and that will not do: of one shard, and of one node that is two shards. */
  others: { small: string; doubled: string }
  /** The first one has the first shard. */
  nodes: ClickHouseServer[]
  close(): Promise<void>
}

/** Servers that are the shards of one cluster, with their data in folders of `directory`. */
export async function startClickHouseCluster(directory: string, shards = 2): Promise<ClickHouseCluster> {
  const name = 'shop_cluster'
  const [port, tcpPort] = [await freePort(), await freePort()]
  // 127.0.0.1 is the only address that a server knows as its own. To any other it would connect, and such a connection to
  // itself ends this library, which has no handler for one that is reset. Only the first node asks the others.
  const hosts = Array.from({ length: shards }, (_, i) => `127.0.0.${i + 1}`)
  const file = join(directory, 'cluster.xml')
  const shard = (host: string) =>
    `<shard><replica><host>${host}</host><port>${tcpPort}</port></replica></shard>`
  const others = { small: 'small', doubled: 'doubled' }
  const clusters = {
    [name]: hosts,
    [others.small]: hosts.slice(0, 1),
    [others.doubled]: [hosts[0], hosts[0]],
  }
  const xml = Object.entries(clusters).map(([one, of]) => `<${one}>${of.map(shard).join('')}</${one}>`)
  await writeFile(file, `<clickhouse><remote_servers>${xml.join('')}</remote_servers></clickhouse>`)
  const cluster = { file, port: tcpPort }
  const nodes = await Promise.all(
    hosts.map((host, i) => start({ path: join(directory, `node-${i + 1}`), host, port, cluster })),
  )
  return {
    name,
    others,
    nodes,
    close: async () => void (await Promise.all(nodes.map((node) => node.close()))),
  }
}

interface Server {
  path: string
  host: string
  port: number
  /** The configuration that names its nodes, and the port at which they talk to one another. */
  cluster?: { file: string; port: number }
}

async function start(server: Server): Promise<ClickHouseServer> {
  const url = `http://${server.host}:${server.port}`
  let child = await run(server)
  const isGone = () => child.exitCode !== null || child.signalCode !== null
  const kill = async () => {
    if (isGone()) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return {
    url,
    kill,
    async restart() {
      if (isGone()) child = await run(server)
    },
    signal: (signal) => void child.kill(signal),
    close: kill,
  }
}

async function run({ path, host, port, cluster }: Server): Promise<ChildProcess> {
  const listeners = cluster === undefined ? ['HTTP'] : ['HTTP', 'TCP']
  const options = [
    `--path=${path}`,
    ...(cluster === undefined ? [] : [`--config-file=${cluster.file}`, `--tcp_port=${cluster.port}`]),
    `--http_port=${port}`,
    `--listen_host=${host}`,
    '--multiquery',
    `--query=${listeners.map((one) => `SYSTEM START LISTEN ${one};`).join(' ')} ${HOLD}`,
  ]
  const script = join(import.meta.dirname, 'clickhouse-server.py')
  const child = spawn(findPython('_ctypes')!, [script, enginePath()!, ...options], {
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
    if (await answers(host, port)) return child
    await delay(50)
  }
  child.kill('SIGKILL')
  throw new Error(`the ClickHouse server did not answer: ${errors}`)
}

async function answers(host: string, port: number): Promise<boolean> {
  try {
    return (await fetch(`http://${host}:${port}/ping`)).ok
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
