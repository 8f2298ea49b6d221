import type { Control } from '../database/control.ts'
import { count } from '../database/counters.ts'
import type { SourceFileRow } from '../database/tables.ts'

/**
 * What became of a file: it waits, is being taken, was taken, could not be taken, or was replaced by other content under
 * its path before or after that.
 */
export const FILE_STATES = ['waiting', 'taking', 'taken', 'failed', 'replaced'] as const
export type FileState = (typeof FILE_STATES)[number]

/** A file as a look at its source finds it. */
export interface ListedFile {
  path: string
  etag: string
  size: number
  modifiedAt: number
  constants: Readonly<Record<string, string | null>>
}

/** How many rows were stored, from the first one on, by a name for the way in which they are read. */
export type Positions = Readonly<Record<string, number>>

/** A file of a source, with the content that it had when it was seen. */
export interface LedgerFile extends ListedFile {
  number: number
  source: string
  state: FileState
  seenAt: Date
  startedAt: Date | undefined
  endedAt: Date | undefined
  /** Undefined before they are counted. */
  rows: number | undefined
  positions: Positions
  accepted: number
  rejected: number
  erased: number
  /** Why it failed; empty where it did not. */
  problem: string
}

/** What a look changes in the ledger. */
export interface LedgerChange {
  added: readonly ListedFile[]
  /** Numbers of files: those that wait again, those replaced by other content, and those that are forgotten. */
  again: readonly number[]
  replaced: readonly number[]
  forgotten: readonly number[]
}

export type KnownFile = Pick<SourceFileRow, 'number' | 'path' | 'etag' | 'state' | 'ended_at'>

export async function knownFiles(control: Control, source: string): Promise<KnownFile[]> {
  return control
    .selectFrom('source_files')
    .select(['number', 'path', 'etag', 'state', 'ended_at'])
    .where('source', '=', source)
    .execute()
}

const AT_ONCE = 500
const NOTHING_DONE = { started_at: null, ended_at: null, rows: null, positions: '{}', accepted: 0, rejected: 0, erased: 0, problem: '' } // prettier-ignore

/** Writes what a look found, in the transaction given. */
export async function changeLedger(
  control: Control,
  source: string,
  { added, again, replaced, forgotten }: LedgerChange,
  now: Date,
): Promise<void> {
  for (const numbers of parts(forgotten))
    await control.deleteFrom('source_files').where('number', 'in', numbers).execute()
  for (const numbers of parts(replaced))
    await control
      .updateTable('source_files')
      .set({ state: 'replaced' })
      .where('number', 'in', numbers)
      .execute()
  await waitAgain(control, again)
  for (const files of parts(added)) {
    const last = await count(control, 'source files', files.length)
    const rows = files.map(({ path, etag, size, modifiedAt, constants }, i) => ({
      ...NOTHING_DONE,
      number: last - files.length + 1 + i,
      source,
      path,
      etag,
      size,
      modified_at: Math.round(modifiedAt),
      constants: JSON.stringify(constants),
      state: 'waiting',
      seen_at: now.getTime(),
    }))
    await control.insertInto('source_files').values(rows).execute()
  }
}

/** Has files taken once more, from their beginning. */
export async function waitAgain(control: Control, numbers: readonly number[]): Promise<void> {
  for (const part of parts(numbers))
    await control
      .updateTable('source_files')
      .set({ ...NOTHING_DONE, state: 'waiting' })
      .where('number', 'in', part)
      .execute()
}

function parts<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, i) =>
    all.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  )
}

/** The file to be taken next, but for some: one that was begun, else the one that was changed first. */
export async function nextFile(
  control: Control,
  source: string,
  but: readonly number[] = [],
): Promise<LedgerFile | undefined> {
  for (const state of ['taking', 'waiting']) {
    const row = await control
      .selectFrom('source_files')
      .selectAll()
      .where('source', '=', source)
      .where('state', '=', state)
      .$if(but.length > 0, (query) => query.where('number', 'not in', but))
      .orderBy('modified_at')
      .orderBy('path')
      .limit(1)
      .executeTakeFirst()
    if (row !== undefined) return fileOf(row)
  }
  return undefined
}

/** The path of the newest file that was seen, or taken. */
export async function newestPath(
  control: Control,
  source: string,
  what: 'seen' | 'taken',
): Promise<string | undefined> {
  const row = await control
    .selectFrom('source_files')
    .select('path')
    .where('source', '=', source)
    .$if(what === 'taken', (query) => query.where('state', '=', 'taken'))
    .orderBy('modified_at', 'desc')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.path
}

/** What changed of a file while it is taken. */
export type FileProgress = Partial<
  Pick<LedgerFile, 'state' | 'startedAt' | 'endedAt' | 'rows' | 'positions' | 'accepted' | 'rejected' | 'erased' | 'problem'> // prettier-ignore
>

export async function noteFile(control: Control, number: number, progress: FileProgress): Promise<void> {
  const { startedAt, endedAt, positions, ...rest } = progress
  await control
    .updateTable('source_files')
    .set({
      ...rest,
      ...(startedAt !== undefined && { started_at: startedAt.getTime() }),
      ...(endedAt !== undefined && { ended_at: endedAt.getTime() }),
      ...(positions !== undefined && { positions: JSON.stringify(positions) }),
    })
    .where('number', '=', number)
    .execute()
}

/** Removes what is known of the files of a source that is removed. */
export async function forgetFiles(control: Control, source: string): Promise<void> {
  await control.deleteFrom('source_files').where('source', '=', source).execute()
}

export function fileOf(row: SourceFileRow): LedgerFile {
  const date = (ms: number | null) => (ms === null ? undefined : new Date(ms))
  return {
    number: row.number,
    source: row.source,
    path: row.path,
    etag: row.etag,
    size: row.size,
    modifiedAt: row.modified_at,
    constants: JSON.parse(row.constants) as LedgerFile['constants'],
    state: row.state as FileState,
    seenAt: new Date(row.seen_at),
    startedAt: date(row.started_at),
    endedAt: date(row.ended_at),
    rows: row.rows ?? undefined,
    positions: JSON.parse(row.positions) as Positions,
    accepted: row.accepted,
    rejected: row.rejected,
    erased: row.erased,
    problem: row.problem,
  }
}
