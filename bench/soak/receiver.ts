import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands in for the team that is told of alerts, and counts the messages. */
export async function startReceiver(): Promise<{ url: string; count: () => number; close: () => void }> {
  let messages = 0
  const server = createServer((request, response) => {
    messages++
    request.resume()
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => messages,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
