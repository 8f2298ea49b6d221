import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
}

const DETAIL = 'The body did not arrive: nothing came for too long. Send the same request again.'
const PROBLEM = JSON.stringify({ type: 'about:blank', title: 'Request timeout', status: 408, detail: DETAIL })
const TIMED_OUT = [
  'HTTP/1.1 408 Request Timeout',
  'Connection: close',
  'Content-Type: application/problem+json',
  `Content-Length: ${Buffer.byteLength(PROBLEM)}`,
  '',
  PROBLEM,
].join('\r\n')

/**
 * Ends a connection on which nothing moves for so long, unless it is the service that the client waits for. An upload may
 * take any time, as long as it goes on. Each connection is looked at twice in that time: where the service itself was busy
 * for longer, the timer is due before the bytes that have arrived meanwhile are read.
 */
export function endIdleConnections(server: Server, idleMs: number): void {
  const newest = new WeakMap<Socket, Exchange>()
  const movedBefore = new WeakMap<Socket, number>()
  server.on('request', (request, response) => newest.set(request.socket, { request, response }))
  server.setTimeout(idleMs / 2, (socket) => {
    const exchange = newest.get(socket)
    const moved = socket.bytesRead + socket.bytesWritten
    const ourTurn = exchange !== undefined && isOurTurn(exchange)
    if (ourTurn || movedBefore.get(socket) !== moved) {
      // The client's time begins when it is the client's turn again, which is after this look.
      if (ourTurn) movedBefore.delete(socket)
      else movedBefore.set(socket, moved)
      socket.setTimeout(idleMs / 2)
      return
    }
    const isUpload = exchange !== undefined && !exchange.request.complete && !exchange.response.headersSent
    if (!isUpload) socket.destroy()
    else socket.end(TIMED_OUT, () => socket.destroy())
  })
}

/** Whether the client has sent all, or more than was read so far, and has read all that was answered. */
function isOurTurn({ request, response }: Exchange): boolean {
  const waitsForBody = !request.complete && request.readableLength === 0
  return !response.writableFinished && !waitsForBody && request.socket.writableLength === 0
}
