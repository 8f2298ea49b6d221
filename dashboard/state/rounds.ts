import type { Invalidation } from '../queries/invalidate.ts'

/** Between two rounds, for whatever else the service has to do. */
const PAUSE_MS = 1_500
/** A round that takes longer, as answers do not come, holds up the next one no further. */
const LONGEST_MS = 15_000

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/**
 * Takes changes and asks anew for what shows them, one round at a time: changes that come while answers are awaited are
 * asked for together in the next round. A busy service is then asked as often as it can answer, and a page is never kept
 * from an answer by the next question.
 */
export function createRounds(
  ask: (changes: readonly Invalidation[]) => Promise<unknown>,
): (change: Invalidation) => void {
  let waiting: Invalidation[] = []
  let isRunning = false
  async function run(): Promise<void> {
    isRunning = true
    while (waiting.length > 0) {
      const changes = waiting
      waiting = []
      await Promise.race([ask(changes), after(LONGEST_MS)])
      await after(PAUSE_MS)
    }
    isRunning = false
  }
  return (change) => {
    waiting.push(change)
    if (!isRunning) void run()
  }
}
