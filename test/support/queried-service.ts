import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atEnd } from './runner/at-end.ts'
import { runScript } from './child.ts'

export interface QueriedService {
  url: string
  /** Rows of a statement, run where the service has its store. */
  query<Row = Record<string, unknown>>(statement: string): Promise<Row[]>
  /** Counts what is stored of a model. */
  rollup(model: string): Promise<void>
}

/**
 * A service in a process of its own, so that this one is free to open an engine as commands do, with a way to look
 * into its store. Nothing runs on a schedule. Ended and removed after the test file.
 */
export async function queriedService(environment: Record<string, string> = {}): Promise<QueriedService> {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
  const child = runScript(SCRIPT, { environment: { PORT: '0', DRIFTGAUGE_DATA: directory, ...environment } })
  atEnd(async () => {
    child.process.kill('SIGKILL')
    await child.ended
    rmSync(directory, { recursive: true, force: true })
  })
  const [, url, back] = (await child.line(/^ready /)).split(' ')
  const ask = async (path: string, body: string) => {
    const response = await fetch(`${back}${path}`, { method: 'POST', body })
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return JSON.parse(text) as unknown
  }
  return {
    url,
    query: async <Row>(statement: string) => (await ask('/query', statement)) as Row[],
    rollup: async (model) => void (await ask('/rollup', model)),
  }
}

const SCRIPT = `
const { createServer } = await import('node:http')
const { text } = await import('node:stream/consumers')
const { readConfig } = await import('./config.ts')
const { createLog } = await import('./service/log.ts')
const { ROLES } = await import('./service/roles.ts')
const { startService } = await import('./service/service.ts')
const { rollup } = await import('./detectors/rollup/rollup.ts')
const { rows } = await import('./store/engine/query.ts')
const service = await startService({
  config: readConfig(process.env),
  log: createLog('silent'),
  declarations: { models: [], monitors: [] },
  clock: () => new Date(),
  roles: new Set(ROLES),
  scheduled: false,
})
const { store, models, nextGeneration } = service
const answers = {
  '/query': async (statement) => /^\\s*SELECT/.test(statement) ? rows(store.read, statement) : (await store.read.command({ query: statement }), []),
  '/rollup': async (name) => rollup({ store, model: await models.find(name), now: new Date(), nextGeneration }),
}
const server = createServer(async (request, response) => {
  try {
    response.end(JSON.stringify((await answers[request.url](await text(request))) ?? null))
  } catch (error) {
    response.writeHead(500).end(String(error.stack))
  }
}).listen(0, '127.0.0.1', () => console.log('ready', service.url, 'http://127.0.0.1:' + server.address().port))
`
