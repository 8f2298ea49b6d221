import pg from 'pg'
import { ControlFull, ControlRefused, ControlUnavailable } from './errors.ts'

const HINT =
  'Check DATABASE_URL, written as postgres://user:password@host:5432/database: the server, the database, the user with its ' +
  'password, and that this user may create tables.'
/** Beginnings of SQLSTATE for what has nothing to do with the statement, and may pass. */
const PASSING = [
  '08', // connection exception
  '25006', // read-only transaction: a standby, before it is promoted
  '40', // serialization failure, deadlock
  '53', // insufficient resources, too many connections
  '55P03', // lock not available
  '57', // shut down, starting up, cancelled by a timeout
  '58', // system error, I/O error
]
/** For a configuration that has to be corrected. */
const REFUSING = [
  '28', // wrong user or password
  '3D000', // no such database
  '42501', // insufficient privilege
]
const DISK_FULL = '53100'

/** What an error of PostgreSQL, or of the connection to it, means for whoever asked, or else the error itself. */
export function postgresFault(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  if (error instanceof pg.DatabaseError) {
    const state = error.code ?? ''
    const among = (states: readonly string[]) => states.some((one) => state.startsWith(one))
    if (state === DISK_FULL) return new ControlFull(false, { cause: error })
    if (among(REFUSING)) return refused(error.message, error)
    return among(PASSING) ? unavailable(error.message, error) : error
  }
  if (error instanceof TypeError || error instanceof RangeError) return error
  return isTls(error) ? refused(error.message, error) : unavailable(reasonOf(error), error)
}

/** A server that is not what the address says: of another kind, or with a certificate that nobody vouches for. */
function isTls(error: Error): boolean {
  const { code = '' } = error as NodeJS.ErrnoException
  return /CERT|^UNABLE_TO_|^ERR_TLS|^ERR_SSL/.test(code) || /SSL connections/.test(error.message)
}

/** Of a host with several addresses, the error is a list without a message of its own. */
function reasonOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? (error.message || error.name)
}

const refused = (reason: string, cause: Error) =>
  new ControlRefused(`PostgreSQL cannot be used: ${reason}. ${HINT}`, { cause })

const unavailable = (reason: string, cause: Error) =>
  new ControlUnavailable(`PostgreSQL is not available (${reason}).`, { cause })
