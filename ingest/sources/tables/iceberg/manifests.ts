import { z } from 'zod'
import { LocationError } from '../../location.ts'
import type { ObjectStore } from '../../objects.ts'
import { readObject } from '../table-file.ts'
import { AvroFault, avroRecords } from './avro.ts'
import type { Snapshot } from './metadata.ts'

const idSchema = z.bigint().transform(String)
const manifestSchema = z.object({
  manifest_path: z.string(),
  /** 1 for a manifest of delete files; the first version had none. */
  content: z.number().default(0),
  added_snapshot_id: idSchema.nullish(),
})
const entrySchema = z.object({
  status: z.number(),
  /** Null for the snapshot that added the manifest. */
  snapshot_id: idSchema.nullish(),
  data_file: z.object({ file_path: z.string(), file_format: z.string(), file_size_in_bytes: z.bigint() }),
})

export interface Manifest {
  path: string
  isOfDeletes: boolean
  snapshot: string
}

/** A file, and the snapshot that added it or, where it is not live, removed it. */
export interface Entry {
  path: string
  format: string
  size: number
  snapshot: string
  isLive: boolean
}

const REMOVED = 2

/** What reads the manifests of a table at an address. */
export class ManifestReader {
  readonly #store: ObjectStore
  readonly #location: string

  constructor(store: ObjectStore, location: string) {
    this.#store = store
    this.#location = `${plain(location).replace(/\/+$/, '')}/`
  }

  /** Throws `LocationError`. */
  async manifestsOf(snapshot: Snapshot, signal: AbortSignal): Promise<Manifest[]> {
    const list = snapshot['manifest-list']
    if (list === undefined)
      throw new LocationError('the Iceberg table has snapshots without a manifest list, which are not supported') // prettier-ignore
    return (await this.#records(list, manifestSchema, signal)).map((one) => ({
      path: one.manifest_path,
      isOfDeletes: one.content !== 0,
      snapshot: one.added_snapshot_id ?? '',
    }))
  }

  /** Throws `LocationError`. */
  async entriesOf(manifest: Manifest, signal: AbortSignal): Promise<Entry[]> {
    const entries = await this.#records(manifest.path, entrySchema, signal)
    return entries.map(({ status, snapshot_id, data_file }) => ({
      path: this.keyOf(data_file.file_path),
      format: data_file.file_format,
      size: Number(data_file.file_size_in_bytes),
      snapshot: snapshot_id ?? manifest.snapshot,
      isLive: status !== REMOVED,
    }))
  }

  /** The key of a file below the root of the table. */
  keyOf(address: string): string {
    const path = plain(address)
    const key = path.startsWith(this.#location) ? path.slice(this.#location.length) : ''
    if (key === '' || key.split('/').includes('..'))
      throw new LocationError(`the Iceberg table has a file outside of its folder: ${address}`)
    return key
  }

  async #records<T extends z.ZodType>(
    address: string,
    schema: T,
    signal: AbortSignal,
  ): Promise<z.output<T>[]> {
    const key = this.keyOf(address)
    const content = await readObject(this.#store, key, signal)
    try {
      return z.array(schema).parse(avroRecords(content))
    } catch (cause) {
      if (!(cause instanceof AvroFault || cause instanceof z.ZodError)) throw cause
      const reason = cause instanceof AvroFault ? cause.message : 'it has not the fields of a manifest'
      throw new LocationError(`${key} cannot be read: ${reason}`, { cause })
    }
  }
}

/** One spelling of an address: `s3a://` and `s3n://` are `s3://`, and `file:///` is a path. */
const plain = (address: string) => address.replace(/^s3[an]:\/\//, 's3://').replace(/^file:\/*/, '/')
