import { z } from 'zod'
import { parseJson } from '../../../../domain/json.ts'
import { LocationError } from '../../location.ts'

const addSchema = z.object({
  path: z.string(),
  partitionValues: z.record(z.string(), z.string().nullable()).nullish(),
  size: z.number(),
  modificationTime: z.number(),
  dataChange: z.boolean(),
  deletionVector: z.object({}).nullish(),
})
const removeSchema = z.object({ path: z.string(), dataChange: z.boolean().default(true) })
const protocolSchema = z.object({
  minReaderVersion: z.number(),
  readerFeatures: z.array(z.string()).nullish(),
})
const metaDataSchema = z.object({ configuration: z.record(z.string(), z.string().nullable()).nullish() })
/** Actions that say nothing about files or how to read them are left out. */
const actionSchema = z.object({
  add: addSchema.optional(),
  remove: removeSchema.optional(),
  protocol: protocolSchema.optional(),
  metaData: metaDataSchema.optional(),
})

/** A file that holds rows of the table. */
export type Add = z.output<typeof addSchema>
/** One line of a commit, or a row of a checkpoint. */
export type Action = z.output<typeof actionSchema>

/** The actions of a commit. Throws {@link LocationError}. */
export function actionsOf(text: string, key: string): Action[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return []
    const { success, data } = actionSchema.safeParse(parseJson(line))
    if (!success) throw new LocationError(`line ${i + 1} of ${key} is no action of a Delta table`)
    return [data]
  })
}

/** Features of the protocol with which files are read as without them; a file with a deletion vector is refused by itself. */
const HARMLESS = ['deletionVectors', 'timestampNtz', 'typeWidening', 'typeWidening-preview', 'v2Checkpoint', 'vacuumProtocolCheck', 'columnMapping'] // prettier-ignore
const NEWEST_READER = 3

/** Throws {@link LocationError} where these actions let a table need more of its reader than we can. */
export function checkReadable(actions: readonly Action[]): void {
  for (const { protocol, metaData } of actions) {
    if (protocol !== undefined && protocol.minReaderVersion > NEWEST_READER)
      throw new LocationError(`the Delta table wants a reader of version ${protocol.minReaderVersion}: versions to ${NEWEST_READER} are supported`) // prettier-ignore
    const feature = protocol?.readerFeatures?.find((one) => !HARMLESS.includes(one))
    if (feature !== undefined)
      throw new LocationError(`the Delta table has the feature "${feature}", which is not supported`)
    const mapping = metaData?.configuration?.['delta.columnMapping.mode'] ?? 'none'
    if (mapping !== 'none')
      throw new LocationError(`the Delta table maps its columns (delta.columnMapping.mode = ${mapping}), which is not supported: its files have other names for them`) // prettier-ignore
  }
}

const ABSOLUTE = /^(?:[a-z][a-z0-9+.-]*:|\/)/i

/** The key of a file below the root of its table. Throws {@link LocationError} for one that cannot be read. */
export function keyOf({ path, deletionVector }: Pick<Add, 'path' | 'deletionVector'>): string {
  if (ABSOLUTE.test(path))
    throw new LocationError(`the Delta table has files outside of its folder, as a shallow clone does: ${path}`) // prettier-ignore
  const key = decodedPath(path)
  if (key === undefined || key.split('/').includes('..'))
    throw new LocationError(`the Delta table names the file "${path}", which cannot be one`)
  if (deletionVector)
    throw new LocationError(`the Delta table has a deletion vector for ${key}, which is not supported: rewrite the file with REORG TABLE … APPLY (PURGE), and set delta.enableDeletionVectors to false`) // prettier-ignore
  return key
}

/** Undefined for what cannot be a path. */
export function decodedPath(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}
