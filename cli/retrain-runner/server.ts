import { createServer, type IncomingMessage, type Server } from 'node:http'
import { readCall } from './call.ts'
import { receive } from './receive.ts'
import type { RunnerRecord } from './record.ts'
import type { StateDirectory } from './state-directory.ts'
import type { Tell } from './tell.ts'
import { verifyCall } from './verify.ts'

export interface ServerContext {
  state: StateDirectory
  secret: string
  /** The only origins to report to; undefined allows any. */
  origins: readonly string[] | undefined
  clock: () => Date
  tell: Tell
  /** Called once a request is remembered. */
  received(record: RunnerRecord): void
  /** Whether the runner is about to end. */
  isStopping(): boolean
}

interface Answer {
  status: number
  body: Record<string, unknown>
}

const MAX_BODY_BYTES = 1_000_000
const REQUEST_TIMEOUT_MS = 30_000
/** In lines about calls that name no request. */
const NO_ID = '-'

/** The HTTP side: takes signed calls with any path, and answers /healthz. */
export function createRunnerServer(context: ServerContext): Server {
  const server = createServer((request, response) => {
    answerTo(context, request)
      .catch((error: unknown) => {
        context.tell(NO_ID, `failed to take a call: ${(error as Error).message}`)
        return { status: 500, body: { detail: 'The runner failed; its output says why.' } }
      })
      .then(({ status, body }) => {
        // Of a body that is too long the rest is not read.
        if (!request.complete) response.setHeader('connection', 'close')
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      })
      .catch(() => response.destroy())
  })
  server.requestTimeout = REQUEST_TIMEOUT_MS
  server.headersTimeout = REQUEST_TIMEOUT_MS
  return server
}

async function answerTo(context: ServerContext, request: IncomingMessage): Promise<Answer> {
  if (request.method === 'GET' && request.url === '/healthz') return health(context)
  if (request.method !== 'POST') return refusal(405, 'Send a signed POST.')
  if (context.isStopping()) return refusal(503, 'The runner is stopping.')
  const body = await readBody(request)
  if (body === undefined) return refusal(413, `A call has at most ${MAX_BODY_BYTES} bytes.`)
  const verified = verifyCall(request.headers, body, context.secret, context.clock())
  if (!verified.genuine) {
    context.tell(NO_ID, `refused a call from ${request.socket.remoteAddress}: ${verified.reason}`)
    return refusal(401, `The call was refused: ${verified.reason}.`)
  }
  return take(context, body.toString('utf8'), verified.id)
}

function take(context: ServerContext, body: string, webhookId: string): Answer {
  const { state, tell } = context
  const read = readCall(body, webhookId)
  if (read.kind === 'test') {
    tell(NO_ID, 'received a test message')
    return { status: 200, body: { status: 'ok' } }
  }
  if (read.kind === 'unusable') {
    tell(NO_ID, `refused a genuine call: ${read.reason}`)
    return refusal(422, read.reason)
  }
  const { call } = read
  const { id, model, training } = call
  const received = receive(call, state.find(id), context.origins, context.clock())
  switch (received.kind) {
    case 'forbidden':
      tell(id, `refused: it wants reports at ${received.origin}, which --callback-origin does not allow`)
      return refusal(403, `The runner may not report to ${received.origin}; see its --callback-origin.`)
    case 'contradiction':
      tell(id, 'refused: the same id came before, for another model or training period')
      return refusal(409, 'This id came before, for another model or training period.')
    case 'new':
      state.add(received.record, call.request)
      tell(id, `accepted for ${model}, training period ${training.from} to ${training.to}`)
      break
    case 'known':
      state.save(received.record)
      tell(id, `came again; it is ${received.record.state.status}`)
  }
  context.received(received.record)
  return { status: received.kind === 'new' ? 202 : 200, body: { id, status: received.record.state.status } }
}

function health(context: ServerContext): Answer {
  const count = (status: string) =>
    context.state.all().filter((record) => record.state.status === status).length
  const stopping = context.isStopping()
  return {
    status: stopping ? 503 : 200,
    body: { status: stopping ? 'stopping' : 'ok', running: count('running'), queued: count('queued') },
  }
}

const refusal = (status: number, detail: string): Answer => ({ status, body: { detail } })

/** Undefined where it is too long. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  // Not `for await`, which would destroy the request, and with it the connection for the answer.
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > MAX_BODY_BYTES) {
        request.pause()
        resolve(undefined)
      } else chunks.push(chunk)
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', reject)
    request.on('close', () => reject(new Error('the caller has gone')))
  })
}
