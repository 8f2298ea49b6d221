import { inflateRawSync } from 'node:zlib'
import { isRecord, parseJson } from '../../../../domain/json.ts'

/** A value as Avro has it: records and maps as objects, `long` as a bigint, `bytes` and `fixed` as a Buffer. */
type Value = null | boolean | number | bigint | string | Buffer | Value[] | { [name: string]: Value }

/** Content that is no Avro container file, or one of a form that is not read. */
export class AvroFault extends Error {
  override readonly name = 'AvroFault'
}

const MAGIC = Buffer.from('Obj\x01')
const SYNC_BYTES = 16
/** Far above any block: a writer ends one after some ten kilobytes. */
const MAX_BLOCK_BYTES = 256 * 1024 * 1024

/** The records of an Avro container file, as the schema in it says. Throws {@link AvroFault}. */
export function avroRecords(content: Buffer): Value[] {
  try {
    return recordsOf(new Cursor(content))
  } catch (cause) {
    if (cause instanceof AvroFault) throw cause
    // Its end comes too early, or it does not unpack.
    throw new AvroFault('it is cut off or damaged', { cause })
  }
}

function recordsOf(file: Cursor): Value[] {
  if (!file.take(MAGIC.length).equals(MAGIC)) throw new AvroFault('it is no Avro file')
  const header = reader({ type: 'map', values: 'bytes' })(file) as Record<string, Buffer>
  const codec = header['avro.codec']?.toString() ?? 'null'
  const unpack = CODECS[codec]
  if (unpack === undefined) throw new AvroFault(`it is compressed with ${codec}: deflate is supported`)
  const read = reader(parseJson(header['avro.schema'].toString()))
  const sync = file.take(SYNC_BYTES)
  const records: Value[] = []
  while (file.left > 0) {
    const count = file.size()
    const block = new Cursor(unpack(file.take(file.size())))
    for (let i = 0; i < count; i++) records.push(read(block))
    if (!file.take(SYNC_BYTES).equals(sync)) throw new AvroFault('it is damaged')
  }
  return records
}

const CODECS: Readonly<Record<string, (block: Buffer) => Buffer>> = {
  null: (block) => block,
  deflate: (block) => inflateRawSync(block, { maxOutputLength: MAX_BLOCK_BYTES }),
}

/** Bytes that are read one after another. */
class Cursor {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  take(length: number): Buffer {
    if (length < 0 || length > this.left) throw new RangeError('beyond the end')
    return this.#bytes.subarray(this.#at, (this.#at += length))
  }

  /** Seven bits a byte, the lowest first, with the sign in the lowest of all. */
  long(): bigint {
    let [value, shift, byte] = [0n, 0n, 0x80]
    for (; (byte & 0x80) !== 0; shift += 7n) {
      byte = this.take(1)[0]
      value |= BigInt(byte & 0x7f) << shift
    }
    return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n))
  }

  /** A count or a length, each of which takes a byte at least. */
  size(): number {
    const size = Number(this.long())
    if (Math.abs(size) > this.left) throw new RangeError('beyond the end')
    return size
  }
}

type Read = (cursor: Cursor) => Value

const PRIMITIVES: Readonly<Record<string, Read>> = {
  null: () => null,
  boolean: (cursor) => cursor.take(1)[0] !== 0,
  int: (cursor) => Number(cursor.long()),
  long: (cursor) => cursor.long(),
  float: (cursor) => cursor.take(4).readFloatLE(),
  double: (cursor) => cursor.take(8).readDoubleLE(),
  bytes: (cursor) => cursor.take(cursor.size()),
  string: (cursor) => cursor.take(cursor.size()).toString('utf8'),
}

/** How to read values of a schema; `named` has the types that it has defined so far. */
function reader(schema: unknown, named = new Map<string, Read>()): Read {
  if (typeof schema === 'string') {
    const read = PRIMITIVES[schema] ?? named.get(schema)
    if (read === undefined) throw new AvroFault(`its schema names the unknown type "${schema}"`)
    return read
  }
  if (Array.isArray(schema)) {
    const branches = schema.map((branch) => reader(branch, named))
    return (cursor) => branches[Number(cursor.long())](cursor)
  }
  if (!isRecord(schema)) throw new AvroFault('its schema is none')
  const define = (read: Read): Read => {
    named.set(String(schema.name), read)
    return read
  }
  switch (schema.type) {
    case 'record': {
      const fields: [string, Read][] = []
      const read = define((cursor) =>
        Object.fromEntries(fields.map(([name, field]) => [name, field(cursor)])),
      )
      for (const { name, type } of schema.fields as { name: string; type: unknown }[])
        fields.push([name, reader(type, named)])
      return read
    }
    case 'array': {
      const item = reader(schema.items, named)
      return (cursor) => blocks(cursor, item)
    }
    case 'map': {
      const value = reader(schema.values, named)
      const entry: Read = (cursor) => [PRIMITIVES.string(cursor), value(cursor)]
      return (cursor) => Object.fromEntries(blocks(cursor, entry) as [string, Value][])
    }
    case 'fixed':
      return define((cursor) => cursor.take(Number(schema.size)))
    case 'enum':
      return define((cursor) => (schema.symbols as string[])[Number(cursor.long())])
    default:
      return reader(schema.type, named)
  }
}

/** Arrays and maps come in blocks; a negative count is followed by the length of its block. */
function blocks(cursor: Cursor, item: Read): Value[] {
  const items: Value[] = []
  for (let count = cursor.size(); count !== 0; count = cursor.size()) {
    if (count < 0) cursor.long()
    for (let i = 0; i < Math.abs(count); i++) items.push(item(cursor))
  }
  return items
}
