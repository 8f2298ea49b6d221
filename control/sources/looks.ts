import type { Control } from '../database/control.ts'
import type { SourceLookRow } from '../database/tables.ts'

/** How looking at a source went. */
export interface Look {
  /** When somebody asked last for a look at once; the epoch where nobody did. */
  askedAt: Date
  /** When the source was last asked for its files; undefined before it was. */
  lookedAt: Date | undefined
  /** Files that it had then. */
  listed: number
  /** Files that may still be written. */
  settling: number
  /** Files that are not of the source. */
  leftOut: number
  /** What is wrong, and since when; undefined where nothing is. */
  problem: { text: string; since: Date } | undefined
}

export const NEVER: Look = { askedAt: new Date(0), lookedAt: undefined, listed: 0, settling: 0, leftOut: 0, problem: undefined } // prettier-ignore

export async function listLooks(control: Control): Promise<Map<string, Look>> {
  const found = await control.selectFrom('source_looks').selectAll().execute()
  return new Map(found.map((row) => [row.source, lookOf(row)]))
}

export async function findLook(control: Control, source: string): Promise<Look> {
  const row = await control
    .selectFrom('source_looks')
    .selectAll()
    .where('source', '=', source)
    .executeTakeFirst()
  return row === undefined ? NEVER : lookOf(row)
}

function lookOf({
  asked_at,
  looked_at,
  listed,
  settling,
  left_out,
  problem,
  failing_since,
}: SourceLookRow): Look {
  return {
    askedAt: new Date(asked_at),
    lookedAt: looked_at === null ? undefined : new Date(looked_at),
    listed,
    settling,
    leftOut: left_out,
    problem: failing_since === null ? undefined : { text: problem, since: new Date(failing_since) },
  }
}

/** Asks for a look at once. */
export async function askForLook(control: Control, source: string, now: Date): Promise<void> {
  await put(control, source, { asked_at: now.getTime() })
}

/** Notes that the source was asked for its files, and what it had. */
export async function noteLook(
  control: Control,
  source: string,
  { listed, settling, leftOut }: Pick<Look, 'listed' | 'settling' | 'leftOut'>,
  now: Date,
): Promise<void> {
  await put(control, source, { looked_at: now.getTime(), listed, settling, left_out: leftOut, problem: '', failing_since: null }) // prettier-ignore
}

/** Notes that the source cannot be read. */
export async function noteProblem(
  control: Control,
  source: string,
  problem: string,
  now: Date,
): Promise<void> {
  const { problem: before } = await findLook(control, source)
  const since = before?.since ?? now
  await put(control, source, { looked_at: now.getTime(), problem, failing_since: since.getTime() })
}

async function put(control: Control, source: string, values: Partial<SourceLookRow>): Promise<void> {
  await control
    .insertInto('source_looks')
    .values({
      ...{ source, asked_at: 0, looked_at: null, listed: 0, settling: 0, left_out: 0 },
      ...{ problem: '', failing_since: null, ...values },
    })
    .onConflict((conflict) => conflict.column('source').doUpdateSet(values))
    .execute()
}

export async function forgetLook(control: Control, source: string): Promise<void> {
  await control.deleteFrom('source_looks').where('source', '=', source).execute()
}
