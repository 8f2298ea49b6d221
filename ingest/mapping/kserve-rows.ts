import type { Rejection } from '../decode/outcome.ts'

/** What a body says of each instance, or why it cannot be told; of some instances alone by their place. */
export type Rows =
  { status: 'rows'; rows: Record<string, unknown>[]; faults?: Record<number, string> } | Rejection

/** Reads each instance by itself: one that cannot be read spoils no other. Where none can, neither can the body. */
export function readEach<T>(
  instances: readonly T[],
  read: (instance: T) => { status: 'read'; row: Record<string, unknown> } | Rejection,
): Rows {
  const faults: Record<number, string> = {}
  let last: Rejection | undefined
  const rows = instances.map((instance, i) => {
    const found = read(instance)
    if (found.status === 'read') return found.row
    last = found
    faults[i] = found.detail
    return {}
  })
  if (last === undefined) return { status: 'rows', rows }
  return Object.keys(faults).length === rows.length ? last : { status: 'rows', rows, faults }
}

export type ReadRows = (body: Record<string, unknown>) => Rows
