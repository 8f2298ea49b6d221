import { MINUTE_MS } from '../domain/time.ts'
import type { Server } from 'node:http'
import { ConfigError, type Config } from '../config.ts'
import { endIdleConnections } from './idle-connections.ts'

/** Requests that have not ended this long after the stop signal are cut. */
const DRAIN_MS = 10_000
const IDLE_MS = 50
/** Without a byte, or until the headers are there. */
const SILENT_MS = MINUTE_MS
/** Longer than the minute after which proxies drop their idle connections: a request must not meet one that ends. */
const KEEP_ALIVE_MS = 75_000

/** Listens, and resolves with the address, such as `http://127.0.0.1:8080`. Throws {@link ConfigError} if it is taken. */
export function listen(server: Server, { host, port }: Pick<Config, 'host' | 'port'>): Promise<string> {
  // Files of many gigabytes come as one request, which may take as long as it moves.
  server.requestTimeout = 0
  server.headersTimeout = SILENT_MS
  server.keepAliveTimeout = KEEP_ALIVE_MS
  endIdleConnections(server, SILENT_MS)
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(
        taken
          ? new ConfigError(
              `Port ${port} on ${host} is already in use. Set PORT to another port, or to 0 for any free port.`,
            )
          : error,
      )
    })
    server.listen(port, host, () => {
      const address = server.address() as { port: number }
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${address.port}`)
    })
  })
}

/** Takes no further connections, and resolves once the requests under way are answered or cut. */
export function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
    // A connection that is kept alive falls idle when its request is answered.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_MS)
    server.close(() => {
      clearTimeout(cut)
      clearInterval(idle)
      resolve()
    })
  })
}
