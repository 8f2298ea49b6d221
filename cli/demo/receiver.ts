import type { Severity } from '../../domain/severity.ts'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A message as the demo's receiver got it: the parts that the story tells. */
export interface ReceivedMessage {
  id: string
  type: string
  data: {
    kind: string
    reason: string
    severity: Severity
    window_end: string
    text: string
    link: string
    members: { column: string }[]
  }
}

export interface Receiver {
  url: string
  /** In the order of arrival; the same message twice is one. */
  messages: ReceivedMessage[]
  close(): Promise<void>
}

/** Stands in for whatever takes a team's alerts: a web server on loopback that keeps what it is sent. */
export async function startReceiver(): Promise<Receiver> {
  const messages: ReceivedMessage[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const message = {
        id: String(request.headers['webhook-id']),
        ...(JSON.parse(body) as Omit<ReceivedMessage, 'id'>),
      }
      if (!messages.some(({ id }) => id === message.id)) messages.push(message)
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    messages,
    close: () => new Promise((resolve) => void server.close(() => resolve()).closeAllConnections()),
  }
}
