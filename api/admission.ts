/** Lets bodies in as long as what is in memory of them fits into a budget. */
export interface Admission {
  enter(): { admitted: true; body: HeldBody } | { admitted: false; retryAfterSeconds: number }
  /** Bytes held now. */
  readonly held: number
}

/** What is in memory of a body that was let in. */
export interface HeldBody {
  add(bytes: number): void
  /** What was there is stored, and its memory free. */
  clear(): void
  leave(): void
}

const MAX_WAIT_SECONDS = 30

/**
 * Turns away whoever comes while the budget is used up; those inside may go beyond it, each by the most that is in
 * memory of one body. Who sends little holds little, however long it takes. Whoever is turned away is told to come back
 * after as long as the oldest of those inside has been there, 1 to 30 seconds.
 * @param budget bytes
 * @param clock milliseconds
 */
export function createAdmission(budget: number, clock: () => number = () => performance.now()): Admission {
  // In the order in which they came.
  const inside = new Set<{ since: number }>()
  let held = 0
  return {
    get held() {
      return held
    },
    enter() {
      if (held >= budget) {
        const [oldest] = inside
        const seconds = Math.ceil((clock() - oldest.since) / 1000)
        return { admitted: false, retryAfterSeconds: Math.min(Math.max(seconds, 1), MAX_WAIT_SECONDS) }
      }
      const entry = { since: clock() }
      inside.add(entry)
      let own = 0
      const change = (bytes: number) => {
        own += bytes
        held += bytes
      }
      const body: HeldBody = {
        add: change,
        clear: () => change(-own),
        leave() {
          change(-own)
          inside.delete(entry)
        },
      }
      return { admitted: true, body }
    },
  }
}
