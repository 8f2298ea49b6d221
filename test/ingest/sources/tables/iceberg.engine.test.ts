import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { exactJson, parseExactJson } from '../../../../ingest/json/exact-json.ts'
import type { SourceFile } from '../../../../ingest/sources/location.ts'
import type { ObjectStore } from '../../../../ingest/sources/objects.ts'
import { icebergTable } from '../../../../ingest/sources/tables/iceberg/table.ts'
import type { Store } from '../../../../store/engine/client.ts'
import { rows } from '../../../../store/engine/query.ts'
import { literal } from '../../../../store/engine/sql.ts'
import { ROOT } from '../../../support/root.ts'
import { atEnd } from '../../../support/runner/at-end.ts'
import { choicesOf, newestPath, takenAt } from '../../../support/sources/looks.ts'
import { tableFolder } from '../../../support/sources/table-folder.ts'
import { temporaryStore } from '../../../support/stores/store.ts'

const TABLE = join(ROOT, 'test', 'fixtures', 'tables', 'iceberg')
const { signal } = new AbortController()
const folder = mkdtempSync(join(tmpdir(), 'driftgauge-iceberg-'))
atEnd(() => rmSync(folder, { recursive: true, force: true }))

const versionOf = (key: string) => Number(/^metadata\/(\d{5})-/.exec(key)?.[1] ?? -1)
const asOf = (version: number, table = TABLE) => tableFolder(table, { isThere: (key) => versionOf(key) <= version }) // prettier-ignore

type Metadata = Record<string, unknown> & { snapshots: Record<string, unknown>[] }
const METADATA = readdirSync(join(TABLE, 'metadata')).filter((name) => name.endsWith('.metadata.json')).sort() // prettier-ignore
/** The newest metadata, changed, with a number above all others. */
const changed = (change: (metadata: Metadata) => void, name = '00008-later.metadata.json') => {
  const metadata = parseExactJson(readFileSync(join(TABLE, 'metadata', METADATA.at(-1)!), 'utf8')) as Metadata
  change(metadata)
  return tableFolder(TABLE, { files: { [`metadata/${name}`]: exactJson(metadata) } })
}

let store: Store
let idsIn: ReadonlyMap<string, string[]>
beforeAll(async () => {
  store = await temporaryStore()
  const found = await rows<{ path: string; ids: string[] }>(
    store.read,
    `SELECT _file AS path, _path AS whole, groupArray(id) AS ids FROM file(${literal(join(TABLE, 'data', '*', '*.parquet'))}, Parquet, 'id String') GROUP BY path, whole`,
  )
  idsIn = new Map(found.map(({ path, ids }) => [path, ids.toSorted()]))
})

async function listed(table: ObjectStore, last?: string): Promise<SourceFile[]> {
  const files: SourceFile[] = []
  for await (const file of icebergTable(table).list(last, signal)) files.push(file)
  return files
}
const idsOf = (files: readonly SourceFile[]) =>
  files.flatMap(({ path }) => idsIn.get(basename(path))!).toSorted()
const problemOf = async (table: ObjectStore, last?: string): Promise<string> => {
  const fault: unknown = await listed(table, last).catch((error: unknown) => error)
  expect(fault).toHaveProperty('name', 'LocationError')
  return (fault as Error).message
}

