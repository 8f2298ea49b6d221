import { printable } from '../domain/printable.ts'

/** Something wrong in a file, with the place to mend it at; lines and columns count from 1. */
export interface Fault {
  line: number
  column: number
  message: string
}

const MAX_LISTED = 50

/** One line a fault, `file:line:column: message`, in the order of the file. */
export function faultLines(file: string, faults: readonly Fault[]): string[] {
  const ordered = faults.toSorted((a, b) => a.line - b.line || a.column - b.column)
  const lines = ordered.map(({ line, column, message }) => `${file}:${line}:${column}: ${printable(message)}`)
  const distinct = [...new Set(lines)]
  if (distinct.length <= MAX_LISTED) return distinct
  return [...distinct.slice(0, MAX_LISTED), `… and ${distinct.length - MAX_LISTED} more errors`]
}
