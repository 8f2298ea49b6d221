import { ControlFull, ControlRefused, ControlUnavailable } from './errors.ts'

/** Beginnings of result codes of SQLite: another process writes, or the disk fails. */
const PASSING = /^SQLITE_(BUSY|LOCKED|IOERR)/
const REFUSING = /^SQLITE_(READONLY|CANTOPEN|NOTADB|CORRUPT|PERM|AUTH)/

/** What an error of SQLite means for whoever asked, or else the error itself. */
export function sqliteFault(path: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT')
    return new ControlFull(true, { cause: error })
  if (PASSING.test(code))
    return new ControlUnavailable(`The database of control state is not available (${code}).`, {
      cause: error,
    })
  return REFUSING.test(code) ? unusableFile(path, error) : error
}

/** A file that cannot be opened. */
export function unusableFile(path: string, cause: Error): ControlRefused {
  const { code, message } = cause as NodeJS.ErrnoException
  // The driver gives no code when it opens a file, and quotes its own classes.
  const reason = /^ConnectionFailed/.test(message) ? 'it cannot be opened' : (code ?? message)
  return new ControlRefused(
    `The file ${path} cannot be used: ${reason}. ` +
      'Check that its directory exists and is writable, or choose another one with DRIFTGAUGE_DATA.',
    { cause },
  )
}
