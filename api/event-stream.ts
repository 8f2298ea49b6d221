import { Readable } from 'node:stream'
import type { Live } from './live.ts'

/** Proxies close a connection that is silent for longer. */
const HEARTBEAT_MS = 15_000
const RETRY_MS = 3_000
/** A client that leaves so many bytes unread is let go: it asks everything again when it comes back. */
const MAX_UNREAD = 64_000

/** Changes as the text of server-sent events, until they end or the stream is destroyed. */
export function eventStream(live: Live): Readable {
  const stream = new Readable({
    read() {},
    destroy(error, done) {
      clearInterval(heartbeat)
      unsubscribe()
      done(error)
    },
  })
  const send = (text: string) => {
    if (stream.readableLength > MAX_UNREAD) stream.destroy()
    else stream.push(text)
  }
  const heartbeat = setInterval(() => send(':\n\n'), HEARTBEAT_MS).unref()
  send(`retry: ${RETRY_MS}\n\n`)
  const unsubscribe = live.subscribe({
    changed: (id, change) => send(`id: ${id}\nevent: invalidate\ndata: ${JSON.stringify(change)}\n\n`),
    ended: () => stream.push(null),
  })
  return stream
}
