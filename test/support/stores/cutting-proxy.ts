import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface CuttingProxy {
  url: string
  /** Cuts each connection after so many bytes of an answer have passed; undefined lets everything pass again. */
  cutAfter(bytes: number | undefined): void
  close(): Promise<void>
}

/** Passes connections on to the server at `url`, and resets them when it is told to. */
export async function cuttingProxy(url: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(url)
  let limit: number | undefined
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    const both = [client, upstream]
    for (const socket of both) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        for (const other of both) other.destroy()
      })
    }
    client.pipe(upstream)
    let passed = 0
    client.on('data', () => (passed = 0))
    upstream.on('data', (chunk) => {
      const rest = limit === undefined ? chunk.length : Math.max(0, limit - passed)
      passed += chunk.length
      client.write(chunk.subarray(0, rest), () => {
        if (rest < chunk.length) client.resetAndDestroy()
      })
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    cutAfter(bytes) {
      limit = bytes
    },
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
