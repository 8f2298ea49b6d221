import { open } from 'node:fs/promises'
import { BodyRefused } from './body-format.ts'

/** A column of an Arrow stream, as its schema names it. */
export interface ArrowField {
  name: string
  /** Of the type that has nothing but nulls. */
  isNull: boolean
}

export interface ArrowSchema {
  fields: ArrowField[]
  /** A stream with this schema and without rows. */
  stream: Buffer
}

const CONTINUATION = 0xffffffff
const END_OF_STREAM = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])
/** Far more than thousands of columns take. */
const MAX_SCHEMA_BYTES = 8_000_000
const SCHEMA = 1
const NULL_TYPE = 1

/** Reads the schema that an Arrow stream begins with. Throws {@link BodyRefused}. */
export async function arrowSchema(path: string): Promise<ArrowSchema> {
  const file = await open(path)
  try {
    const prefix = Buffer.alloc(8)
    const { bytesRead } = await file.read(prefix, 0, 8, 0)
    const length = prefix.readInt32LE(4)
    if (bytesRead < 8 || prefix.readUInt32LE(0) !== CONTINUATION || length <= 0) throw noStream()
    if (length > MAX_SCHEMA_BYTES)
      throw new BodyRefused(
        'too_large',
        `The schema of the Arrow stream has more than ${MAX_SCHEMA_BYTES} bytes. Send fewer columns.`,
      )
    const message = Buffer.alloc(length)
    if ((await file.read(message, 0, length, 8)).bytesRead < length) throw noStream()
    return { fields: fieldsOf(message), stream: Buffer.concat([prefix, message, END_OF_STREAM]) }
  } catch (cause) {
    // A place that the message points to is outside of it.
    throw cause instanceof RangeError ? noStream() : cause
  } finally {
    await file.close()
  }
}

const noStream = () =>
  new BodyRefused(
    'unreadable',
    'The body is not an Arrow stream: it does not begin with a schema. Write it with an IPC stream writer, such as pyarrow.ipc.new_stream, or send an Arrow file as application/vnd.apache.arrow.file.',
  )

/** The fields of a schema message, a FlatBuffer as Arrow's own `Message.fbs` and `Schema.fbs` define it. */
function fieldsOf(message: Buffer): ArrowField[] {
  const root = message.readUInt32LE(0)
  const type = slot(message, root, 1)
  const header = slot(message, root, 2)
  if (type === undefined || message[type] !== SCHEMA || header === undefined) throw noStream()
  const vector = slot(message, pointed(message, header), 1)
  if (vector === undefined) return []
  const start = pointed(message, vector)
  return Array.from({ length: elementsAt(message, start) }, (_, i) => {
    const field = pointed(message, start + 4 + 4 * i)
    const name = slot(message, field, 0)
    const kind = slot(message, field, 2)
    return {
      name: name === undefined ? '' : textAt(message, pointed(message, name)),
      isNull: kind !== undefined && message[kind] === NULL_TYPE,
    }
  })
}

/** Where a field of a table is; undefined where it has its default. */
function slot(message: Buffer, table: number, index: number): number | undefined {
  const vtable = table - message.readInt32LE(table)
  const at = 4 + 2 * index
  const offset = at < message.readUInt16LE(vtable) ? message.readUInt16LE(vtable + at) : 0
  return offset === 0 ? undefined : table + offset
}

const pointed = (message: Buffer, at: number) => at + message.readUInt32LE(at)

/** A vector cannot have more elements than bytes follow. */
function elementsAt(message: Buffer, start: number): number {
  const length = message.readUInt32LE(start)
  if (length > message.length / 4) throw noStream()
  return length
}

function textAt(message: Buffer, start: number): string {
  return message.toString('utf8', start + 4, start + 4 + message.readUInt32LE(start))
}
