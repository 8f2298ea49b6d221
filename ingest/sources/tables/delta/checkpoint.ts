import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isEngineError, engineReason, type FileEngine } from '../../../files/open-file.ts'
import { LocationError } from '../../location.ts'
import type { ObjectStore } from '../../objects.ts'
import { parquetRows, type NestedColumns } from '../parquet-rows.ts'
import type { Action } from './actions.ts'
import type { Checkpoint } from './log.ts'

const COLUMNS: NestedColumns = {
  structure: [
    'add Tuple(path Nullable(String), partitionValues Map(String, Nullable(String)), size Nullable(Int64), modificationTime Nullable(Int64), deletionVector Tuple(storageType Nullable(String)))',
    'protocol Tuple(minReaderVersion Nullable(Int32), readerFeatures Array(Nullable(String)))',
    'metaData Tuple(configuration Map(String, Nullable(String)))',
    'sidecar Tuple(path Nullable(String))',
  ].join(', '),
  values: [
    { name: 'path', sql: 'add.path', type: 'Nullable(String)' },
    { name: 'partition', sql: 'add.partitionValues', type: 'Map(String, Nullable(String))' },
    { name: 'size', sql: 'ifNull(add.size, 0)', type: 'Int64' },
    { name: 'modified', sql: 'ifNull(add.modificationTime, 0)', type: 'Int64' },
    { name: 'has_vector', sql: 'add.deletionVector.storageType IS NOT NULL', type: 'Bool' },
    { name: 'reader', sql: 'protocol.minReaderVersion', type: 'Nullable(Int32)' },
    { name: 'features', sql: 'protocol.readerFeatures', type: 'Array(Nullable(String))' },
    { name: 'configuration', sql: 'metaData.configuration', type: 'Map(String, Nullable(String))' },
    { name: 'has_sidecar', sql: 'sidecar.path IS NOT NULL', type: 'Bool' },
  ],
  where:
    'add.path IS NOT NULL OR protocol.minReaderVersion IS NOT NULL OR notEmpty(metaData.configuration) OR sidecar.path IS NOT NULL',
}

interface Row {
  path: string | null
  partition: Record<string, string | null>
  size: number
  modified: number
  has_vector: boolean
  reader: number | null
  features: string[]
  configuration: Record<string, string | null>
  has_sidecar: boolean
}

/** The actions of a checkpoint that tell the files of a table and how to read them. Throws {@link LocationError}. */
export async function readCheckpoint(
  store: ObjectStore,
  { objects }: Checkpoint,
  { engine, spool }: { engine: FileEngine; spool: string },
  signal: AbortSignal,
): Promise<Action[]> {
  await mkdir(spool, { recursive: true, mode: 0o700 })
  const actions: Action[] = []
  for (const object of objects) {
    const copy = join(spool, `${randomUUID()}.parquet`)
    try {
      if ((await store.fetch(object, copy, signal)) === 'changed')
        throw new LocationError(`${object.key} was changed while it was read: the next look will tell more`)
      for (const row of await parquetRows<Row>(engine, copy, COLUMNS)) actions.push(actionOf(row))
    } catch (cause) {
      if (cause instanceof LocationError || !isEngineError(cause) || signal.aborted) throw cause
      throw new LocationError(`${object.key} cannot be read: ${engineReason(cause)}`, { cause })
    } finally {
      await rm(copy, { force: true })
    }
  }
  return actions
}

function actionOf(row: Row): Action {
  if (row.has_sidecar)
    throw new LocationError('the Delta table has a checkpoint of version 2, which is not supported: set delta.checkpointPolicy to classic') // prettier-ignore
  if (row.reader !== null) return { protocol: { minReaderVersion: row.reader, readerFeatures: row.features } }
  if (row.path === null) return { metaData: { configuration: row.configuration } }
  return {
    add: {
      path: row.path,
      partitionValues: row.partition,
      size: row.size,
      modificationTime: row.modified,
      dataChange: false,
      deletionVector: row.has_vector ? {} : null,
    },
  }
}
