import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SourceFile } from '../../../../ingest/sources/location.ts'
import type { ObjectStore } from '../../../../ingest/sources/objects.ts'
import { deltaTable } from '../../../../ingest/sources/tables/delta/table.ts'
import { rows } from '../../../../store/engine/query.ts'
import { literal } from '../../../../store/engine/sql.ts'
import type { Store } from '../../../../store/engine/client.ts'
import { ROOT } from '../../../support/root.ts'
import { atEnd } from '../../../support/runner/at-end.ts'
import { choicesOf, newestPath, takenAt } from '../../../support/sources/looks.ts'
import { tableFolder } from '../../../support/sources/table-folder.ts'
import { describeOnServer } from '../../../support/stores/clickhouse-server.ts'
import { temporaryServerStore, temporaryStore } from '../../../support/stores/store.ts'

const TABLE = join(ROOT, 'test', 'fixtures', 'tables', 'delta')
/** Of the fixture: two are compactions, and one deletes p3. */
const NEWEST = 7
const { signal } = new AbortController()
const folder = mkdtempSync(join(tmpdir(), 'driftgauge-delta-'))
atEnd(() => rmSync(folder, { recursive: true, force: true }))
const spool = join(folder, 'spool')

const versionOf = (key: string) => Number(/^_delta_log\/(\d{20})\./.exec(key)?.[1] ?? -1)
const logName = (version: number, rest: string) => `_delta_log/${String(version).padStart(20, '0')}.${rest}`
/** The table as it was at a version. */
const VERSIONS = Array.from({ length: NEWEST + 1 }, (_, version) =>
  tableFolder(TABLE, { isThere: (key) => versionOf(key) <= version }),
)
const asOf = (version: number) => VERSIONS[version]
/** The newest version with further commits. */
const committed = (...commits: object[][]) =>
  tableFolder(TABLE, {
    files: Object.fromEntries(
      commits.map((actions, i) => [
        logName(NEWEST + 1 + i, 'json'),
        actions.map((action) => JSON.stringify(action)).join('\n'),
      ]),
    ),
  })

let store: Store
let idsIn: ReadonlyMap<string, string[]>
beforeAll(async () => {
  store = await temporaryStore()
  const found = await rows<{ path: string; ids: string[] }>(
    store.read,
    `SELECT _path AS path, groupArray(id) AS ids FROM file(${literal(join(TABLE, 'country=*', '*.parquet'))}, Parquet, 'id String') GROUP BY path`,
  )
  idsIn = new Map(found.map(({ path, ids }) => [path.slice(TABLE.length + 1), ids.toSorted()]))
})

