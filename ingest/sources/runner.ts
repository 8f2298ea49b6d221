import { setTimeout } from 'node:timers/promises'
import { LeaseLost } from '../../control/database/lease.ts'
import { sources } from '../../control/declared/sources/source.ts'
import { processLease } from '../../store/process-lease.ts'
import { isDue, runSource, type RunContext } from './run.ts'

export interface SourceRunner {
  /**
   * Runs a source, unless it is being run, and waits for the end, but not for longer than `patience`; `running` also where
   * another process runs it. Rejects where the run does.
   */
  run(name: string, patience: number): Promise<'ended' | 'running'>
  /** Begins with all sources for which there is something to do. */
  runDue(): Promise<void>
  /** Stops between two parts of a file. */
  stop(): Promise<void>
}

/** Sources that are run at the same time. */
const AT_ONCE = 2
/** Other processes take a lease of which they hear nothing for longer. */
const BEAT_MS = 5_000

/** Runs sources, each in one process at a time, and in this one only a few at once. */
export function createSourceRunner(options: RunContext): SourceRunner {
  const { store, clock, onFailure } = options
  const running = new Map<string, Promise<'ended' | 'running'>>()
  const stopping = new AbortController()

  const begin = (name: string): Promise<'ended' | 'running'> => {
    const found = running.get(name)
    if (found !== undefined) return found
    const run = underLease(name).finally(() => running.delete(name))
    running.set(name, run)
    return run
  }

  async function underLease(name: string): Promise<'ended' | 'running'> {
    const lease = processLease(store, `source ${name}`)
    if (!(await lease.hold())) return 'running'
    const lost = new AbortController()
    const beat = setInterval(() => {
      lease.hold().then(
        (isHeld) => isHeld || lost.abort(),
        () => {},
      )
    }, BEAT_MS)
    try {
      const source = await sources.read(store.control, name)
      const signal = AbortSignal.any([stopping.signal, lost.signal])
      if (source !== undefined) await runSource(options, source, { signal, fence: lease.fence })
      return 'ended'
    } catch (cause) {
      // Another process runs it now, or this one stops.
      if (cause instanceof LeaseLost || stopping.signal.aborted || lost.signal.aborted) return 'running'
      throw cause
    } finally {
      clearInterval(beat)
      await lease.release().catch(() => {})
    }
  }

  return {
    run: (name, patience) => Promise.race([begin(name), setTimeout(patience, 'running' as const)]),
    async runDue() {
      for (const source of await sources.list(store.control)) {
        if (stopping.signal.aborted || running.size >= AT_ONCE) return
        if (running.has(source.name) || !(await isDue(store.control, source, clock()))) continue
        begin(source.name).catch((cause: unknown) => onFailure(source.name, cause))
      }
    },
    async stop() {
      stopping.abort()
      await Promise.allSettled(running.values())
    },
  }
}
