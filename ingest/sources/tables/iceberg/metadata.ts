import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import { parseExactJson } from '../../../json/exact-json.ts'
import { LocationError } from '../../location.ts'
import type { ObjectStore, StoredObject } from '../../objects.ts'
import { readObject } from '../table-file.ts'

/** With more digits than a number keeps. */
const idSchema = z.union([z.number(), z.bigint()]).transform(String)
const snapshotSchema = z.object({
  'snapshot-id': idSchema,
  'parent-snapshot-id': idSchema.nullish(),
  'timestamp-ms': z.number(),
  'manifest-list': z.string().optional(),
  summary: z.object({ operation: z.string().optional() }).optional(),
})
const metadataSchema = z.object({
  'format-version': z.number(),
  location: z.string(),
  'current-snapshot-id': idSchema.nullish(),
  snapshots: z.array(snapshotSchema).nullish(),
})

/** A state that the table had. */
export type Snapshot = z.output<typeof snapshotSchema>

export interface IcebergMetadata {
  /** The address of its root, as its files name it. */
  location: string
  /** Undefined where the table has no rows yet. */
  current: Snapshot | undefined
  /** Those that have not expired, by id. */
  snapshots: ReadonlyMap<string, Snapshot>
}

const FOLDER = 'metadata/'
/** Of a catalog `00012-uuid.metadata.json`, without one `v12.metadata.json`; packed with `.gz` before or after. */
const NAME = /^metadata\/(?:v(\d+)|(\d{5,})-[^/]+?)(?:\.gz)?\.metadata\.json(?:\.gz)?$/
const NEWEST_FORMAT = 2
const MAX_BYTES = 512 * 1024 * 1024

/**
 * The newest metadata of a table: those of the highest number, and of several of that number, all but one of which are of
 * commits that failed, the last written. Throws {@link LocationError}.
 */
export async function readMetadata(store: ObjectStore, signal: AbortSignal): Promise<IcebergMetadata> {
  let newest: { object: StoredObject; version: number } | undefined
  for await (const object of store.list(FOLDER, signal)) {
    const match = NAME.exec(object.key)
    if (match === null) continue
    const version = Number(match[1] ?? match[2])
    const isNewer =
      newest === undefined ||
      version > newest.version ||
      (version === newest.version && object.modifiedAt > newest.object.modifiedAt)
    if (isNewer) newest = { object, version }
  }
  if (newest === undefined)
    throw new LocationError(`there is no Iceberg table here: ${FOLDER} has no metadata.json`)
  const { key } = newest.object
  return metadataOf(await readObject(store, key, signal), key)
}

function metadataOf(content: Buffer, key: string): IcebergMetadata {
  const { success, data } = metadataSchema.safeParse(jsonOf(content))
  if (!success) throw new LocationError(`${key} is not the metadata of an Iceberg table`)
  if (data['format-version'] > NEWEST_FORMAT)
    throw new LocationError(`the Iceberg table has the format version ${data['format-version']}: versions to ${NEWEST_FORMAT} are supported`) // prettier-ignore
  const snapshots = new Map((data.snapshots ?? []).map((one) => [one['snapshot-id'], one]))
  const id = data['current-snapshot-id'] ?? '-1'
  const current = snapshots.get(id)
  if (current === undefined && id !== '-1') throw new LocationError(`${key} lacks its current snapshot ${id}`)
  return { location: data.location, current, snapshots }
}

function jsonOf(content: Buffer): unknown {
  const isPacked = content[0] === 0x1f && content[1] === 0x8b
  try {
    return parseExactJson((isPacked ? gunzipSync(content, { maxOutputLength: MAX_BYTES }) : content).toString()) // prettier-ignore
  } catch {
    return undefined
  }
}
