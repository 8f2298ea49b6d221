import { z } from 'zod'
import type { Control } from '../database/control.ts'

export const MATCHED_FIELDS = [
  'model',
  'monitor',
  'kind',
  'column',
  'segment',
  'version',
  'severity',
] as const
/** How many matchers a silence may have, and characters a value. */
const MAX_MATCHERS = 20
const MAX_VALUE_LENGTH = 300

/** `=` and `!=` compare the whole value; in a `glob` `*` stands for any characters and `?` for one. */
export const matcherSchema = z.strictObject({
  field: z.enum(MATCHED_FIELDS),
  op: z.enum(['=', '!=', 'glob']).default('='),
  value: z.string().max(MAX_VALUE_LENGTH),
})
export type Matcher = z.output<typeof matcherSchema>

export const matchersSchema = z
  .array(matcherSchema)
  .min(
    1,
    'name at least one matcher: a silence of everything is { "field": "model", "op": "glob", "value": "*" }',
  )
  .max(MAX_MATCHERS)

/** What mutes the messages of alerts whose members match, for a time. */
export interface Silence {
  id: string
  /** All of them must match. */
  matchers: Matcher[]
  start: Date
  end: Date
  author: string
  comment: string
  createdAt: Date
  /** Of the newest change, and by whom it was made. */
  changedAt: Date
  changedBy: string
  /** Counts up from 1 with each change. */
  revision: number
}

/**
 * Stores a silence as it is from now on; what it was before is kept, see {@link silenceHistory}. False where it has this
 * revision already, because somebody else changed it meanwhile.
 */
export async function putSilence(control: Control, silence: Silence): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await control
    .insertInto('silences')
    .values({
      id: silence.id,
      revision: silence.revision,
      changed_at: silence.changedAt.getTime(),
      ends_at: silence.end.getTime(),
      document: JSON.stringify(silence),
    })
    .onConflict((conflict) => conflict.columns(['id', 'revision']).doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** Silences as they stand, those that end last first; with `endingAfter` only those that end later than that. */
export async function listSilences(control: Control, endingAfter?: Date): Promise<Silence[]> {
  let query = control
    .selectFrom('silences')
    .select('document')
    .where((row) =>
      row(
        'revision',
        '=',
        row
          .selectFrom('silences as newer')
          .select((newer) => newer.fn.max('newer.revision').as('revision'))
          .whereRef('newer.id', '=', 'silences.id'),
      ),
    )
  if (endingAfter !== undefined) query = query.where('ends_at', '>', endingAfter.getTime())
  const found = await query.orderBy('ends_at', 'desc').orderBy('document').execute()
  return found.map(decode)
}

/** A silence as it stands. */
export async function findSilence(control: Control, id: string): Promise<Silence | undefined> {
  return (await silenceHistory(control, id))[0]
}

/** A silence as it stands and as it was before each change, newest first. */
export async function silenceHistory(control: Control, id: string): Promise<Silence[]> {
  const found = await control
    .selectFrom('silences')
    .select('document')
    .where('id', '=', id)
    .orderBy('revision', 'desc')
    .execute()
  return found.map(decode)
}

function decode({ document }: { document: string }): Silence {
  const { start, end, createdAt, changedAt, ...rest } = JSON.parse(document) as Silence
  return {
    ...rest,
    start: new Date(start),
    end: new Date(end),
    createdAt: new Date(createdAt),
    changedAt: new Date(changedAt),
  }
}
