import type { Logger } from 'pino'
import type { SourceRunner } from '../ingest/sources/runner.ts'
import { every } from './every.ts'

/** How often to see whether a source is due. */
const SEE_MS = 5_000

/** Runs batch sources when they are due, from now on. Returns how to stop. */
export function startSources(runner: SourceRunner, log: Logger): () => Promise<void> {
  return every(SEE_MS, () =>
    runner.runDue().catch((err: unknown) => log.error({ err }, 'batch sources were not looked at')),
  )
}
