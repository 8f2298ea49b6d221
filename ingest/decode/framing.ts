import { gunzipSync } from 'node:zlib'
import { MAX_LINE_BYTES } from '../intake/lines.ts'

const [BRACE, BRACKET] = [0x7b, 0x5b]
const CONFLUENT_HEADER = 5
const GLUE_HEADER = 18

/**
 * The JSON inside of a value that others have wrapped: with the header of a schema registry before it, packed by gzip,
 * or in UTF-16. Any other value comes back as it is.
 */
export function unframed(value: Buffer): Buffer {
  if (value[0] === BRACE && value[1] !== 0) return value
  if (value[0] === 0 && beginsObject(value, CONFLUENT_HEADER)) return value.subarray(CONFLUENT_HEADER)
  // Of the AWS Glue Schema Registry: version 3, whether it is compressed, 16 bytes of id.
  if (value[0] === 3 && value[1] === 0 && beginsObject(value, GLUE_HEADER)) return value.subarray(GLUE_HEADER)
  if (value[0] === 0x1f && value[1] === 0x8b) return gunzipped(value)
  const encoding = utf16(value)
  return encoding === undefined ? value : Buffer.from(new TextDecoder(encoding).decode(value), 'utf8')
}

/** What to do about a value that is in no form that is read, where its beginning tells which one it is. */
export function framingAdvice(value: Buffer): string | undefined {
  if (value[0] === 0 && value.length > CONFLUENT_HEADER)
    return `it starts like Confluent's wire format (schema ${value.readUInt32BE(1)}), but no JSON follows: Avro and Protobuf are not supported. Send JSON or JSON Schema, or convert the topic, for example with Kafka Connect or ksqlDB`
  if (value[0] === 3 && (value[1] === 0 || value[1] === 5) && value.length > GLUE_HEADER)
    return 'it starts like a value of the AWS Glue Schema Registry, but no JSON follows: Avro, Protobuf and compressed values are not supported. Send JSON without compression by the registry'
  const found = MAGIC.find(({ bytes }) => value.subarray(0, bytes.length).equals(bytes))
  return found && `it is ${found.name}, which is not supported: send one JSON object in UTF-8`
}

const MAGIC = [
  { name: 'an Avro file', bytes: Buffer.from('Obj\x01', 'latin1') },
  { name: 'a Parquet file', bytes: Buffer.from('PAR1', 'latin1') },
  { name: 'an Arrow stream', bytes: Buffer.from([0xff, 0xff, 0xff, 0xff]) },
  { name: 'compressed with zstd', bytes: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]) },
  { name: 'compressed with lz4', bytes: Buffer.from([0x04, 0x22, 0x4d, 0x18]) },
  { name: 'compressed with gzip but damaged or too large', bytes: Buffer.from([0x1f, 0x8b]) },
  { name: 'a Java object', bytes: Buffer.from([0xac, 0xed]) },
  { name: 'a Python pickle', bytes: Buffer.from([0x80, 0x04, 0x95]) },
]

function beginsObject(value: Buffer, start: number): boolean {
  for (let i = start; i < value.length; i++) {
    const byte = value[i]
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return byte === BRACE
  }
  return false
}

function gunzipped(value: Buffer): Buffer {
  try {
    return unframed(gunzipSync(value, { maxOutputLength: MAX_LINE_BYTES + 1 }))
  } catch {
    return value
  }
}

/** By its byte order mark, or by the zero beside an opening brace or bracket. */
function utf16([first, second]: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const opens = (byte: number) => byte === BRACE || byte === BRACKET
  if ((first === 0xff && second === 0xfe) || (opens(first) && second === 0)) return 'utf-16le'
  if ((first === 0xfe && second === 0xff) || (first === 0 && opens(second))) return 'utf-16be'
  return undefined
}
