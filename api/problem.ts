import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import { ControlError, ControlFull, ControlRefused } from '../control/database/errors.ts'
import { isDiskFull, ModelConflict, StoreError, StoreFull, StoreUnavailable } from '../store/engine/errors.ts'

/** An answer that says what is wrong with the request, as problem details (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly title: string
  readonly extra: Record<string, unknown>
  /** Seconds after which to ask again. */
  readonly retryAfter: number | undefined

  constructor(
    status: number,
    title: string,
    detail: string,
    extra: Record<string, unknown> = {},
    { retryAfter, ...options }: ErrorOptions & { retryAfter?: number } = {},
  ) {
    super(detail, options)
    this.retryAfter = retryAfter
    this.status = status
    this.title = title
    this.extra = extra
  }

  /** The same answer, which tells more. */
  about(more: Record<string, unknown>): Problem {
    const { status, title, message, extra, retryAfter, cause } = this
    return new Problem(status, title, message, { ...extra, ...more }, { retryAfter, cause })
  }
}

/** Refuses a body that refers to what is not there; nothing where there are no errors. */
export function notDeclared(errors: readonly { path: string; message: string }[]): void {
  if (errors.length === 0) return
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ')
  throw new Problem(422, 'Not declared', detail, { errors })
}

/** The answer that an error stands for, where it is no bug. */
export function asProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error
  if (error instanceof ModelConflict) return new Problem(409, 'Conflict', error.message)
  if (error instanceof StoreUnavailable) return notAvailable(error)
  if (error instanceof ControlError) return controlFailed(error)
  if (isOwnDiskFull(error)) return notAvailable(new StoreFull(true, { cause: error }))
  if (error instanceof URIError)
    return new Problem(400, 'Bad request', `The path is invalid: ${error.message}.`)
  return undefined
}

export const notFound = (what: string) => new Problem(404, 'Not found', `There is no ${what}.`)

/** A fault of one part of the request. */
export const invalid = (path: string, message: string) =>
  new Problem(400, 'Bad request', `${path}: ${message}`, { errors: [{ path, message }] })

const STORE_RETRY_SECONDS = 5

function notAvailable(error: StoreUnavailable, advice = ''): Problem {
  const isFull = error instanceof StoreFull && error.own
  return tryLater(error, isFull, `${error.message}${advice}`)
}

function controlFailed(error: ControlError, advice = ''): Problem {
  // What to correct is for the operator.
  const message =
    error instanceof ControlRefused
      ? 'The database of control state cannot be used; see the log for the cause.'
      : error.message
  return tryLater(error, error instanceof ControlFull && error.own, `${message}${advice}`)
}

/** The same request may succeed later. */
function tryLater(error: Error, isFull: boolean, detail: string): Problem {
  const options = { cause: error.cause ?? error, retryAfter: STORE_RETRY_SECONDS }
  return isFull
    ? noSpace(detail, error.cause ?? error)
    : new Problem(503, 'Store not available', detail, {}, options)
}

/** A disk of this service is full; the request can succeed once somebody has freed some space. */
export const noSpace = (detail: string, cause?: unknown) =>
  new Problem(507, 'Insufficient storage', detail, {}, { cause, retryAfter: STORE_RETRY_SECONDS })

/** A file was not written: a body on its way, or what an engine that reads files needs for it. */
function isOwnDiskFull(error: unknown): boolean {
  const cause = error instanceof StoreError ? error.cause : error
  return cause instanceof Error && isDiskFull((cause as NodeJS.ErrnoException).code)
}

const SEND_AGAIN = ' Send the same request again; rows that were already stored count once.'

/** The store failed while records were taken in. */
export function notStored(cause: unknown): Problem {
  if (cause instanceof StoreUnavailable) return notAvailable(cause, SEND_AGAIN)
  if (cause instanceof ControlError) return controlFailed(cause, SEND_AGAIN)
  const detail = `ClickHouse did not store the data. See the log for the cause.${SEND_AGAIN}`
  return new Problem(503, 'Not stored', detail, {}, { cause, retryAfter: STORE_RETRY_SECONDS })
}

export function sendProblem(response: Response, problem: Problem): void {
  const { status, title, message: detail, extra, retryAfter } = problem
  if (retryAfter !== undefined) response.set('Retry-After', String(retryAfter))
  const requestId = response.locals.requestId as string
  response
    .status(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: 'about:blank',
        title,
        status,
        detail,
        request_id: requestId,
        ...extra,
      }),
    )
}

export const unknownRoute: RequestHandler = (request) => {
  throw notFound(`route ${request.method} ${request.path}`)
}

function where({ method, path }: Request, response: Response) {
  return { requestId: response.locals.requestId as string, method, path }
}

/** The one place where errors become answers: problems as they are, bugs as 500 with only the request id. */
export function errorHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error)
      return
    }
    const problem = asProblem(error)
    if (problem !== undefined) {
      if (problem.cause !== undefined)
        log.error({ err: problem.cause, ...where(request, response) }, 'request failed')
      sendProblem(response, problem)
      return
    }
    // Whoever asked has gone: nobody is left to answer, and nothing is wrong here.
    if (request.destroyed && !request.complete) {
      log.debug({ requestId: response.locals.requestId, path: request.path }, 'request cut off')
      return
    }
    log.error({ err: error, ...where(request, response) }, 'request failed')
    sendProblem(
      response,
      new Problem(
        500,
        'Internal error',
        'The request failed; see the log for the cause, under the request id.',
      ),
    )
  }
}