describe('an Iceberg table as a source', () => {
  it('has no files before its first rows', async () => {
    expect(await listed(asOf(1))).toEqual([])
  })

  it('has at first the files of its newest snapshot, wherever the table has been moved to', async () => {
    expect(idsOf(await listed(asOf(3)))).toEqual(['p0', 'p1', 'p2', 'p3', 'p4'])
    const files = await listed(asOf(7))
    expect(idsOf(files)).toEqual(['p0', 'p1', 'p2', 'p4', 'p5', 'p6'])
    for (const file of files) {
      const target = join(folder, 'file.parquet')
      expect(await icebergTable(asOf(7)).fetch(file, target, signal)).toBe('fetched')
      const [{ ids }] = await rows<{ ids: string[] }>(store.read, `SELECT groupArray(id) AS ids FROM file(${literal(target)}, Parquet)`) // prettier-ignore
      expect(ids.toSorted()).toEqual(idsOf([file]))
      expect(new Date(file.modifiedAt).getUTCFullYear()).toBeGreaterThan(2025)
    }
  })

  it('gives each row once, whenever one looks, and those of a rewritten file once more', async () => {
    const highest = { 2: 2, 3: 4, 4: 4, 5: 5, 6: 5, 7: 6 }
    for (const versions of choicesOf(Object.keys(highest).map(Number))) {
      const [first, last] = [versions[0], versions.at(-1)! as keyof typeof highest]
      const ids = idsOf(await takenAt(versions, (version, path) => listed(asOf(version), path)))
      const expected = Array.from({ length: highest[last] + 1 }, (_, number) => `p${number}`)
      const isDeleted = last >= 6 && versions.every((version) => version < 3 || version >= 6)
      expect([...new Set(ids)], versions.join()).toEqual(expected.filter((id) => id !== 'p3' || !isDeleted || ids.includes('p3'))) // prettier-ignore
      const twice = ids.filter((id, i) => ids.indexOf(id) < i)
      const rewritten = first < 6 && last >= 6 ? ['p0', 'p3', 'p4'] : []
      expect(twice.filter((id) => !rewritten.includes(id)), versions.join()).toEqual([]) // prettier-ignore
    }
  })

  it('reads the files that were compacted before they were seen', async () => {
    const first = await listed(asOf(2))
    const second = await listed(asOf(4), newestPath(first))
    expect(idsOf(second.filter(({ path }) => first.every((file) => file.path !== path)))).toEqual([
      'p3',
      'p4',
    ])
  })

  it('gives all its files again where the snapshot of the last has expired', async () => {
    const expired = changed((metadata) => (metadata.snapshots = metadata.snapshots.slice(-1)))
    const files = await listed(expired, newestPath(await listed(asOf(4))))
    expect(idsOf(files)).toEqual(['p0', 'p1', 'p2', 'p4', 'p5', 'p6'])
    const times = new Set(files.map(({ modifiedAt }) => modifiedAt))
    expect(times.size).toBe(1)
  })

  it('reads a table of the first version', async () => {
    const first = join(TABLE, '..', 'iceberg-v1')
    expect((await listed(asOf(99, first))).map(({ path }) => path.split('/')[1]).toSorted()).toEqual(['country=DE', 'country=FR']) // prettier-ignore
  })

  it.each(['v9.metadata.json', '00008-a.gz.metadata.json'])('finds metadata called %s', async (name) => {
    expect(await listed(changed((metadata) => (metadata['current-snapshot-id'] = -1), name))).toEqual([])
  })

  it('reads metadata that are packed', async () => {
    const whole = asOf(7)
    const packed: ObjectStore = {
      ...whole,
      read: async (key) => {
        const content = await whole.read(key, signal)
        return content && key.endsWith('.json') ? gzipSync(content) : content
      },
    }
    expect(await listed(packed)).toEqual(await listed(asOf(7)))
  })

  it('refuses delete files, save those that were there before the files to read', async () => {
    const withDeletes = changed((metadata) => {
      metadata.snapshots.at(-1)!['manifest-list'] = 'file:/tmp/warehouse/iceberg/metadata/with-deletes.avro'
    })
    const message = /delete files, which are not supported.*copy-on-write/
    expect(await problemOf(withDeletes)).toMatch(message)
    expect(await problemOf(withDeletes, newestPath(await listed(asOf(5))))).toMatch(message)
    expect(idsOf(await listed(withDeletes, newestPath(await listed(asOf(7)))))).toEqual(['p6'])
  })

  it.each<[string, (metadata: Metadata) => void, RegExp]>([
    ['a format of tomorrow', (metadata) => (metadata['format-version'] = 3), /format version 3/],
    ['files elsewhere', (metadata) => (metadata.location = 's3://bucket/other'), /outside of its folder: file:\/\/\/tmp\/warehouse/],
    ['a folder that only begins the same', (metadata) => (metadata.location = 'file:///tmp/warehouse/ice'), /outside of its folder/],
    ['metadata of another form', (metadata) => (metadata.location = 7), /00008-later.metadata.json is not the metadata/],
    ['a lost snapshot', (metadata) => (metadata.snapshots = []), /lacks its current snapshot \d{16,}/],
    ['a lost manifest list', (metadata) => (metadata.snapshots.at(-1)!['manifest-list'] = 'file:///tmp/warehouse/iceberg/metadata/lost.avro'), /metadata\/lost.avro, which is not there/],
    ['a manifest list that is none', (metadata) => (metadata.snapshots.at(-1)!['manifest-list'] = `file:///tmp/warehouse/iceberg/metadata/${METADATA[0]}`), /cannot be read: it is no Avro file/],
  ])('refuses %s', async (_, change, message) => {
    expect(await problemOf(changed(change))).toMatch(message)
  }) // prettier-ignore

  it('says that a manifest is damaged', async () => {
    const whole = asOf(7)
    for (const damage of [
      (content: Buffer) => content.subarray(0, -40),
      (content: Buffer) => content.fill(0xff, content.length - 200, content.length - 100),
    ]) {
      const damaged: ObjectStore = {
        ...whole,
        read: async (key) => {
          const content = await whole.read(key, signal)
          return content && key.endsWith('.avro') ? damage(content) : content
        },
      }
      expect(await problemOf(damaged)).toMatch(/snap-\S+.avro cannot be read: it is .*damaged/)
    }
  })

  it('says that there is no table', async () => {
    expect(await problemOf(asOf(-1))).toMatch(/no Iceberg table here/)
  })
})
