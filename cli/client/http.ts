import { parseJson } from '../../domain/json.ts'
import { HOUR_MS } from '../../domain/time.ts'
import { Readable } from 'node:stream'
import { request } from 'undici'
import { ConfigError } from '../../config.ts'
import { createHttpAgent } from '../../http-agent.ts'
import { printable } from '../shared/text.ts'
import { ServiceFailure } from './failure.ts'
import { readReadiness, type Readiness } from './readiness.ts'

/** The HTTP API as commands use it. A refusal is thrown as {@link Refusal}, with what the answer says. */
export interface Api {
  get<T>(path: string): Promise<T>
  /** An answer that is a document and not JSON. */
  text(path: string): Promise<string>
  post<T>(path: string, body?: unknown, headers?: Record<string, string>): Promise<T>
  delete<T>(path: string): Promise<T>
  /** Whether the process that answers can do its work, as it says itself. */
  readiness(): Promise<Readiness>
  /** Sends a body that is read as it goes, such as a file. */
  send<T>(path: string, body: AsyncIterable<Uint8Array>, headers: Record<string, string>): Promise<T>
  /** An answer that is a stream of bytes. One that breaks off throws while it is read. */
  stream(path: string): Promise<AsyncIterable<Uint8Array>>
  /** Sends records as NDJSON; the answer counts them, also where all were rejected. */
  offer<T>(path: string, lines: string): Promise<Offered<T>>
  close(): Promise<void>
}

/** What came of records that were sent: what hinders now, such as 429, 503 and silence, may pass. */
export type Offered<T> =
  { status: 'answered'; body: T } | { status: 'later'; reason: string; afterSeconds: number | undefined }

/** The API refused a request; the message says why, for the one who typed the command. */
export class Refusal extends ConfigError {
  readonly status: number
  /** What the answer holds, where it is an object. */
  readonly body: Readonly<Record<string, unknown>>

  constructor(status: number, message: string, body: unknown = {}) {
    super(message)
    this.status = status
    this.body = Object(body) as Record<string, unknown>
  }
}

export interface ApiLocation {
  /** Without a slash at its end. */
  url: string
  key: string | undefined
  /** What to do when nothing answers there. */
  unreachable: string
}

/** Counting the rows of a large file is one request. */
const PATIENCE_MS = HOUR_MS

interface Call {
  method: 'GET' | 'POST' | 'DELETE'
  headers?: Record<string, string>
  body?: string | Readable
}

interface Answer {
  status: number
  text: string
  retryAfter: string | undefined
}

/** Nothing answered, or not to the end. */
export class NoAnswer extends ConfigError {}

