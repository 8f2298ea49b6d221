import type { Rejection } from '../decode/outcome.ts'

/** A row of a file by its number, from 1: what it says, or the text of one that is no JSON object. */
export type Row = { number: number } & (
  | { status: 'record'; record: Record<string, unknown>; line?: string }
  | { status: 'text'; line: string }
  /** A line that is no record whatever it says, and its text or the beginning of it. */
  | { status: 'unusable'; line: string; rejection: Rejection }
)

/** Rows that follow one another. */
export interface Chunk {
  rows: Row[]
  /** How much of the file lies before its end, 0 to 1. */
  share: number
}

/** The rows of a file, in its order. */
export interface Source {
  /** Those of which the number is above `from`. */
  chunks(from: number): AsyncIterable<Chunk>
}
