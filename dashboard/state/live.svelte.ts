import { EventSourceParserStream } from 'eventsource-parser/stream'
import { authorization } from '../queries/api.ts'
import { askAgain } from '../queries/ask-again.ts'
import { queryClient } from '../queries/client.ts'
import { isStale, type Invalidation } from '../queries/invalidate.ts'
import { createRounds } from './rounds.ts'

export type LiveStatus = 'connecting' | 'live' | 'reconnecting' | 'polling'

const RETRY_MS = 3_000
/** After so many failures in a row the pages ask by themselves, until the stream is back. */
const FAILURES_BEFORE_POLLING = 3
const POLL_MS = 15_000
/** The service sends something every 15 seconds: a stream that is silent for longer is dead. */
const SILENCE_MS = 40_000

/** Keeps the pages up to date: events from the service say which queries to ask anew. */
class Live {
  status = $state<LiveStatus>('connecting')
  #failures = 0

  /** Listens until `signal` says otherwise. Read by `fetch`, since an `EventSource` cannot show a key. */
  async run(signal: AbortSignal): Promise<void> {
    const polling = setInterval(() => {
      if (this.status === 'polling') void askAgain(queryClient)
    }, POLL_MS)
    while (!signal.aborted) {
      await this.#listen(signal).catch(() => undefined)
      if (signal.aborted) break
      this.#failures++
      this.status = this.#failures > FAILURES_BEFORE_POLLING ? 'polling' : 'reconnecting'
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
    clearInterval(polling)
  }

  async #listen(signal: AbortSignal): Promise<void> {
    const silent = new AbortController()
    const either = AbortSignal.any([signal, silent.signal])
    const response = await fetch('/api/v1/events', { headers: authorization(), signal: either })
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`)
    if (this.status !== 'connecting') void askAgain(queryClient)
    this.status = 'live'
    this.#failures = 0
    let alarm = setTimeout(() => silent.abort(), SILENCE_MS)
    const heard = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        clearTimeout(alarm)
        alarm = setTimeout(() => silent.abort(), SILENCE_MS)
        controller.enqueue(chunk)
      },
    })
    const events = response.body
      .pipeThrough(heard)
      .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
      .pipeThrough(new EventSourceParserStream())
    try {
      const reader = events.getReader()
      for (let next = await reader.read(); !next.done; next = await reader.read())
        if (next.value.event === 'invalidate') invalidate(JSON.parse(next.value.data) as Invalidation)
    } finally {
      clearTimeout(alarm)
    }
  }
}

const invalidate = createRounds((changes) =>
  askAgain(queryClient, ({ queryKey }) => changes.some((changed) => isStale(queryKey, changed))),
)

export const live = new Live()
