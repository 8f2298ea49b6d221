import { UnreadableFile } from '../unreadable-file.ts'

/** A value of Thrift's compact protocol, with as much of its type as writing it again takes. */
export type Thrift =
  | { type: 'boolean'; value: boolean }
  /** One byte, or the eight of a double. */
  | { type: 'byte' | 'double' | 'binary'; bytes: Buffer }
  | { type: 'i16' | 'i32' | 'i64'; value: bigint }
  | { type: 'list' | 'set'; of: number; items: Thrift[] }
  | { type: 'struct'; fields: ThriftStruct }

/** Fields by their ids, ascending. */
export type ThriftStruct = Map<number, Thrift>

const [TRUE, FALSE] = [1, 2]
const CODES = { byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, set: 10, struct: 12 } as const
const TYPES = new Map(
  Object.entries(CODES).map(([type, code]) => [code as number, type as keyof typeof CODES]),
)

/** Metadata of Parquet are nested about ten deep. */
const MAX_DEPTH = 64

/** Reads a struct that begins at the start of `bytes`. Throws {@link UnreadableFile} where there is none. */
export function readStruct(bytes: Buffer): ThriftStruct {
  let [at, depth] = [0, 0]

  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw damaged()
    return bytes.subarray(at, (at += length))
  }

  const varint = (): bigint => {
    let [value, shift] = [0n, 0n]
    for (;;) {
      const [byte] = take(1)
      // Longer ones take time that grows with the square of their length.
      if (shift > 63n) throw damaged()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
      shift += 7n
    }
  }

  const zigzag = (): bigint => {
    const value = varint()
    return value & 1n ? -(value >> 1n) - 1n : value >> 1n
  }

  const element = (code: number): Thrift =>
    code === TRUE || code === FALSE ? { type: 'boolean', value: take(1)[0] === TRUE } : valueOf(code)

  const valueOf = (code: number): Thrift => {
    const type = TYPES.get(code)
    if (type === undefined) throw damaged()
    if (type === 'byte') return { type, bytes: take(1) }
    if (type === 'double') return { type, bytes: take(8) }
    if (type === 'binary') return { type, bytes: take(Number(varint())) }
    if (type === 'struct') return { type, fields: struct() }
    if (type !== 'list' && type !== 'set') return { type, value: zigzag() }
    if (++depth > MAX_DEPTH) throw damaged()
    const [header] = take(1)
    const size = header >> 4 === 15 ? Number(varint()) : header >> 4
    const items: Thrift[] = []
    while (items.length < size) items.push(element(header & 15))
    depth--
    return { type, of: header & 15, items }
  }

  const struct = (): ThriftStruct => {
    if (++depth > MAX_DEPTH) throw damaged()
    const fields: ThriftStruct = new Map()
    for (let id = 0; ;) {
      const [header] = take(1)
      if (header === 0) {
        depth--
        return fields
      }
      const code = header & 15
      id = header >> 4 === 0 ? Number(zigzag()) : id + (header >> 4)
      fields.set(
        id,
        code === TRUE || code === FALSE ? { type: 'boolean', value: code === TRUE } : valueOf(code),
      )
    }
  }

  return struct()
}

/** The error of metadata that are not as Parquet defines them. */
export const damaged = () => new UnreadableFile('the metadata of the Parquet file is damaged')

export function writeStruct(root: ThriftStruct): Buffer {
  const parts: Buffer[] = []
  let bytes: number[] = []

  const raw = (part: Buffer): void => {
    parts.push(Buffer.from(bytes), part)
    bytes = []
  }

  const varint = (value: bigint): void => {
    for (; value >= 0x80n; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80)
    bytes.push(Number(value))
  }

  const zigzag = (value: bigint): void => varint(value < 0n ? (-value << 1n) - 1n : value << 1n)

  const element = (item: Thrift): void => {
    if (item.type === 'boolean') bytes.push(item.value ? TRUE : FALSE)
    else write(item)
  }

  const write = (value: Exclude<Thrift, { type: 'boolean' }>): void => {
    if ('bytes' in value) {
      if (value.type === 'binary') varint(BigInt(value.bytes.length))
      raw(value.bytes)
    } else if ('fields' in value) {
      struct(value.fields)
    } else if ('items' in value) {
      const size = value.items.length
      bytes.push((Math.min(size, 15) << 4) | value.of)
      if (size >= 15) varint(BigInt(size))
      value.items.forEach(element)
    } else {
      zigzag(value.value)
    }
  }

  const struct = (fields: ThriftStruct): void => {
    let before = 0
    for (const [id, field] of fields) {
      const code = field.type === 'boolean' ? (field.value ? TRUE : FALSE) : CODES[field.type]
      const step = id - before
      if (step > 0 && step < 16) bytes.push((step << 4) | code)
      else {
        bytes.push(code)
        zigzag(BigInt(id))
      }
      if (field.type !== 'boolean') write(field)
      before = id
    }
    bytes.push(0)
  }

  struct(root)
  return Buffer.concat([...parts, Buffer.from(bytes)])
}
