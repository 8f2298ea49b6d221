import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { isRecord } from '../../domain/json.ts'
import { LineSplitter, type Line } from '../intake/lines.ts'
import { parseJson } from '../intake/raw-record.ts'
import { UnreadableFile } from '../files/unreadable-file.ts'
import { columnProblem, type Expected } from './fields.ts'
import type { Chunk, Row, Source } from './rows.ts'

const MAX_ROWS = 5_000
const MAX_CHARACTERS = 4_000_000

/** The lines of an NDJSON file, packed or not. Throws {@link UnreadableFile} where the first record cannot be used. */
export async function openLines(path: string, expected: Expected): Promise<Source> {
  await checkFirst(path, expected)
  return { chunks: (from) => linesOf(path, from) }
}

async function checkFirst(path: string, expected: Expected): Promise<void> {
  for await (const { rows } of linesOf(path, 0)) {
    const first = rows.find((row) => row.status === 'record')
    const problem = first && columnProblem(Object.keys(first.record), expected)
    if (problem !== undefined) throw new UnreadableFile(`line ${first!.number}: ${problem}`)
    return
  }
}

/** Empty lines are counted, and otherwise nothing. */
export async function* linesOf(path: string, from: number): AsyncGenerator<Chunk> {
  const { size } = await stat(path)
  const file = createReadStream(path)
  const splitter = new LineSplitter()
  let [number, characters] = [0, 0]
  let rows: Row[] = []
  const add = (lines: readonly Line[]) => {
    for (const line of lines) {
      number++
      if (number <= from || line.text.trim() === '') continue
      rows.push(toRow(number, line))
      characters += line.text.length
    }
  }
  const take = (): Chunk => {
    const chunk = { rows, share: file.bytesRead / size }
    ;[rows, characters] = [[], 0]
    return chunk
  }
  const unpacked = /\.gz$/i.test(path) ? pipeline(file, createGunzip(), () => {}) : file
  try {
    for await (const bytes of unpacked as AsyncIterable<Buffer>) {
      add(splitter.push(bytes))
      if (rows.length >= MAX_ROWS || characters >= MAX_CHARACTERS) yield take()
    }
  } catch (cause) {
    if (!/^Z_/.test((cause as NodeJS.ErrnoException).code ?? '')) throw cause
    throw new UnreadableFile(`after line ${number} the file is not valid gzip: ${(cause as Error).message}`)
  } finally {
    file.destroy()
  }
  add(splitter.end())
  if (rows.length > 0) yield take()
}

function toRow(number: number, { text: line, fault }: Line): Row {
  if (fault !== undefined) return { number, status: 'unusable', line, rejection: fault }
  try {
    const record = parseJson(line)
    return isRecord(record) ? { number, status: 'record', record, line } : { number, status: 'text', line }
  } catch {
    return { number, status: 'text', line }
  }
}
