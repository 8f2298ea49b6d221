import { isDiskFull, StoreError, StoreFull, StoreUnavailable } from './errors.ts'
import { UNAVAILABLE } from './refusal.ts'

/** Codes of ClickHouse for what has nothing to do with the statement, and may pass. */
const PASSING: ReadonlySet<string> = new Set([
  '159', // TIMEOUT_EXCEEDED
  '202', // TOO_MANY_SIMULTANEOUS_QUERIES
  '209', // SOCKET_TIMEOUT
  '210', // NETWORK_ERROR
  '236', // ABORTED
  '241', // MEMORY_LIMIT_EXCEEDED
  '242', // TABLE_IS_READ_ONLY
  '252', // TOO_MANY_PARTS
  '279', // ALL_CONNECTION_TRIES_FAILED
  '319', // UNKNOWN_STATUS_OF_INSERT
  '394', // QUERY_WAS_CANCELLED
  '439', // CANNOT_SCHEDULE_TASK
  '999', // KEEPER_EXCEPTION
])
/** Codes of ClickHouse for an address that has to be corrected. */
const REFUSING: ReadonlySet<string> = new Set([
  '81', // UNKNOWN_DATABASE
  '192', // UNKNOWN_USER
  '193', // WRONG_PASSWORD
  '194', // REQUIRED_PASSWORD
  '516', // AUTHENTICATION_FAILED
])
const NOT_ENOUGH_SPACE = '243'

/** What an error depends on beside itself. */
export interface FaultContext {
  embedded: boolean
  /** Whether tables are divided over a cluster, of which a node may be away, or lack a table for a time. */
  divided: boolean
}

/** What an error of the client means for whoever asked: the store is full or away, or else the error itself. */
export function storeFault(error: unknown, { embedded, divided }: FaultContext): unknown {
  if (!(error instanceof Error) || error instanceof StoreUnavailable || error instanceof StoreError)
    return error
  if (isFull(error)) return new StoreFull(embedded, { cause: error })
  const answer = exceptionOf(error)
  if (answer !== undefined) {
    const { code, type = code } = answer
    const passes = PASSING.has(code) || REFUSING.has(code) || (divided && UNAVAILABLE.has(type))
    return passes ? unavailable(`it answers ${type}`, error) : error
  }
  // What is left of a server is what the network, or something between us, made of its answer.
  if (embedded || error instanceof TypeError || error instanceof RangeError) return error
  return unavailable((error as NodeJS.ErrnoException).code ?? 'no valid answer', error)
}

/** Whether waiting for the server is in vain, and what to correct; undefined where it is not. */
export function refusal(error: unknown): StoreError | undefined {
  const cause = error instanceof StoreUnavailable ? error.cause : error
  const answer = cause instanceof Error ? exceptionOf(cause) : undefined
  if (answer === undefined || !REFUSING.has(answer.code)) return undefined
  return StoreError.refused(answer.type ?? answer.code, cause)
}

/** What ClickHouse said; known by its code, as the embedded engine brings a class of its own. */
function exceptionOf(error: Error): { code: string; type?: string } | undefined {
  const { code, type } = error as { code?: unknown; type?: string }
  return typeof code === 'string' && /^\d+$/.test(code) ? { code, type } : undefined
}

function isFull(error: Error): boolean {
  return (
    exceptionOf(error)?.code === NOT_ENOUGH_SPACE ||
    isDiskFull((error as NodeJS.ErrnoException).code) ||
    /No space left on device|Disk quota exceeded/.test(error.message)
  )
}

function unavailable(reason: string, cause: Error): StoreUnavailable {
  return new StoreUnavailable(`ClickHouse is not available (${reason}).`, { cause })
}
