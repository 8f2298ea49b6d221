import { request, type Dispatcher } from 'undici'
import { classifyResponse } from './classify-response.ts'
import { retryAfterOf } from './retry.ts'
import { RefusedTarget, safeUrl, STAGE_TIMEOUT_MS } from './safe-agent.ts'
import { plain } from '../message/wording.ts'

/** How an attempt ended. Only `retryable` is worth another one; `aborted` by the caller, it never happened. */
export type SendOutcome =
  | { status: 'delivered'; httpStatus?: number; latencyMs: number }
  | {
      status: 'retryable'
      httpStatus?: number
      latencyMs: number
      error: string
      retryAfter?: number | undefined
    }
  | { status: 'refused'; httpStatus?: number; latencyMs: number; error: string }
  | { status: 'aborted' }

/** What every call needs of its surroundings. */
export interface HttpContext {
  /** Keeps the call to allowed addresses: see `createSafeAgent`. */
  dispatcher: Dispatcher
  /** Real time. */
  now: Date
  signal?: AbortSignal | undefined
}

export interface HttpCall extends HttpContext {
  url: string
  method: 'GET' | 'POST'
  headers: Record<string, string>
  body?: string
  /** Of the call as a whole. */
  timeoutMs?: number | undefined
  /** What the body of an answer that is no success says, in words that may be shown; by default nothing. */
  explain?: ((answer: string) => string | undefined) | undefined
}

const MAX_RESPONSE_BYTES = 64 * 1024
const MAX_ERROR_LENGTH = 300

/** Makes one call, follows no redirect, and says how it ended. Never throws. */
export async function callHttp(call: HttpCall): Promise<SendOutcome> {
  const { url, method, headers, body = null, dispatcher, now, explain } = call
  const { signal, timeoutMs = 2 * STAGE_TIMEOUT_MS } = call
  const started = performance.now()
  const latencyMs = () => Math.round(performance.now() - started)
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await request(safeUrl(url), {
      method,
      headers,
      body,
      dispatcher,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    const { statusCode } = response
    const answered = { httpStatus: statusCode, latencyMs: latencyMs() }
    const retryAfter = retryAfterOf(response.headers, now)
    const status = classifyResponse(statusCode, retryAfter !== undefined)
    const said = await readAnswer(response.body, status === 'delivered' ? undefined : explain)
    if (status === 'delivered') return { status, ...answered }
    const isRedirect = statusCode >= 300 && statusCode < 400
    const detail = isRedirect ? 'redirects are not followed' : said && shown(said, url)
    const error = detail ? `HTTP ${statusCode}: ${detail}` : `HTTP ${statusCode}`
    if (status === 'refused') return { status, ...answered, error }
    return { status, ...answered, error, retryAfter }
  } catch (error) {
    if (signal?.aborted) return { status: 'aborted' }
    const status = error instanceof RefusedTarget ? 'refused' : 'retryable'
    return { status, latencyMs: latencyMs(), error: describe(error, url) }
  }
}

/** What is of no interest is read as well, so that the connection can be used again, unless it is long. */
async function readAnswer(
  body: Dispatcher.ResponseData['body'],
  explain: HttpCall['explain'],
): Promise<string | undefined> {
  try {
    if (explain === undefined) {
      await body.dump({ limit: MAX_RESPONSE_BYTES })
      return undefined
    }
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > MAX_RESPONSE_BYTES) return undefined
      chunks.push(chunk)
    }
    return explain(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}

function describe(error: unknown, url: string): string {
  const { message, code, name } = error as { message?: string; code?: string | number; name?: string }
  return shown(message || String(code ?? name), url)
}

/** What may be recorded of a failure: it may repeat the address, of which only the host is no secret. */
function shown(text: string, url: string): string {
  const { pathname = '/', search = '' } = URL.canParse(url) ? new URL(url) : {}
  const hidden = [`${pathname}${search}`, pathname, search].filter((part) => part.length > 1)
  return hidden.reduce((rest, part) => rest.replaceAll(part, '/…'), plain(text)).slice(0, MAX_ERROR_LENGTH)
}
