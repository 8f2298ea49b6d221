/** How a dependency stood when it was last used. */
export interface Observed {
  isUp: boolean
  /** Since when it is so, as far as was looked. */
  since: Date
  lastError: { text: string; at: Date } | undefined
}

/** Remembers how dependencies answer. */
export interface DependencyWatch {
  /** Does work that shows whether a dependency answers. */
  observe<T>(name: string, work: () => Promise<T>): Promise<T>
  seen: (name: string) => Observed | undefined
}

/** @param textOf what may be shown of an error */
export function createDependencyWatch(
  clock: () => Date,
  textOf: (error: unknown) => string,
): DependencyWatch {
  const states = new Map<string, Observed>()
  const note = (name: string, isUp: boolean, error?: { text: string; at: Date }) => {
    const before = states.get(name)
    const since = before?.isUp === isUp ? before.since : clock()
    states.set(name, { isUp, since, lastError: error ?? before?.lastError })
  }
  return {
    async observe(name, work) {
      try {
        const result = await work()
        note(name, true)
        return result
      } catch (error) {
        note(name, false, { text: textOf(error), at: clock() })
        throw error
      }
    },
    seen: (name) => states.get(name),
  }
}
