import type { Change } from './contract/topics.ts'

/** Changes, told within this process to whoever listens. */
export interface Live {
  /** Equal changes within half a second are told once, at its end. */
  publish(change: Change): void
  /** Tells `subscriber` of changes until the returned function is called. */
  subscribe(subscriber: Subscriber): () => void
  /** Ends every subscription, those to come included. */
  close(): void
}

export interface Subscriber {
  /** `id` counts up. */
  changed(id: number, change: Change): void
  ended(): void
}

/** A replay publishes hundreds a second, and each makes every dashboard ask again. */
const JOINED_MS = 500

export function createLive(): Live {
  const subscribers = new Set<Subscriber>()
  const pending = new Map<string, Change>()
  let [sequence, closed] = [0, false]
  let timer: NodeJS.Timeout | undefined
  const tell = () => {
    timer = undefined
    const changes = [...pending.values()]
    pending.clear()
    for (const change of changes) {
      sequence++
      for (const subscriber of subscribers) subscriber.changed(sequence, change)
    }
  }
  return {
    publish(change) {
      if (closed) return
      pending.set(`${change.topic} ${change.model ?? ''}`, change)
      timer ??= setTimeout(tell, JOINED_MS).unref()
    },
    subscribe(subscriber) {
      if (closed) subscriber.ended()
      else subscribers.add(subscriber)
      return () => void subscribers.delete(subscriber)
    },
    close() {
      closed = true
      clearTimeout(timer)
      for (const subscriber of subscribers) subscriber.ended()
      subscribers.clear()
    },
  }
}
