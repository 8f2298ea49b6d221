import pg from 'pg'
import { LocationError } from '../location.ts'

/** What errors of PostgreSQL, or of the connection to it, mean for a source; `variable` holds its address. */
export function sourceFault(error: unknown, variable: string): unknown {
  if (!(error instanceof Error) || error instanceof LocationError) return error
  const fault = (message: string) => new LocationError(message, { cause: error })
  if (error instanceof pg.DatabaseError) return fault(reasonOf(error, variable))
  const { code = '' } = error as NodeJS.ErrnoException
  // The driver gives the whole address with its error.
  if (code === 'ERR_INVALID_URL')
    return new LocationError(
      `${variable} is not an address: write it as postgres://user:password@host:5432/database`,
    )
  if (error instanceof TypeError || error instanceof RangeError) return error
  if (/CERT|^UNABLE_TO_|^ERR_TLS|^ERR_SSL|^DEPTH_ZERO/.test(code) || /SSL/.test(error.message))
    return fault(`no secure connection to the PostgreSQL of ${variable}: ${error.message}. Check its sslmode.`) // prettier-ignore
  if (/password must be a string/.test(error.message))
    return fault(`PostgreSQL asks for a password, and ${variable} has none`)
  return fault(`the PostgreSQL of ${variable} cannot be reached (${code === '' ? error.message : code}). Check its address, and that the server runs.`) // prettier-ignore
}

function reasonOf({ code = '', message }: pg.DatabaseError, variable: string): string {
  if (code.startsWith('28')) return `PostgreSQL refuses the user or the password of ${variable}`
  if (code === '3D000') return `PostgreSQL has no such database as ${variable} names`
  if (code === '42501') return `PostgreSQL refuses to read: ${message}. Give the user of ${variable} the right to SELECT.` // prettier-ignore
  if (code === '57014') return `PostgreSQL ended the query: ${message}. An index on the cursor makes it fast.`
  if (code === '25006') return `the query would change something: ${message}`
  if (code.startsWith('53') || code.startsWith('57') || code.startsWith('08') || code.startsWith('40'))
    return `PostgreSQL is not available: ${message}`
  return `PostgreSQL refuses the query: ${message}`
}
