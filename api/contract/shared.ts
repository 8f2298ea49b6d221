import { HOUR_MS, DAY_MS } from '../../domain/time.ts'
import { z } from 'zod'
import { nameSchema } from '../../control/declared/model.ts'

/** Schemas by the name under which the OpenAPI document shows them. */
export const components = z.registry<{ id: string }>()

/** Gives a schema its name in the OpenAPI document. */
export function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  components.add(schema, { id })
  return schema
}

/** Instants must lie within the range of the engine's `DateTime`, rounded up to a day as well. */
const LATEST_MS = Math.floor((2 ** 32 * 1000) / DAY_MS) * DAY_MS

/** A point in time: an ISO 8601 date and time with its offset, or a date, which means its beginning in UTC. */
const anyInstantSchema = z
  .union(
    [z.iso.datetime({ offset: true }), z.iso.date()],
    'write a time as 2026-01-31T17:05:00Z, or a date as 2026-01-31',
  )
  .transform((text) => new Date(text))

/** A point in time that rows can have. */
export const instantSchema = anyInstantSchema.refine(
  (date) => date.getTime() >= 0 && date.getTime() < LATEST_MS,
  'must lie between 1970 and 2106',
)

export const hourSchema = instantSchema.refine(
  (date) => date.getTime() % HOUR_MS === 0,
  'must be a whole hour',
)

/** A point in time in an answer. */
export const timeSchema = z.iso.datetime({ offset: true })

/** Where to go on, as it was told before. */
export const cursorSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,4000}$/, 'send next_cursor of the page before, as it came')
  .optional()
  .describe('`next_cursor` of the previous page.')

/** The query of a list that is handed out in pages. */
export const pageQuery = (limits: { most: number; default: number }) => ({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(limits.most)
    .default(limits.default)
    .describe('Maximum number of items.'),
  cursor: cursorSchema,
})

/** Beside the items of a page: what to send as `cursor` for the next one. */
export const nextCursor = z.string().optional().describe('Absent on the last page.')

/** Beside the items of a page: what to send as `If-Match` to change one only as it is here. */
export const etags = z.record(z.string(), z.string()).describe('The ETag of each item by its name or id.')

export const modelParams = z.strictObject({ model: nameSchema })
export const monitorParams = z.strictObject({ monitor: nameSchema })

/** There is nothing beyond the range of the engine's time, so that a period may go beyond it. */
const boundSchema = anyInstantSchema.transform(
  (date) => new Date(Math.min(Math.max(date.getTime(), 0), LATEST_MS - 1)),
)

export const periodQuery = {
  from: boundSchema.optional(),
  to: boundSchema.optional(),
}

/** What is wrong with a request (RFC 9457). */
export const problemSchema = named(
  'Problem',
  z.strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    request_id: z.string().describe('Also in the header X-Request-Id, and in the log.'),
    errors: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Each error of the request with its path.'),
    declaration: z
      .strictObject({ section: z.string(), name: z.string() })
      .optional()
      .describe('The refused one of several declarations.'),
    current_etag: z
      .string()
      .nullable()
      .optional()
      .describe('With status 412: the ETag of the current state; null if it does not exist.'),
    current: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('With status 412: the current state, as its own route returns it.'),
    differs: z
      .array(z.string())
      .optional()
      .describe('With status 412: fields of the current state that this request would have changed.'),
  }),
)