async function listed(table: ObjectStore, last?: string, engine = store): Promise<SourceFile[]> {
  const files: SourceFile[] = []
  for await (const file of deltaTable(table, { engine, spool }).list(last, signal)) files.push(file)
  return files
}
const idsOf = (files: readonly SourceFile[]) => files.flatMap(({ path }) => idsIn.get(path)!).toSorted()
const problemOf = async (table: ObjectStore, last?: string): Promise<string> => {
  const fault: unknown = await listed(table, last).catch((error: unknown) => error)
  expect(fault).toHaveProperty('name', 'LocationError')
  return (fault as Error).message
}
describe('a Delta table as a source', () => {
  it('has at first the files of its newest version, with the values of their partitions', async () => {
    const files = await listed(asOf(1))
    expect(idsOf(files)).toEqual(['p0', 'p1', 'p2', 'p3', 'p4'])
    const countries = Object.fromEntries(files.map((file) => [idsOf([file])[0], file.constants]))
    expect(countries).toEqual({
      p0: { country: 'DE' },
      p1: { country: 'Côte d/Ivoire: 50%' },
      p2: { country: null },
      p3: { country: 'DE' },
    })
  })

  it('gives the content of a file whose name has been encoded', async () => {
    const odd = (await listed(asOf(0))).find(({ constants }) => constants.country?.includes('%'))!
    const target = join(folder, 'odd.parquet')
    expect(await deltaTable(asOf(0), { engine: store, spool }).fetch(odd, target, signal)).toBe('fetched')
    expect(await rows(store.read, `SELECT id FROM file(${literal(target)}, Parquet)`)).toEqual([{ id: 'p1' }])
  })

  it.each([
    ['the whole log', () => true],
    ['a checkpoint', (key: string) => !key.endsWith('.json') || versionOf(key) > 3],
    ['a checkpoint in parts', (key: string) => (!key.endsWith('.json') || versionOf(key) > 3) && !key.endsWith('3.checkpoint.parquet')], // prettier-ignore
  ])('is told by %s', async (_, isThere) => {
    const files = await listed(tableFolder(TABLE, { isThere: (key) => versionOf(key) < 0 || isThere(key) }))
    expect(idsOf(files)).toEqual(['p0', 'p1', 'p2', 'p4', 'p5', 'p6', 'p7'])
    expect(files.map(({ constants }) => constants.country).toSorted()).toEqual(['Côte d/Ivoire: 50%', 'DE', 'FR', 'FR', null]) // prettier-ignore
    expect(existsSync(spool) ? readdirSync(spool) : []).toEqual([])
  })

  it('gives each row once, whenever one looks, and those of a rewritten file once more', async () => {
    const highest = [2, 4, 4, 5, 5, 6, 6, 7]
    for (const versions of choicesOf([...highest.keys()])) {
      const [first, last] = [versions[0], versions.at(-1)!]
      const ids = idsOf(await takenAt(versions, (version, path) => listed(asOf(version), path)))
      const expected = Array.from({ length: highest[last] + 1 }, (_, number) => `p${number}`)
      const isDeleted = last >= 4 && versions.every((version) => version < 1 || version >= 4)
      expect([...new Set(ids)], versions.join()).toEqual(expected.filter((id) => id !== 'p3' || !isDeleted || ids.includes('p3'))) // prettier-ignore
      const twice = ids.filter((id, i) => ids.indexOf(id) < i)
      const rewritten = first < 4 && last >= 4 ? ['p0', 'p3', 'p4'] : []
      expect(twice.filter((id) => !rewritten.includes(id)), versions.join()).toEqual([]) // prettier-ignore
    }
  })

  it('reads the files that were compacted before they were seen', async () => {
    const first = await listed(asOf(0))
    const second = await listed(asOf(2), newestPath(first))
    expect(idsOf(second.filter(({ path }) => first.every((file) => file.path !== path)))).toEqual([
      'p3',
      'p4',
    ])
    const gone = second.find((file) => idsOf([file]).includes('p3'))!
    const cleaned = tableFolder(TABLE, { isThere: (key) => key !== gone.path })
    await expect(deltaTable(cleaned, { engine: store, spool }).fetch(gone, join(folder, 'gone.parquet'), signal)).rejects.toThrow(/which is gone.*cleaned up before this file was read/) // prettier-ignore
  })

  it('gives all its files again where the log lacks the commit of the last', async () => {
    const cleaned = tableFolder(TABLE, { isThere: (key) => !key.endsWith('.json') || versionOf(key) > 3 })
    expect(idsOf(await listed(cleaned, 'country=DE/removed.parquet'))).toEqual(idsOf(await listed(cleaned)))
  })

  const add = { path: 'part-1.parquet', partitionValues: {}, size: 1, modificationTime: 1, dataChange: true }
  it.each<[string, object, RegExp]>([
    ['a deletion vector', { add: { ...add, deletionVector: { storageType: 'u' } } }, /deletion vector for part-1.parquet/],
    ['columns of other names', { metaData: { configuration: { 'delta.columnMapping.mode': 'name' } } }, /columnMapping.mode = name/],
    ['a feature of tomorrow', { protocol: { minReaderVersion: 3, readerFeatures: ['timestampNtz', 'catalogManaged'] } }, /feature "catalogManaged"/],
    ['a protocol of tomorrow', { protocol: { minReaderVersion: 4 } }, /reader of version 4/],
    ['a file of another table', { add: { ...add, path: 's3://other/part-1.parquet' } }, /outside of its folder.*s3:\/\/other/],
    ['a file above the table', { add: { ...add, path: 'a/..%2F..%2Fetc/passwd' } }, /cannot be one/],
    ['a path that cannot be decoded', { add: { ...add, path: '%ff.parquet' } }, /cannot be one/],
    ['a commit of another form', { add: { path: 'part-1.parquet' } }, /line 1 of _delta_log\/0+8.json is no action/],
  ])('refuses %s', async (_, action, message) => {
    expect(await problemOf(committed([action]))).toMatch(message)
    expect(await problemOf(committed([action]), newestPath(await listed(asOf(NEWEST))))).toMatch(message)
  }) // prettier-ignore

  it('does not mind that rows of a file that was read before are deleted beside it', async () => {
    const files = await listed(asOf(NEWEST))
    const path = files[0].path
    const actions = [
      { remove: { path, dataChange: true } },
      { add: { ...add, path, deletionVector: { storageType: 'u' } } },
    ]
    const later = await listed(committed(actions, [{ add }]), newestPath(files))
    expect(later.map((file) => file.path).filter((one) => files.every((file) => file.path !== one))).toEqual(['part-1.parquet']) // prettier-ignore
  })

  it('goes on from where a file came to be, not from where its statistics were written again', async () => {
    const files = await listed(asOf(NEWEST))
    const last = newestPath(files)!
    const again = { add: { ...add, path: last, dataChange: false } }
    const later = await listed(committed([{ add }], [again]), last)
    expect(later.map(({ path }) => path)).toContain('part-1.parquet')
  })

  it('says what it lacks', async () => {
    const without = (isThere: (key: string) => boolean) => tableFolder(TABLE, { isThere })
    expect(await problemOf(without((key) => versionOf(key) < 0))).toMatch(/no Delta table here/)
    expect(await problemOf(without((key) => versionOf(key) !== 5))).toMatch(/lacks commits before version 7/)
    const v2 = { [logName(7, 'checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json')]: '' }
    const later = tableFolder(TABLE, {
      isThere: (key) => versionOf(key) < 0 || key === logName(7, 'json'),
      files: v2,
    })
    expect(await problemOf(later)).toMatch(/checkpoints of version 2/)
  })
})

describeOnServer('a Delta table as a source, on a server', () => {
  it('is told by a checkpoint', async () => {
    const server = await temporaryServerStore()
    const isThere = (key: string) => !key.endsWith('.json') || versionOf(key) > 3
    for (const form of ['3.checkpoint.parquet', 'neither']) {
      const table = tableFolder(TABLE, { isThere: (key) => isThere(key) && !key.endsWith(form) })
      expect(await listed(table, undefined, server)).toEqual(await listed(asOf(NEWEST)))
    }
    const left = await rows(server.read, `SELECT name FROM system.tables WHERE name LIKE 'staging%'`)
    expect(left).toEqual([])
  })
})
