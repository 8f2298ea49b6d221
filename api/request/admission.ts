/** Lets bodies in as long as what is in memory of them fits into a budget. */
export interface Admission {
  /** Lets a body in whatever the others hold; it waits for room when it is large. */
  join(): HeldBody
  enter(): { admitted: true; body: HeldBody } | { admitted: false; retryAfterSeconds: number }
  /** Bytes held now. */
  readonly held: number
}

/** What is in memory of a body that was let in. */
export interface HeldBody {
  /** Resolves once more of it may be read. */
  room(this: void): Promise<void>
  add(this: void, bytes: number): void
  /** What was there is stored, and its memory free. */
  clear(this: void): void
  leave(this: void): void
}

/** The same chunks, told to be in memory; one is read when there is room for it. */
export async function* held(chunks: AsyncIterable<Buffer>, body: HeldBody): AsyncGenerator<Buffer> {
  await body.room()
  for await (const chunk of chunks) {
    body.add(chunk.length)
    yield chunk
    await body.room()
  }
}

const MAX_WAIT_SECONDS = 30
/** A body of which no more than this is held never waits. */
const SMALL_BYTES = 200_000

/**
 * Turns away whoever comes while the budget is used up. Those inside wait for room once they hold more than a little; one
 * at a time may go beyond the budget, so that somebody always gets on. Whoever is turned away is told to come back after
 * as long as the oldest of those inside has been there, 1 to 30 seconds.
 * @param budget bytes
 * @param clock milliseconds
 */
export function createAdmission(budget: number, clock: () => number = () => performance.now()): Admission {
  // In the order in which they came.
  const inside = new Set<Entry>()
  const waiting = new Map<Entry, () => void>()
  /** The one that may go beyond the budget. */
  let beyond: Entry | undefined
  let held = 0

  const hasRoom = (entry: Entry) => entry.own < SMALL_BYTES || held < budget || beyond === entry

  function letOn(): void {
    for (const [entry, resume] of waiting) {
      if (held >= budget) beyond ??= entry
      if (!hasRoom(entry)) return
      waiting.delete(entry)
      resume()
    }
  }

  function change(entry: Entry, bytes: number): void {
    entry.own += bytes
    held += bytes
  }

  function free(entry: Entry): void {
    change(entry, -entry.own)
    if (beyond === entry) beyond = undefined
    letOn()
  }

  function join(): HeldBody {
    const entry: Entry = { since: clock(), own: 0 }
    inside.add(entry)
    return {
      async room() {
        if (hasRoom(entry)) return
        const turn = new Promise<void>((resolve) => waiting.set(entry, resolve))
        letOn()
        await turn
      },
      add: (bytes) => change(entry, bytes),
      clear: () => free(entry),
      leave() {
        inside.delete(entry)
        waiting.delete(entry)
        free(entry)
      },
    }
  }

  return {
    get held() {
      return held
    },
    join,
    enter() {
      if (held < budget) return { admitted: true, body: join() }
      const [oldest] = inside
      const seconds = Math.ceil((clock() - oldest.since) / 1000)
      return { admitted: false, retryAfterSeconds: Math.min(Math.max(seconds, 1), MAX_WAIT_SECONDS) }
    },
  }
}

interface Entry {
  since: number
  /** Bytes held of it. */
  own: number
}
