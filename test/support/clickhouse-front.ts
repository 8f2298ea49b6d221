import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { createChdbConnection } from 'chdb/connection'
import { literal } from '../../store/sql.ts'

export interface ClickHouseFront {
  url: string
  /** Answers every request with an error from now on, or no longer. */
  fail(failing: boolean): void
  close(): Promise<void>
}

/**
 * Enough of ClickHouse's HTTP interface over an embedded engine to try the server path, and to let several
 * processes share one store. Settings come with each request and are set again for each, as the engine keeps
 * them; parameters become `SET param_…`, which works beside other connections.
 */
export async function startClickHouseFront(path: string): Promise<ClickHouseFront> {
  const engine = createChdbConnection({ path })
  let queue: Promise<unknown> = Promise.resolve()
  let failing = false
  const server = createServer((request, response) => {
    void (async () => {
      const parameters = new URL(request.url ?? '/', 'http://localhost').searchParams
      const raw = await buffer(request)
      if (failing) throw new Error('Code: 999. The store is made to fail')
      const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString('utf8')
      const query = parameters.get('query')
      const statement = query === null ? body : `${query}\n${body}`
      if (statement.trim() === '') {
        response.end('Ok.\n')
        return
      }
      const answer = await (queue = queue.catch(() => {}).then(() => run(statement, parameters)))
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(answer)
    })().catch((error: Error) => {
      const code = /Code: (\d+)/.exec(error.message)?.[1] ?? '1002'
      response.writeHead(500, { 'x-clickhouse-exception-code': code }).end(error.message)
    })
  })

  async function run(statement: string, parameters: URLSearchParams): Promise<string> {
    const settings: Record<string, string> = {}
    const bound: string[] = []
    for (const [name, value] of parameters) {
      if (name.startsWith('param_')) bound.push(`SET ${name} = ${literal(value)};`)
      else if (!['query', 'query_id', 'database', 'session_id'].includes(name)) settings[name] = value
    }
    // The statement is one of several only where it must be: data that follows an INSERT may hold anything.
    const query = bound.length > 0 ? `${bound.join(' ')} ${statement}` : statement
    const { stream } = await engine.query({ query, clickhouse_settings: settings })
    return text(stream)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail: (on) => void (failing = on),
    async close() {
      await new Promise((resolve) => server.close(resolve).closeAllConnections())
      await engine.close()
    },
  }
}
