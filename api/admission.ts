/** Lets bodies in as long as they fit into a budget of memory. */
export interface Admission {
  /** Sets bytes aside; `release` gives them back. */
  enter(
    bytes: number,
  ): { admitted: true; release: () => void } | { admitted: false; retryAfterSeconds: number }
  /** Bytes set aside now. */
  readonly held: number
}

const LONGEST_WAIT_SECONDS = 30

/**
 * Whoever is turned away is told to come back after as long as the oldest of those inside has been there, 1 to 30
 * seconds. A body larger than the whole budget is let in when it is alone.
 * @param budget bytes
 * @param clock milliseconds
 */
export function createAdmission(budget: number, clock: () => number = () => performance.now()): Admission {
  // In the order in which they came.
  const inside = new Set<{ bytes: number; since: number }>()
  let held = 0
  return {
    get held() {
      return held
    },
    enter(bytes) {
      if (inside.size > 0 && held + bytes > budget) {
        const [oldest] = inside
        const seconds = Math.ceil((clock() - oldest.since) / 1000)
        return { admitted: false, retryAfterSeconds: Math.min(Math.max(seconds, 1), LONGEST_WAIT_SECONDS) }
      }
      const entry = { bytes, since: clock() }
      inside.add(entry)
      held += bytes
      const release = () => {
        if (inside.delete(entry)) held -= bytes
      }
      return { admitted: true, release }
    },
  }
}
