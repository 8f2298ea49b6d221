import { z } from 'zod'
import { formatDuration } from '../../../domain/duration.ts'
import { isTimezone } from '../../../domain/calendar/local-time.ts'
import { HOUR_MS, MINUTE_MS } from '../../../domain/time.ts'
import { documents } from '../../database/documents.ts'
import { durationSchema } from '../duration.ts'
import { nameSchema } from '../model.ts'
import { recordSchema } from '../record-schema.ts'
import { folderSchema, LOCATION_KINDS, postgresSchema, s3Schema, type LocationKind } from './locations.ts'

/** What of an event a file can hold in a column; every other column is a feature. */
export const COLUMN_FIELDS = [
  'id',
  'ts',
  'version',
  'shadow',
  'prediction',
  'score',
  'label',
  'labelled_at',
] as const
export type ColumnField = (typeof COLUMN_FIELDS)[number]

const columnSchema = z.string().min(1).max(1000)
const columnsSchema = z.strictObject(
  Object.fromEntries(COLUMN_FIELDS.map((field) => [field, columnSchema.optional()])) as Record<
    ColumnField,
    z.ZodOptional<typeof columnSchema>
  >,
)

/** A batch source: files, or the rows of a table, that come in time, and each of which is taken once. */
export const sourceSchema = z
  .strictObject({
    name: nameSchema,
    model: nameSchema,
    folder: folderSchema.optional(),
    s3: s3Schema.optional(),
    postgres: postgresSchema.optional(),
    table: z
      .enum(['delta', 'iceberg'])
      .optional()
      .describe('The location is a table of this format: the files that its log adds are taken.'),
    match: z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .describe('Which files, as a glob on their path below the location: `**/*.parquet`. By default all of a known format.'), // prettier-ignore
    every: durationSchema.refine((ms) => ms >= MINUTE_MS, 'look at most once a minute: 1m').default(HOUR_MS),
    settle: durationSchema
      .optional()
      .describe(
        'How old a change must be before it is read: a file may still be written, and transactions end out of order. 1m in a folder, 5m in PostgreSQL; objects of a bucket are whole.',
      ),
    columns: columnsSchema
      .default({})
      .describe('The column of each field, where it is not called as the field.'),
    constants: recordSchema('a column', z.string().min(1).max(1000), z.string().max(1000))
      .default({})
      .describe('Values of columns that no file has.'),
    ignore: z.array(columnSchema).max(10_000).default([]).describe('Columns that are not read.'),
    undated: z
      .enum(['reject', 'modified'])
      .default('reject')
      .describe(
        'What time predictions have where no column says it: none, or that of the last change of their file.',
      ),
    timezone: z
      .string()
      .refine(isTimezone, 'use an IANA time zone, such as Europe/Berlin or UTC')
      .default('UTC')
      .describe('Of times that name none.'),
    label_delay: durationSchema
      .optional()
      .describe(
        'How long after their predictions labels came that say no time. Without it they came when their file did.',
      ),
  })
  .superRefine((source, context) => {
    const given = LOCATION_KINDS.filter((kind) => source[kind] !== undefined)
    const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
    if (given.length !== 1) {
      const found = given.length === 0 ? '' : `, not ${given.join(' and ')}`
      fault([], `a source is one of ${LOCATION_KINDS.join(', ')}${found}`)
    }
    if (source.postgres === undefined) return
    for (const key of ['table', 'match'] as const)
      if (source[key] !== undefined) fault([key], 'a source in PostgreSQL has no files')
  })

export type Source = z.output<typeof sourceSchema>
export type SourceDeclaration = z.input<typeof sourceSchema>

/** The declared sources, by name. */
export const sources = documents<Source>('sources', { columns: ({ model }) => ({ model }) })

const SETTLE_MS: Record<LocationKind, number> = { folder: MINUTE_MS, s3: 0, postgres: 5 * MINUTE_MS }

export const locationKind = (source: Source): LocationKind =>
  LOCATION_KINDS.find((kind) => source[kind] !== undefined)!

/** Milliseconds that a change must be old before it is read. */
export const settleOf = (source: Source): number => source.settle ?? SETTLE_MS[locationKind(source)]

/** The last time of a change that files may have to be read now; rows that may still change are left by their location. */
export const settledUntil = (source: Source, now: Date): number =>
  source.postgres === undefined ? now.getTime() - settleOf(source) : Infinity

/** As it would be declared, defaults filled in. */
export function sourceDeclarationOf({ every, settle, label_delay, ...rest }: Source): SourceDeclaration {
  return {
    ...rest,
    every: formatDuration(every),
    ...(settle !== undefined && { settle: formatDuration(settle) }),
    ...(label_delay !== undefined && { label_delay: formatDuration(label_delay) }),
  }
}
