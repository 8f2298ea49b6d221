/** The metadata of Parquet files, read and written again. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rowGroups } from '../../../../ingest/files/parquet/metadata.ts'
import {
  readStruct,
  writeStruct,
  type Thrift,
  type ThriftStruct,
} from '../../../../ingest/files/parquet/thrift.ts'
import { UnreadableFile } from '../../../../ingest/files/unreadable-file.ts'
import { ROOT } from '../../../support/root.ts'

const CASES = join(ROOT, 'test/fixtures/cases')
const files = readdirSync(CASES, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.parquet'))

function metadata(name: string): Buffer {
  const bytes = readFileSync(join(CASES, name))
  const end = bytes.length - 8
  return bytes.subarray(end - bytes.readUInt32LE(end), end)
}

test.each(files)('of %s is the same bytes', (name) => {
  const bytes = metadata(name)
  expect(writeStruct(readStruct(bytes)).equals(bytes)).toBe(true)
})

test('of every type is the same values', () => {
  const items = (length: number): Thrift[] =>
    Array.from({ length }, (_, i) => ({ type: 'boolean', value: i % 2 === 0 }))
  const struct: ThriftStruct = new Map<number, Thrift>([
    [1, { type: 'boolean', value: false }],
    [2, { type: 'byte', bytes: Buffer.from([200]) }],
    [3, { type: 'i16', value: -1n }],
    [4, { type: 'i32', value: 2n ** 31n - 1n }],
    [5, { type: 'i64', value: -(2n ** 63n) }],
    [6, { type: 'double', bytes: Buffer.alloc(8, 7) }],
    [30, { type: 'binary', bytes: Buffer.from('é'.repeat(100)) }],
    [31, { type: 'list', of: 2, items: items(14) }],
    [300, { type: 'set', of: 1, items: items(15) }],
    [301, { type: 'struct', fields: new Map([[1, { type: 'list', of: 12, items: [] }]]) }],
  ])
  expect(readStruct(writeStruct(struct))).toEqual(struct)
})

test('that is cut off, or something else, makes a file unreadable', () => {
  const bytes = metadata(files[0])
  for (let length = 0; length < bytes.length; length += 7)
    expect(() => readStruct(bytes.subarray(0, length)), String(length)).toThrow(UnreadableFile)
  expect(() => readStruct(Buffer.alloc(100, 0x1f))).toThrow(UnreadableFile)
  expect(() => rowGroups(new Map())).toThrow(UnreadableFile)
})
