import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { ENTRY } from '../../test/support/entry.ts'
import { ROOT } from '../../test/support/root.ts'

const CLOCK = join(import.meta.dirname, 'simulated-clock.mjs')
const TICK_WITHIN_MS = 600_000
/** Between two looks whether a tick has ended; each look costs the service some milliseconds. */
const POLL_MS = { first: 100, most: 1_000 }
const WARNING = 40

/** A running `driftgauge serve` whose clock is set from here. */
export interface SoakService {
  pid: number
  /** Sends a request below `/api/v1`, and gives the answer, parsed. Throws where it is not one of success. */
  call(this: void, method: string, path: string, body?: unknown): Promise<any> // eslint-disable-line @typescript-eslint/no-explicit-any
  /** Sends lines, and gives the answer whatever it says. */
  send(this: void, path: string, lines: string): Promise<Intake>
  /** Sets the clock, and resolves when the tick that is due then has ended. */
  tick(this: void, clock: number): Promise<Metrics>
  stop(this: void, signal: NodeJS.Signals): Promise<void>
}

export interface Intake {
  status: number
  accepted: number
  rejected: number
}

/** The sum over all labels, by the name of the metric. */
export type Metrics = ReadonlyMap<string, number>

export interface LaunchOptions {
  environment: Record<string, string>
  clock: number
  /** Told of each warning and error in the log. */
  onWarning: (line: string) => void
}

/** Starts the service at a time, and resolves when it is ready. */
export async function launch({ environment, clock, onWarning }: LaunchOptions): Promise<SoakService> {
  const child = spawn(process.execPath, ['--import', CLOCK, ...ENTRY, 'serve'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: '0',
      LOG_LEVEL: 'warn',
      SIMULATED_CLOCK: String(clock),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const ended = once(child, 'close')
  const reap = () => child.kill('SIGKILL')
  process.once('exit', reap)
  void ended.then(() => process.off('exit', reap))
  const lines: string[] = []
  createInterface({ input: child.stderr! }).on('line', (line) => {
    if (levelOf(line) >= WARNING) onWarning(line)
    else if (lines.length < 50) lines.push(line)
  })
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line.startsWith('ready: ')) resolve(line.replace('ready: ', ''))
    })
    void ended.then(() => reject(new Error(`the service did not start:\n${lines.join('\n')}`)))
  })
  return connect(child, url, ended)
}

function connect(child: ChildProcess, url: string, ended: Promise<unknown>): SoakService {
  const metrics = async () => parseMetrics(await (await fetch(`${url}/metrics`)).text())
  let ticks = 0
  return {
    pid: child.pid!,
    async call(method, path, body) {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
      return text === '' ? undefined : JSON.parse(text)
    },
    async send(path, lines) {
      const headers = { 'content-type': 'application/x-ndjson' }
      const response = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers, body: lines })
      const { accepted = 0, rejected = 0 } = (await response.json()) as Partial<Intake>
      return { status: response.status, accepted, rejected }
    },
    async tick(clock) {
      child.send({ set: clock })
      const until = performance.now() + TICK_WITHIN_MS
      for (
        let pause = POLL_MS.first;
        performance.now() < until;
        pause = Math.min(1.5 * pause, POLL_MS.most)
      ) {
        await delay(pause)
        const now = await metrics()
        const done = now.get('driftgauge_tick_seconds_count') ?? 0
        if (done === ticks) continue
        ticks = done
        return now
      }
      throw new Error(`no tick at ${new Date(clock).toISOString()}`)
    },
    async stop(signal) {
      child.kill(signal)
      await ended
    },
  }
}

function levelOf(line: string): number {
  try {
    return (JSON.parse(line) as { level: number }).level
  } catch {
    return 0
  }
}

/** Reads the text format of Prometheus; histograms give their sum and count. */
export function parseMetrics(text: string): Metrics {
  const sums = new Map<string, number>()
  for (const line of text.split('\n')) {
    const found = /^([a-z_]+)(?:\{.*\})? (\S+)$/.exec(line)
    if (found !== null) sums.set(found[1], (sums.get(found[1]) ?? 0) + Number(found[2]))
  }
  return sums
}