export function connectApi({ url, key, unreachable }: ApiLocation): Api {
  const dispatcher = createHttpAgent({ timeoutMs: PATIENCE_MS })
  const noAnswer = (cause: unknown): never => {
    throw new NoAnswer(`No answer from ${url} (${reasonOf(cause)}). ${unreachable}`, { cause })
  }
  const begin = (path: string, { headers, ...init }: Call) => {
    const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` }
    // A redirect, which might lead the key elsewhere, is not followed.
    const options = { ...init, headers: { ...headers, ...authorization }, dispatcher }
    return request(`${url}${path}`, options).catch(noAnswer)
  }
  const beginApi = (path: string, call: Call) => begin(`/api/v1${path}`, call)
  async function exchange(path: string, call: Call): Promise<Answer> {
    const { statusCode, headers: given, body } = await beginApi(path, call)
    try {
      return { status: statusCode, text: await body.text(), retryAfter: given['retry-after']?.toString() }
    } catch (cause) {
      return noAnswer(cause)
    }
  }
  const resultOf = <T>(answer: Answer) => result<T>(answer, url, key !== undefined)
  const call = async <T>(path: string, init: Call) => resultOf<T>(await exchange(path, init))
  const json = { 'content-type': 'application/json' }
  const ndjson = { 'content-type': 'application/x-ndjson' }
  return {
    get: (path) => call(path, { method: 'GET' }),
    async text(path) {
      const answer = await exchange(path, { method: 'GET' })
      return answer.status === 200 ? answer.text : resultOf<never>(answer)
    },
    post: (path, body, headers) =>
      call(path, {
        method: 'POST',
        headers: { ...headers, ...(body !== undefined && json) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    delete: (path) => call(path, { method: 'DELETE' }),
    async readiness() {
      const { body } = await begin('/readyz', { method: 'GET' })
      return readReadiness(await body.text().catch(noAnswer))
    },
    send: (path, body, headers) => call(path, { method: 'POST', headers, body: Readable.from(body) }),
    async stream(path) {
      const answer = await beginApi(path, { method: 'POST' })
      if (answer.statusCode === 200) return answer.body
      return resultOf<never>({
        status: answer.statusCode,
        text: await answer.body.text(),
        retryAfter: undefined,
      })
    },
    async offer<T>(path: string, lines: string): Promise<Offered<T>> {
      let answer: Answer
      try {
        answer = await exchange(path, { method: 'POST', headers: ndjson, body: lines })
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error
        return { status: 'later', reason: error.message, afterSeconds: undefined }
      }
      const { status, text, retryAfter } = answer
      if (status === 422) return { status: 'answered', body: parseJson(text) as T }
      if (status !== 429 && status < 500) return { status: 'answered', body: resultOf<T>(answer) }
      const { detail = `status ${status}` } = Object(parseJson(text)) as ProblemDetails
      return { status: 'later', reason: printable(detail), afterSeconds: secondsOf(retryAfter) }
    },
    close: () => dispatcher.close(),
  }
}

interface ProblemDetails {
  title?: string
  detail?: string
  request_id?: string
  errors?: { path?: string; message?: string }[]
}

/** Of Retry-After, which can also be a date; undefined where it is none of both. */
function secondsOf(retryAfter: string | undefined): number | undefined {
  const seconds = Number(retryAfter)
  const wait = Number.isNaN(seconds) ? (Date.parse(retryAfter ?? '') - Date.now()) / 1000 : seconds
  return Number.isNaN(wait) ? undefined : Math.max(0, wait)
}

function result<T>({ status, text }: Omit<Answer, 'retryAfter'>, url: string, hasKey: boolean): T {
  if (status === 204) return undefined as T
  const body = parseJson(text)
  if (status === 401) throw new Refusal(status, keyAdvice(url, hasKey))
  if (body === undefined || (status >= 300 && status < 400)) {
    throw new ConfigError(
      `The server at ${url} is not Driftgauge (status ${status}). Set DRIFTGAUGE_URL to the address of the service.`,
    )
  }
  if (status < 300) return body as T
  const { title = `status ${status}`, detail, errors = [], request_id: id } = body as ProblemDetails
  if (status >= 500) {
    const where = id === undefined ? '' : ` See the service log for the cause, under request ${id}.`
    throw new ServiceFailure(printable(`The service failed: ${detail ?? title}${where}`))
  }
  const advice = status === 403 ? ' Set DRIFTGAUGE_API_KEY to a key that may do this.' : ''
  const lines = errors.map(({ path = '', message = '' }) => (path === '' ? message : `${path}: ${message}`))
  throw new Refusal(
    status,
    (lines.length > 0
      ? lines
      : [advice === '' ? (detail ?? title) : `${(detail ?? title).replace(/\.?$/, '.')}${advice}`]
    )
      .map(printable)
      .join('\n'),
    body,
  )
}

function keyAdvice(url: string, hasKey: boolean): string {
  const fault = hasKey ? 'rejected the key' : 'requires a key'
  return `The service at ${url} ${fault}. Set DRIFTGAUGE_API_KEY to a valid key: one that the service was started with, or one that "driftgauge key create" made.`
}

/** `ECONNREFUSED` and its kind, or else the sentence that the network gave. */
function reasonOf(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause ?? error
  const { code, message } = cause as { code?: string; message?: string }
  return code ?? message ?? String(cause)
}
