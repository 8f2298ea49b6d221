import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { compare, type CompareOptions, type Report } from '../../cli/compare.ts'
import { openStore } from '../../store/engine/client.ts'
import { identifier, literal } from '../../store/engine/sql.ts'

export type Cell = number | string | boolean | null
export type Table = Record<string, readonly Cell[]>
export type Extension = 'csv' | 'ndjson' | 'parquet'

/** A directory for the files of one test file, in which `compare` also has to clean up after itself. */
export function scratch() {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-compare-'))
  const temporary = mkdtempSync(join(directory, 'tmp-'))
  process.env.TMPDIR = temporary
  return {
    path: (name: string) => join(directory, name),
    write: (name: string, text: string | Buffer) => {
      writeFileSync(join(directory, name), text)
      return join(directory, name)
    },
    temporary,
    leftovers: () => readdirSync(temporary).filter((name) => name.startsWith('driftgauge-')),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

export function csv(table: Table): string {
  const names = Object.keys(table)
  const cell = (value: Cell | undefined) =>
    typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : value == null ? '' : String(value)
  const lines = rowsOf(table).map((row) => names.map((name) => cell(row[name])).join(','))
  return [names.map(cell).join(','), ...lines, ''].join('\n')
}

export function ndjson(table: Table): string {
  return rowsOf(table)
    .map((row) => JSON.stringify(row) + '\n')
    .join('')
}

export function rowsOf(table: Table): Record<string, Cell>[] {
  const length = Math.max(...Object.values(table).map((values) => values.length))
  return Array.from({ length }, (_, i) =>
    Object.fromEntries(Object.entries(table).map(([name, values]) => [name, values[i] ?? null])),
  )
}

/** Writes Parquet files through the engine; in one go, since it opens a store. */
export async function writeParquet(
  directory: string,
  files: { path: string; table: Table }[],
): Promise<void> {
  const store = await openStore({ path: join(directory, 'parquet-store') }, 'memory')
  for (const [i, { path, table }] of files.entries()) {
    const source = join(directory, `parquet-${i}.ndjson`)
    writeFileSync(source, ndjson(table))
    const types = Object.entries(table).map(
      ([name, values]) => `${identifier(name)} Nullable(${typeOf(values)})`,
    )
    await store.read.command({
      query: `INSERT INTO FUNCTION file(${literal(path)}, Parquet, ${literal(types.join(', '))})
        SELECT * FROM file(${literal(source)}, JSONEachRow, ${literal(types.join(', '))})`,
    })
  }
  await store.close()
}

function typeOf(values: readonly Cell[]): string {
  const one = values.find((value) => value !== null)
  return typeof one === 'string' ? 'String' : typeof one === 'boolean' ? 'Bool' : 'Float64'
}

export interface Run {
  code: number
  stdout: string
  stderr: string
}

/** Runs `compare` in this process; `terminal` gives both streams the look of one so wide. */
export async function run(
  baseline: string,
  current: string,
  options: CompareOptions = {},
  terminal?: { columns: number; colours: boolean },
): Promise<Run> {
  const [stdout, stderr] = [capture(terminal), capture()]
  const code = await compare(baseline, current, options, { stdout: stdout.stream, stderr: stderr.stream })
  return { code, stdout: stdout.text(), stderr: stderr.text() }
}

/** The report that `--json` prints. */
export async function report(baseline: string, current: string, options: CompareOptions = {}) {
  const { code, stdout, stderr } = await run(baseline, current, { ...options, json: true })
  if (stdout === '') throw new Error(stderr)
  const parsed = JSON.parse(stdout) as Report
  const column = (name: string) => {
    const found = parsed.columns.find((one) => one.column === name)
    if (!found) throw new Error(`no column ${name}`)
    return found
  }
  return { ...parsed, code, stderr, column }
}

function capture(terminal?: { columns: number; colours: boolean }) {
  const chunks: Buffer[] = []
  const stream = new PassThrough()
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  const look = terminal && { isTTY: true, columns: terminal.columns, hasColors: () => terminal.colours }
  return {
    stream: Object.assign(stream, look) as unknown as NodeJS.WriteStream,
    text: () => Buffer.concat(chunks).toString('utf8'),
  }
}
