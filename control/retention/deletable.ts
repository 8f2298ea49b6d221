import type { Control } from '../database/control.ts'

/** Rows that may be deleted, and the time of the oldest among them. */
export interface Deletable {
  rows: number
  oldest: Date | undefined
}

/** Rows of one sort that are deleted once they are old. */
export interface OldRows {
  count(this: void, control: Control, before: Date): Promise<Deletable>
  /** Deletes at most `limit`, the oldest first, and returns how many. To be called in a transaction. */
  remove(this: void, transaction: Control, before: Date, limit: number): Promise<number>
}

export const NOTHING: Deletable = { rows: 0, oldest: undefined }

/** What a query counted. Databases return large counts as texts or numbers. */
export function deletable({
  total,
  oldest,
}: {
  total: number | string | bigint
  oldest: number | null
}): Deletable {
  return { rows: Number(total), oldest: oldest === null ? undefined : new Date(Number(oldest)) }
}

export function together(parts: readonly Deletable[]): Deletable {
  const times = parts.flatMap(({ oldest }) => (oldest === undefined ? [] : [oldest.getTime()]))
  return {
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    oldest: times.length === 0 ? undefined : new Date(Math.min(...times)),
  }
}
