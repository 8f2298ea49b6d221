import { z } from 'zod'
import { insertObjects, rows } from '../engine/query.ts'
import { instant, literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

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

interface Row {
  document: string
}

function decode({ document }: Row): Silence {
  const { start, end, createdAt, changedAt, ...rest } = JSON.parse(document) as Silence
  const date = (value: Date | string) => new Date(value)
  return {
    ...rest,
    start: date(start),
    end: date(end),
    createdAt: date(createdAt),
    changedAt: date(changedAt),
  }
}

/** Stores a silence as it is from now on. What it was before is kept: see {@link silenceHistory}. */
export async function putSilence(store: Store, silence: Silence): Promise<void> {
  await insertObjects(store.rollup, 'silences', [
    {
      id: silence.id,
      changed_at: silence.changedAt.getTime(),
      revision: silence.revision,
      ends_at: silence.end.getTime(),
      document: JSON.stringify(silence),
    },
  ])
}

const NEWEST = `SELECT document, ends_at FROM (SELECT document, ends_at, id, revision FROM silences
  ORDER BY revision DESC, changed_at DESC LIMIT 1 BY id)`

/** Silences as they stand, those that end last first; with `endingAfter` only those that end later than that. */
export async function listSilences(store: Store, endingAfter?: Date): Promise<Silence[]> {
  const among = endingAfter === undefined ? '' : `WHERE ends_at > ${instant(endingAfter)}`
  const found = await rows<Row>(store.read, `${NEWEST} ${among} ORDER BY ends_at DESC, document`)
  return found.map(decode)
}

/** A silence as it stands. */
export async function findSilence(store: Store, id: string): Promise<Silence | undefined> {
  return (await silenceHistory(store, id))[0]
}

/** A silence as it stands and as it was before each change, newest first. */
export async function silenceHistory(store: Store, id: string): Promise<Silence[]> {
  const found = await rows<Row>(
    store.read,
    `SELECT document FROM silences WHERE id = ${literal(id)} ORDER BY revision DESC, changed_at DESC`,
  )
  return found.map(decode)
}
