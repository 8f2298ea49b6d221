import { z } from 'zod'
import { httpUrl } from '../channels/http-url.ts'

/** Where a source has its files or rows. */
export const LOCATION_KINDS = ['folder', 's3', 'postgres'] as const
export type LocationKind = (typeof LOCATION_KINDS)[number]

/** A local or mounted folder. The service reads only within DRIFTGAUGE_SOURCE_FOLDERS. */
export const folderSchema = z.strictObject({
  path: z
    .string()
    .max(4000)
    .regex(/^\//, 'write the whole path, from /')
    .refine((path) => !path.includes('\0'), 'a path has no such character'),
})
export type FolderLocation = z.output<typeof folderSchema>

/** Names a set of variables of the service, DRIFTGAUGE_SOURCE_NAME_…, so that no declaration holds a secret. */
const secretsSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'use 1 to 40 small letters, digits or "_", starting with a letter')

/** A bucket of S3, or of what speaks its protocol: MinIO, Ceph, R2, Google Cloud Storage with HMAC keys. */
export const s3Schema = z.strictObject({
  bucket: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      'the name of a bucket has 3 to 63 small letters, digits, "." or "-"',
    ),
  prefix: z.string().max(1000).default('').describe('Only keys that begin so.'),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'write the region as us-east-1')
    .default('us-east-1'),
  endpoint: httpUrl('the address of the store').optional().describe('Of a store other than AWS.'),
  credentials: secretsSchema
    .optional()
    .describe('DRIFTGAUGE_SOURCE_<NAME>_ACCESS_KEY_ID and …_SECRET_ACCESS_KEY of the service. Without it AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, where they are set; else requests are not signed.'), // prettier-ignore
})
export type S3Location = z.output<typeof s3Schema>

/** Rows of a query in PostgreSQL, read in the order of a column that only grows. */
export const postgresSchema = z.strictObject({
  connection: secretsSchema.describe('DRIFTGAUGE_SOURCE_<NAME>_URL of the service.'),
  query: z.string().min(1).max(100_000).describe('A SELECT without a semicolon. Rows are read in the order of the cursor.'), // prettier-ignore
  cursor: z.string().min(1).max(63).describe('The column of the query that only grows: a time or a number.'),
})
export type PostgresLocation = z.output<typeof postgresSchema>
