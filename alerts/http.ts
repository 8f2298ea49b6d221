import { request, type Dispatcher } from 'undici'
import { classifyResponse } from './classify-response.ts'
import { parseRetryAfter } from './retry.ts'
import { RefusedTarget, safeUrl, STAGE_TIMEOUT_MS } from './safe-agent.ts'
import { plain } from './wording.ts'

/** How an attempt ended. Only `retryable` is worth another one; `aborted` by the caller, it never happened. */
export type SendOutcome =
  | { status: 'delivered'; httpStatus: number; latencyMs: number }
  | {
      status: 'retryable'
      httpStatus?: number
      latencyMs: number
      error: string
      retryAfter?: number | undefined
    }
  | { status: 'refused'; httpStatus?: number; latencyMs: number; error: string }
  | { status: 'aborted' }

export interface HttpCall {
  url: string
  method: 'GET' | 'POST'
  headers: Record<string, string>
  body?: string
  /** Keeps the call to allowed addresses: see `createSafeAgent`. */
  dispatcher: Dispatcher
  now: Date
  signal?: AbortSignal | undefined
  /** Of the call as a whole. */
  timeoutMs?: number | undefined
}

const LARGEST_RESPONSE = 64 * 1024
const LONGEST_ERROR = 300

/** Makes one call, follows no redirect, and says how it ended. Never throws. */
export async function callHttp(call: HttpCall): Promise<SendOutcome> {
  const { url, signal, timeoutMs = 2 * STAGE_TIMEOUT_MS, now, ...options } = call
  const started = performance.now()
  const latencyMs = () => Math.round(performance.now() - started)
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const { statusCode, headers, body } = await request(safeUrl(url), {
      ...options,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    const answered = { httpStatus: statusCode, latencyMs: latencyMs() }
    // What it says is of no interest, and may be long: it is read only so that the connection can be used again.
    await body.dump({ limit: LARGEST_RESPONSE }).catch(() => undefined)
    const status = classifyResponse(statusCode)
    if (status === 'delivered') return { status, ...answered }
    const error =
      statusCode >= 300 && statusCode < 400
        ? `HTTP ${statusCode}: redirects are not followed`
        : `HTTP ${statusCode}`
    if (status === 'refused') return { status, ...answered, error }
    const retryAfter = parseRetryAfter([headers['retry-after']].flat()[0], now)
    return { status, ...answered, error, retryAfter }
  } catch (error) {
    if (signal?.aborted) return { status: 'aborted' }
    const status = error instanceof RefusedTarget ? 'refused' : 'retryable'
    return { status, latencyMs: latencyMs(), error: describe(error) }
  }
}

function describe(error: unknown): string {
  const { message, code, name } = error as { message?: string; code?: string | number; name?: string }
  return plain(message || String(code ?? name)).slice(0, LONGEST_ERROR)
}
