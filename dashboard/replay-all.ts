/** Why dead letters were rejected again, with one of them. */
export interface ReplayReason {
  reason: string
  letters: number
  id: string
  detail: string
}

export interface ReplayBatch {
  replayed: number
  rejected: number
  reasons: ReplayReason[]
  /** Those that are still to be tried. */
  remaining: number
  next_cursor?: string | undefined
}

export type ReplayProgress = Omit<ReplayBatch, 'next_cursor'>

export const NOTHING_REPLAYED: ReplayProgress = { replayed: 0, rejected: 0, reasons: [], remaining: 0 }

/**
 * Replays batch after batch, each dead letter once, and yields what came of all so far. Whoever stops listening stops
 * the replay.
 */
export async function* replayAll(
  replayFrom: (cursor: string | undefined) => Promise<ReplayBatch>,
): AsyncGenerator<ReplayProgress> {
  let total = NOTHING_REPLAYED
  let cursor: string | undefined
  do {
    const { next_cursor, ...batch } = await replayFrom(cursor)
    total = sum(total, batch)
    yield total
    cursor = next_cursor
  } while (cursor !== undefined)
}

function sum(total: ReplayProgress, batch: ReplayProgress): ReplayProgress {
  const reasons = new Map(total.reasons.map((one) => [one.reason, one]))
  for (const one of batch.reasons) {
    const known = reasons.get(one.reason)
    reasons.set(one.reason, known === undefined ? one : { ...known, letters: known.letters + one.letters })
  }
  return {
    replayed: total.replayed + batch.replayed,
    rejected: total.rejected + batch.rejected,
    reasons: [...reasons.values()].sort((a, b) => b.letters - a.letters),
    remaining: batch.remaining,
  }
}
