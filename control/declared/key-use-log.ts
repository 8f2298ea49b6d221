/** Collects the uses of keys, and writes them seldom. */
export interface KeyUseLog {
  /** To be called at each use; costs nothing. */
  used(id: string, at: Date): void
  /** Uses that are not written yet. */
  unwritten(): ReadonlyMap<string, Date>
  /** Writes what is left. */
  stop(): Promise<void>
}

export interface KeyUseLogOptions {
  write: (uses: ReadonlyMap<string, Date>) => Promise<void>
  /** Pause between two writes. */
  everyMs: number
  /** Told why a write failed; what it held is written with the next. */
  onFailure: (error: unknown) => void
}

/** Writes the first use at once, and then at most one statement's worth of uses in each pause. */
export function createKeyUseLog({ write, everyMs, onFailure }: KeyUseLogOptions): KeyUseLog {
  let waiting = new Map<string, Date>()
  let writing: Promise<void> = Promise.resolve()
  let pause: NodeJS.Timeout | undefined

  async function flush(): Promise<void> {
    const uses = waiting
    if (uses.size === 0) return
    waiting = new Map()
    try {
      await write(uses)
    } catch (error) {
      // A later use is newer than one that was not written.
      waiting = new Map([...uses, ...waiting])
      onFailure(error)
    }
  }

  function begin(): void {
    writing = flush()
    pause = setTimeout(() => {
      pause = undefined
      if (waiting.size > 0) begin()
    }, everyMs).unref()
  }

  return {
    used(id, at) {
      waiting.set(id, at)
      if (pause === undefined) begin()
    },
    unwritten: () => waiting,
    async stop() {
      clearTimeout(pause)
      await writing
      await flush()
    },
  }
}
