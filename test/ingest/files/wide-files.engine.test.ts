/** What bounds the memory that wide and long files take: how much of them a statement holds at once, and how it reads. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { withWorkspace, type FileReading } from '../../../cli/shared/workspace.ts'
import { findRoles } from '../../../ingest/columns/column-roles.ts'
import { copySettings } from '../../../ingest/files/file-shape.ts'
import { stageFile } from '../../../ingest/files/files.ts'
import { literal } from '../../../store/engine/sql.ts'

const COLUMNS = 250
const names = Array.from({ length: COLUMNS }, (_, i) => `n${i}`)

/** The statements that read the rows of a file, or a copy of them, until it is known what each column is. */
async function statements({ store, spool }: FileReading, path: string): Promise<string[]> {
  const spies = [vi.spyOn(store.rollup, 'exec'), vi.spyOn(store.rollup, 'command')]
  const outcome = await stageFile(store, path, { spool, source: (column) => `f_${column}` })
  if (outcome.status !== 'staged') throw new Error(outcome.reason)
  expect(outcome.file.columns).toHaveLength(COLUMNS)
  await findRoles(store.rollup, outcome.file)
  await outcome.file.drop()
  return spies.flatMap((spy) => spy.mock.calls.map(([{ query }]) => query))
}

const work = (of: (reading: FileReading) => Promise<void>) => withWorkspace(of, () => {})

/** A file of the test, which goes with the workspace. */
function pathIn({ spool }: FileReading, name: string): string {
  mkdirSync(spool, { recursive: true })
  return join(spool, name)
}

test('the first rows of a wide Parquet file are looked at a hundred columns at a time', () =>
  work(async (reading) => {
    const path = pathIn(reading, 'wide.parquet')
    const values = names.map((name, i) => (i % 2 === 0 ? `number AS ${name}` : `'a' AS ${name}`))
    await reading.store.rollup.command({
      query: `INSERT INTO FUNCTION file(${literal(path)}, Parquet) SELECT ${values.join(', ')} FROM numbers(20)`,
    })
    const first = (await statements(reading, path)).filter((query) => query.includes('LIMIT 1000'))
    const widths = first.map((query) => new Set(query.match(/\bn\d+\b/g)).size)
    expect(Math.max(...widths)).toBe(100)
    // For the kind of each column that is text or a large number, and for the role of each column.
    expect(widths.reduce((total, width) => total + width, 0)).toBe(2 * COLUMNS)
  }))

test.each([
  ['csv', [names.join(','), names.map((_, i) => i).join(',')]],
  ['ndjson', [JSON.stringify(Object.fromEntries(names.map((name, i) => [name, i])))]],
])('a text file (%s) is read, not mapped into memory, where it would count as a whole', (extension, lines) =>
  work(async (reading) => {
    const path = pathIn(reading, `wide.${extension}`)
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
    const all = await statements(reading, path)
    const reads = all.filter((query) => query.includes('FROM') && query.includes('file('))
    expect(reads.length).toBeGreaterThanOrEqual(4)
    for (const query of reads) expect(query).toContain("storage_file_read_method = 'pread'")
  }),
)

test('a copy of a file holds about five million values at once whatever the width, and full blocks of a narrow file', () => {
  const rowsAtOnce = (columns: number) => {
    const settings = copySettings(columns)
    const found = settings.flatMap((one) => /block_size = (\d+)$/.exec(one)?.[1] ?? []).map(Number)
    expect(new Set(found).size).toBe(1)
    return found[0]
  }
  for (const columns of [1, 10, 50]) expect(rowsAtOnce(columns)).toBe(65_536)
  for (const columns of [100, 1000, 100_000]) {
    expect(rowsAtOnce(columns) * columns).toBeGreaterThan(4_000_000)
    expect(rowsAtOnce(columns) * columns).toBeLessThanOrEqual(5_000_000 + columns)
  }
})
