import type { Rejection } from '../outcome.ts'

/** What a body says of each instance, or why it cannot be told. */
export type Rows = { status: 'rows'; rows: Record<string, unknown>[] } | Rejection

export type ReadRows = (body: Record<string, unknown>) => Rows
