import { z } from 'zod'
import { BACKED_UP_TABLES } from '../../control/backup/tables.ts'

export const BACKUP_FORMAT = 1

const nameSchema = z.string().regex(/^[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)+$/)
const countSchema = z.number().int().nonnegative()

const fileSchema = z.strictObject({
  name: nameSchema,
  rows: countSchema,
  bytes: countSchema,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

const columnSchema = z.strictObject({ name: z.string().min(1), type: z.string().min(1) })

const tableSchema = z.discriminatedUnion('database', [
  z.strictObject({
    database: z.literal('control'),
    name: z.enum(BACKED_UP_TABLES),
    rows: countSchema,
    files: z.array(fileSchema),
  }),
  z.strictObject({
    database: z.literal('clickhouse'),
    name: z.string().min(1),
    columns: z.array(columnSchema).min(1),
    rows: countSchema,
    files: z.array(fileSchema),
  }),
])

/** What a backup holds. It is written last: a backup without it is not whole. */
export const manifestSchema = z.strictObject({
  format: z.literal(BACKUP_FORMAT),
  id: z.uuid(),
  created_at: z.iso.datetime(),
  /** Of the service that made it. */
  release: z.string(),
  /** Id of the installation that it was made of. */
  installation: z.string(),
  control_migrations: z.array(z.string()),
  clickhouse_migrations: countSchema,
  tables: z.array(tableSchema),
})

export type Manifest = z.infer<typeof manifestSchema>
export type BackupTable = Manifest['tables'][number]
export type ClickHouseTable = Extract<BackupTable, { database: 'clickhouse' }>
export type ControlTable = Extract<BackupTable, { database: 'control' }>
export type BackupFile = z.infer<typeof fileSchema>
export type BackupColumn = z.infer<typeof columnSchema>

export const MANIFEST = 'manifest.json'
