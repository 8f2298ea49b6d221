import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, type Store } from '../store/client.ts'
import { migrate } from '../store/migrations.ts'

/** Runs a measurement on a fresh embedded store. */
export async function withStore(measure: (store: Store, directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-bench-'))
  const store = await openStore({ path: join(directory, 'data') })
  try {
    await migrate(store, new Date())
    await measure(store, directory)
  } finally {
    await store.close()
    rmSync(directory, { recursive: true, force: true })
  }
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
