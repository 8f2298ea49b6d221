import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { createApp } from '../api/app.ts'
import type { AppOptions } from '../api/context.ts'
import type { KafkaSettings } from '../ingest/kafka/settings.ts'
import { openStore, type Store } from '../store/engine/client.ts'
import { migrate } from '../store/schema/migrations.ts'

/** Runs a measurement on a fresh embedded store. */
export async function withStore<T>(measure: (store: Store, directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-bench-'))
  const store = await openStore({ path: join(directory, 'data') }, { path: join(directory, 'control.db') })
  try {
    await migrate(store, new Date())
    return await measure(store, directory)
  } finally {
    await store.close()
    rmSync(directory, { recursive: true, force: true })
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
