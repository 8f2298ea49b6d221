import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { atEnd } from '../runner/at-end.ts'

export type Answering = (request: IncomingMessage, response: ServerResponse) => void

/** A server that answers what the real one never would on demand: faults, delays, redirects. */
export async function fakeMlflow(answer: Answering): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Answers like MLflow 3.17.2 with one model, `flights`, whose alias `champion` is version 1, logged without a run. */
export const flightsOnly: Answering = ({ url = '' }, response) => {
  const { pathname, searchParams } = new URL(url, 'http://mlflow')
  const json = (status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  const missing = () => json(404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'not found' })
  const known =
    searchParams.get('name') === 'flights' &&
    (searchParams.get('alias') ?? 'champion') === 'champion' &&
    (searchParams.get('version') ?? '1') === '1'
  if (pathname.endsWith('/model-versions/search')) return json(200, {})
  if (!known) return missing()
  if (pathname === '/model-versions/get-artifact') return response.end(MLMODEL)
  return json(200, { model_version: { name: 'flights', version: '1', run_id: '', status: 'READY' } })
}

const MLMODEL = `signature:
  inputs: '[{"type": "long", "name": "hour", "required": true}, {"type": "string", "name": "carrier"}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
`
