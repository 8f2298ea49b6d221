import { request } from 'undici'
import { z } from 'zod'
import { createHttpAgent } from '../../http-agent.ts'
import { printable } from '../../domain/printable.ts'
import { MlflowError } from './error.ts'
import type { MlflowSettings } from './settings.ts'

export type Query = Readonly<Record<string, string | number | undefined>>

/** Requests to one MLflow server. All throw a {@link MlflowError}. */
export interface Mlflow {
  /** Where people reach it. */
  uri: string
  get<Schema extends z.ZodType>(path: string, query: Query, schema: Schema): Promise<z.output<Schema>>
  send<Schema extends z.ZodType>(
    method: 'POST' | 'DELETE',
    path: string,
    body: object,
    schema: Schema,
  ): Promise<z.output<Schema>>
  text(path: string, query: Query): Promise<string>
  /** The body in parts, at most so many bytes. */
  stream(path: string, query: Query, most: number): AsyncGenerator<Buffer>
  close(): Promise<void>
}

export interface ClientOptions {
  /** Of each request, and between two parts of a file. */
  timeoutMs?: number
}

const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 8_000_000
const MAX_TOLD = 300

const errorSchema = z.object({ error_code: z.coerce.string(), message: z.coerce.string() })

/** A client that sends credentials to the configured server alone: it follows no redirects. */
export function createMlflow(
  settings: Pick<MlflowSettings, 'uri' | 'auth'>,
  options: ClientOptions = {},
): Mlflow {
  const { uri } = settings
  const { timeoutMs = TIMEOUT_MS } = options
  const agent = createHttpAgent({ timeoutMs, pipelining: 0 })
  const authorization = authorizationOf(settings.auth)

  async function open(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    query: Query,
    body?: object,
    signal?: AbortSignal,
  ) {
    const url = new URL(`${uri}${path}`)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value))
    const answer = await request(url, {
      method,
      dispatcher: agent,
      signal,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (answer.statusCode === 200) return answer.body
    throw refusal(answer.statusCode, await wholeText(answer.body).catch(() => ''))
  }

  /** A whole exchange, in one timeout. */
  async function exchange(...[method, path, query, body]: Parameters<typeof open>): Promise<string> {
    const signal = AbortSignal.timeout(timeoutMs)
    return wholeText(await open(method, path, query, body, signal))
  }

  const guarded = <T>(work: Promise<T>) => work.catch((cause: unknown) => Promise.reject(asMlflowError(cause, timeoutMs))) // prettier-ignore

  return {
    uri,
    get: async (path, query, schema) => parsed(await guarded(exchange('GET', path, query)), schema),
    send: async (method, path, body, schema) =>
      parsed(await guarded(exchange(method, path, {}, body)), schema),
    text: (path, query) => guarded(exchange('GET', path, query)),
    async *stream(path, query, most) {
      const body = await guarded(open('GET', path, query))
      try {
        yield* atMost(body, most)
      } catch (cause) {
        throw asMlflowError(cause, timeoutMs)
      }
    },
    close: () => agent.destroy(),
  }
}

function authorizationOf(auth: MlflowSettings['auth']): string | undefined {
  if (auth === undefined) return undefined
  if ('token' in auth) return `Bearer ${auth.token}`
  return `Basic ${Buffer.from(`${auth.username}:${auth.password}`, 'utf8').toString('base64')}`
}

async function wholeText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of atMost(body, MAX_ANSWER_BYTES)) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

async function* atMost(body: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > most) throw new MlflowError('refused', `The answer of MLflow has more than ${most} bytes.`)
    yield chunk
  }
}

function parsed<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema> {
  const outcome = schema.safeParse(jsonOf(text))
  if (outcome.success) return outcome.data
  throw new MlflowError(
    'refused',
    'The answer does not come from MLflow, or from a version that is not supported: check MLFLOW_TRACKING_URI.',
  )
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refusal(status: number, text: string): MlflowError {
  const { data } = errorSchema.safeParse(jsonOf(text))
  const code = data?.error_code ?? ''
  const told = data === undefined ? '' : `: ${printable(data.message.slice(0, MAX_TOLD))}`
  if (status === 401 || status === 403)
    return new MlflowError(
      'unauthorised',
      `MLflow refuses the credentials (HTTP ${status}): check MLFLOW_TRACKING_TOKEN, or user name and password.`,
      code,
    )
  if (status === 404 && data !== undefined)
    return new MlflowError('not_found', `MLflow does not have it${told}`, code)
  if (status >= 300 && status < 400)
    return new MlflowError(
      'refused',
      `MLflow redirects elsewhere (HTTP ${status}): set MLFLOW_TRACKING_URI to the final address.`,
    )
  if (status === 429 || status >= 500)
    return new MlflowError('unreachable', `MLflow failed (HTTP ${status})${told}`, code)
  return new MlflowError('refused', `MLflow refused the request (HTTP ${status})${told}`, code)
}

/** Only codes are told of what went wrong: messages may repeat headers. */
function asMlflowError(cause: unknown, timeoutMs: number): MlflowError {
  if (cause instanceof MlflowError) return cause
  const { name, code } = cause as NodeJS.ErrnoException
  const isLate = name === 'TimeoutError' || /TIMEOUT/.test(code ?? '')
  const reason = isLate
    ? `did not answer within ${timeoutMs / 1000} s`
    : `cannot be reached (${code ?? name})`
  return new MlflowError('unreachable', `MLflow ${reason}.`)
}
