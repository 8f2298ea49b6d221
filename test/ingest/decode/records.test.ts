import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_LINE_BYTES } from '../../../ingest/intake/lines.ts'
import { parsed, rawOf, type RawRecord } from '../../../ingest/intake/raw-record.ts'
import { batchesOfJson, batchesOfLines } from '../../../ingest/intake/records.ts'

async function* chunks(...parts: (Buffer | string)[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield Buffer.from(part)
}

async function all(batches: AsyncIterable<RawRecord[]>): Promise<RawRecord[]> {
  const records: RawRecord[] = []
  for await (const batch of batches) for (const record of batch) records.push(record)
  return records
}

const values = (records: RawRecord[]) =>
  records.map(parsed).map((record) => ('value' in record ? record.value : record.rejection.reason))
const lines = async (...parts: (Buffer | string)[]) => values(await all(batchesOfLines(chunks(...parts))))
const json = async (body: Buffer | string) => values(await all(batchesOfJson(Buffer.from(body))))

/** The bytes, cut after each of the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [...ends, bytes.length].map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end))
}

describe('lines', () => {
  test.each<[string, string, unknown[]]>([
    ['with a newline at the end', '{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ['without one', '{"a":1}\n{"a":2}', [{ a: 1 }, { a: 2 }]],
    ['ending in CR LF', '{"a":1}\r\n{"a":2}\r\n', [{ a: 1 }, { a: 2 }]],
    ['with empty ones between', '\n\n{"a":1}\n \n\t\r\n\n{"a":2}\n\n', [{ a: 1 }, { a: 2 }]],
    ['after a byte order mark', '\ufeff{"a":1}\n{"a":2}', [{ a: 1 }, { a: 2 }]],
    ['of which there are none', '', []],
    ['of which all are empty', '\n \r\n\ufeff\n', []],
    ['that are no JSON', '{"a":1}\n{"a":\nnope\n{"a":2}', [{ a: 1 }, 'not_json', 'not_json', { a: 2 }]],
    ['that are no objects', 'null\n5\n"x"\n[1]', [null, 5, 'x', [1]]],
    ['with escaped newlines', '{"a":"x\\ny"}\n', [{ a: 'x\ny' }]],
    ['with other line ends inside', '{"a":"x\u2028y\u0085"}\n', [{ a: 'x\u2028y\u0085' }]],
    ['with a lone carriage return', '{"a":1}\r{"a":2}', ['not_json']],
  ])('%s', async (_, text, expected) => expect(await lines(text)).toEqual(expected))

  test('come out the same wherever the stream is cut, inside a character too', () => {
    const line = fc.oneof(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.string({ unit: 'binary' }).map((text) => JSON.stringify({ text })),
      fc.constantFrom('', ' ', '{"é漢😀":"ß€"}', 'nope', '{', '\r'),
    )
    const places = fc.array(fc.nat(2000), { maxLength: 12 })
    const ends = fc.constantFrom('\n', '\r\n', '\n\n')
    return fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 12 }),
        ends,
        fc.boolean(),
        places,
        async (texts, end, last, where) => {
          const bytes = Buffer.from(texts.join(end) + (last ? end : ''))
          const whole = await all(batchesOfLines(chunks(bytes)))
          expect(await all(batchesOfLines(chunks(...cut(bytes, where))))).toEqual(whole)
          expect(await all(batchesOfLines(chunks(...bytes.toString('latin1').split('').map((byte) => Buffer.from(byte, 'latin1')))))).toEqual(whole) // prettier-ignore
          const expected = texts.flatMap((text) => text.split('\n')).filter((text) => text.trim() !== '')
          expect(whole.map((record) => rawOf(record).toString().trim())).toEqual(
            expected.map((text) => text.toWellFormed().trim()),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  test('of exactly the longest length are records, and a byte more is too much', async () => {
    const fill = (length: number) => `{"a":"${'x'.repeat(length - 8)}"}`
    expect(await lines(fill(MAX_LINE_BYTES) + '\n{"b":1}')).toEqual([{ a: expect.any(String) }, { b: 1 }])
    const [long, next] = await all(batchesOfLines(chunks(fill(MAX_LINE_BYTES + 1), '\n{"b":1}')))
    expect(long).toMatchObject({ rejection: { reason: 'too_large' } })
    const kept = rawOf(long)
    expect(kept).toBe(fill(MAX_LINE_BYTES + 1).slice(0, kept.length))
    expect(kept.length).toBeGreaterThan(1000)
    expect(parsed(next)).toMatchObject({ value: { b: 1 } })
  })

  test('of 100 MB and of 3 GB are rejected in bounded memory', async () => {
    const chunk = Buffer.alloc(65_536, 0x78)
    async function* endless(bytes: number) {
      yield Buffer.from('{"a":1}\n')
      for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk
      yield Buffer.from('\n{"a":2}')
    }
    for (const bytes of [1e8, 3e9]) {
      global.gc?.()
      const before = process.memoryUsage().rss
      let peak = 0
      const found: unknown[] = []
      for await (const batch of batchesOfLines(endless(bytes))) {
        found.push(...values(batch))
        peak = Math.max(peak, process.memoryUsage().rss)
      }
      expect(found).toEqual([{ a: 1 }, 'too_large', { a: 2 }])
      expect((peak - before) / 1e6).toBeLessThan(60)
    }
  })

  test('are handed on in batches of bounded size, none lost and in order', async () => {
    const count = 100_000
    const text = Array.from({ length: count }, (_, i) => `{"i":${i}}`).join('\n')
    const sizes: number[] = []
    const seen: number[] = []
    const bytes = Buffer.from(text)
    for await (const batch of batchesOfLines(
      chunks(
        ...cut(
          bytes,
          Array.from({ length: 40 }, (_, i) => i * 40_009),
        ),
      ),
    )) {
      sizes.push(batch.length)
      for (const { i } of values(batch) as { i: number }[]) seen.push(i)
    }
    expect(seen).toEqual(Array.from({ length: count }, (_, i) => i))
    expect(sizes.length).toBeGreaterThan(2)
    expect(Math.max(...sizes)).toBeLessThan(40_000)
  })

  test('may come by the hundred thousand in one chunk', async () => {
    expect(await lines('{}\n'.repeat(400_000))).toHaveLength(400_000)
  })

  test('with bytes that are no UTF-8 keep their neighbours', async () => {
    const bad = Buffer.from([...Buffer.from('{"a":"x'), 0xff, 0xc3, ...Buffer.from('y"}\n{"a":2}')])
    expect(await lines(bad)).toEqual(['not_utf8', { a: 2 }])
  })

  test('are rejected one by one where they are in another encoding: ids would become the same one', async () => {
    const all = ['{"id":"Mü"}', '{"id":"Mö"}', '{"id":"M"}', '{"id":"\ufffd"}', '{"id":"Mä"}']
    const bytes = (text: string) => Buffer.from(text, text.includes('\ufffd') ? 'utf8' : 'latin1')
    const sent = Buffer.concat(all.flatMap((line) => [bytes(line), Buffer.from('\n')]))
    const expected = ['not_utf8', 'not_utf8', { id: 'M' }, { id: '\ufffd' }, 'not_utf8']
    expect(await lines(sent)).toEqual(expected)
    expect(await lines(sent.subarray(0, -1))).toEqual(expected)
    expect(await json(sent)).toEqual(expected)
    const elements = all.flatMap((line, i) => [Buffer.from(i === 0 ? '[' : ', '), bytes(line)])
    expect(await json(Buffer.concat([...elements, Buffer.from(']')]))).toEqual(expected)
    expect(await json(bytes(all[0]))).toEqual(['not_utf8'])
    expect(await json(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]))).toEqual(['not_json'])
  })
})

describe('a JSON body', () => {
  test.each<[string, string, unknown[]]>([
    ['an array', '[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
    ['an object', '{"a":1}', [{ a: 1 }]],
    ['an object over several lines', '{\n"a":\n1\n}\n', [{ a: 1 }]],
    ['an empty array', '[]', []],
    ['mixed values', '[null,1,"x",[]]', [null, 1, 'x', []]],
    ['after a byte order mark', '\ufeff[{"a":1}]', [{ a: 1 }]],
    ['lines after a byte order mark', '\ufeff{"a":1}\n{"a":2}', [{ a: 1 }, { a: 2 }]],
    ['lines', '{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ['lines of which one is bad', '{"a":1}\nnope\n', [{ a: 1 }, 'not_json']],
    ['an array that is cut off', '[{"a":1},{"a":', ['not_json']],
    ['an object over several lines that is cut off', '{\n"a":1,\n', ['not_json']],
    ['nothing', '', ['not_json']],
    ['text', 'hello', ['not_json']],
    ['Python', "{'a': None}", ['not_json']],
  ])('%s', async (_, text, expected) => expect(await json(text)).toEqual(expected))

  test('of hundreds of thousands of elements or lines is taken in batches', async () => {
    for (const body of [`[${'0,'.repeat(300_000)}0]`, '{}\n'.repeat(300_001)]) {
      const sizes: number[] = []
      for await (const batch of batchesOfJson(Buffer.from(body))) sizes.push(batch.length)
      expect(sizes.reduce((sum, size) => sum + size)).toBe(300_001)
      expect(Math.max(...sizes)).toBeLessThan(50_000)
    }
  })

  test('keeps the text of what it rejects', async () => {
    expect(rawOf((await all(batchesOfJson(Buffer.from('[1,'))))[0])).toBe('[1,')
    expect(rawOf((await all(batchesOfJson(Buffer.from('{"id":1}'))))[0])).toBe('{"id":1}')
  })
})
