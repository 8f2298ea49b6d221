import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { createApp } from '../api/app.ts'
import type { AppOptions } from '../api/context.ts'
import type { KafkaSettings } from '../ingest/kafka/settings.ts'
import { openStore, type Store, type StoreLocation } from '../store/engine/client.ts'
import { migrate } from '../store/schema/migrations.ts'
import { startClickHouseServer } from '../test/support/stores/clickhouse-server.ts'

/** Runs a measurement in a fresh directory, which is removed after it. */
export async function withDirectory<T>(measure: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-bench-'))
  try {
    return await measure(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Runs a measurement on a fresh embedded store. */
export const withStore = <T>(measure: Measure<T>): Promise<T> =>
  withDirectory((directory) => onStore({ path: join(directory, 'data') }, directory, measure))

/** Runs a measurement on the store of a fresh ClickHouse server. */
export const withServer = <T>(measure: Measure<T>): Promise<T> =>
  withDirectory(async (directory) => {
    const server = await startClickHouseServer(join(directory, 'data'))
    try {
      return await onStore({ url: server.url }, directory, measure)
    } finally {
      await server.close()
    }
  })

type Measure<T> = (store: Store, directory: string) => Promise<T>

async function onStore<T>(location: StoreLocation, directory: string, measure: Measure<T>): Promise<T> {
  const store = await openStore(location, { path: join(directory, 'control.db') })
  try {
    await migrate(store, new Date())
    return await measure(store, directory)
  } finally {
    await store.close()
    if (store.embedded) {
      // What a page asked for last may still be computed, and until then no other directory can be opened.
      const { drainPending } = await import('chdb')
      await drainPending()
    }
  }
}

/** The API over a store, on a free port of the loopback interface, without keys and without a log. */
export async function startApp(
  options: Pick<AppOptions, 'store' | 'models' | 'spool'> & Partial<AppOptions>,
): Promise<{ url: string; close: () => void }> {
  const app = createApp({
    log: pino({ level: 'silent' }),
    apiKeys: [],
    clock: () => new Date(),
    readiness: () => Promise.resolve({ reasons: [], warnings: [] }),
    ...options,
  })
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

/** Milliseconds of the fastest of `runs`: the machines are noisy, and noise only ever adds. */
export async function fastest(runs: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let run = 0; run < runs; run++) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
  }
  return Math.min(...times)
}

export interface Timed {
  ms: number
  /** Milliseconds of a processor, those of the embedded engine included. */
  cpu: number
}

export async function timed(work: () => Promise<unknown>): Promise<Timed> {
  const before = process.cpuUsage()
  const started = performance.now()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { ms: performance.now() - started, cpu: (user + system) / 1000 }
}

/** The least of some measurements: what else the machine does only adds. */
export const least = (times: readonly Timed[], what: keyof Timed) =>
  Math.min(...times.map((one) => one[what]))

const READS = 10

/** Milliseconds of the fastest of some requests for `url`. */
export function fastestRead(url: string): Promise<number> {
  return fastest(READS, async () => {
    const response = await fetch(url)
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  })
}

export const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** Resident memory of a process, as Linux tells it. */
export function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

/** A deterministic stream of numbers in [0, 1). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

export const perSecond = (count: number, milliseconds: number) =>
  `${Math.round((count / milliseconds) * 1000).toLocaleString('en-US')}/s`

/** Settings for the brokers of a bench: plain, without topics of their own. */
export function kafkaSettings(brokers: string): KafkaSettings {
  return {
    brokers: brokers.split(','),
    groupId: 'driftgauge',
    clientId: 'driftgauge',
    sessionTimeoutMs: 30_000,
    predictionsTopic: undefined,
    labelsTopic: undefined,
    tls: undefined,
    sasl: undefined,
  }
}
