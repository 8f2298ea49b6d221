import type { Socket } from 'node:net'
import { Agent, buildConnector } from 'undici'

export interface HttpAgentOptions {
  /** Milliseconds for the wait for headers, and between two parts of the body. To connect, at most ten seconds. */
  timeoutMs: number
  /** Opens the connections, where they are not simply opened. */
  connect?: buildConnector.connector
  /** Milliseconds that a connection is kept for the next request. */
  keepAliveTimeout?: number
  /** 0 for a connection that is closed after each answer. */
  pipelining?: 0 | 1
}

const MAX_CONNECT_MS = 10_000

/** An agent for requests to other servers. A server that closes the connection early cannot end this process. */
export function createHttpAgent({ timeoutMs, connect, ...options }: HttpAgentOptions): Agent {
  const connector = connect ?? buildConnector({ timeout: Math.min(timeoutMs, MAX_CONNECT_MS) })
  return new Agent({
    ...options,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: (target, callback) =>
      connector(target, (...outcome) => {
        // Undefined, whatever its type says, where the connection fails.
        if (outcome[1]) endPaused(outcome[1])
        callback(...outcome)
      }),
  })
}

interface Parser {
  paused: boolean
  resume(): void
  ptr: number
  llhttp: { llhttp_resume(parser: number): void }
}

/**
 * The parser of undici 7 pauses while its reader is slow. Where the server closes the connection meanwhile, it
 * fails an assertion that nothing can catch (https://github.com/nodejs/undici/issues/5360). That is fixed only in
 * version 8, which needs Node 22. All bytes have reached the parser by then, so that it can go on: their reader
 * finds them in the body.
 */
function endPaused(socket: Socket): void {
  socket.once('end', () => {
    const key = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'parser')
    const parser = key && (socket as unknown as Record<symbol, Parser | null>)[key]
    if (!parser?.paused) return
    // Completes a body of a known length. One that lasts until the end of the connection pauses again.
    parser.resume()
    if (!parser.paused) return
    parser.llhttp.llhttp_resume(parser.ptr)
    parser.paused = false
  })
}
