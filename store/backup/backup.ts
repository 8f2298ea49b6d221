import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { countRows, readRows } from '../../control/backup/rows.ts'
import { BACKED_UP_TABLES } from '../../control/backup/tables.ts'
import type { Control } from '../../control/database/control.ts'
import { installationId } from '../../control/database/installation.ts'
import { appliedControlMigrations } from '../../control/database/migrations.ts'
import type { Store } from '../engine/client.ts'
import { appliedMigrations } from '../schema/migrations.ts'
import { dropClones } from './clones.ts'
import { contentOf, type Content } from './content.ts'
import type { Frame } from './frames.ts'
import { BACKUP_FORMAT, type BackupFile, type BackupTable, type Manifest } from './manifest.ts'
import { takeSnapshot } from './snapshot.ts'
import { SHARED_TABLES } from './tables.ts'

/** Compression that keeps up with a disk. */
const GZIP = { level: 1 }

export interface BackupRequest {
  store: Store
  id: string
  /** For a copy of the control database while it is read. */
  directory: string
  release: string
  now: Date
}

/** Reads both databases as one state, while they are used. What it makes in ClickHouse is gone when it ends. */
export async function* readBackup(request: BackupRequest): AsyncGenerator<Frame> {
  const { store, directory } = request
  let tables: BackupTable[]
  try {
    const snapshot = await takeSnapshot(store, directory)
    try {
      // First, because the snapshot of PostgreSQL is an open transaction.
      tables = yield* controlTables(snapshot.control.control)
    } finally {
      await snapshot.control.close()
    }
    const contents: Content[] = []
    const named = [...SHARED_TABLES, ...snapshot.modelTables]
    for (const [i, table] of named.entries()) contents.push(await contentOf(store, table, i + 1))
    yield { type: 'plan', rows: sum(contents.map(rowsOf)) }
    for (const content of contents) tables.push(yield* clickHouseTable(store, content))
  } finally {
    await dropClones(store)
  }
  yield { type: 'manifest', manifest: { ...(await describe(request)), tables } }
}

async function describe({ store, id, release, now }: BackupRequest): Promise<Omit<Manifest, 'tables'>> {
  return {
    format: BACKUP_FORMAT,
    id,
    created_at: now.toISOString(),
    release,
    installation: await installationId(store.control),
    control_migrations: await appliedControlMigrations(store.control),
    clickhouse_migrations: await appliedMigrations(store),
  }
}

async function* controlTables(control: Control): AsyncGenerator<Frame, BackupTable[]> {
  const tables: BackupTable[] = []
  for (const name of BACKED_UP_TABLES) {
    const rows = await countRows(control, name)
    const lines = async function* () {
      for await (const batch of readRows(control, name))
        yield Buffer.from(batch.map((row) => `${JSON.stringify(row)}\n`).join(''))
    }
    const file = { name: `control-${name}.ndjson.gz`, rows }
    const files = rows === 0 ? [] : [yield* compressed(file, lines())]
    tables.push({ database: 'control', name, rows, files })
  }
  return tables
}

async function* clickHouseTable(store: Store, content: Content): AsyncGenerator<Frame, BackupTable> {
  const { name, columns, parts } = content
  const files: BackupFile[] = []
  for (const [i, { query, rows }] of parts.entries()) {
    // Names of models may hold what names of files may not.
    const file = { name: `clickhouse-${content.number}-${i + 1}.native.gz`, rows }
    files.push(yield* compressed(file, store.native(query)))
  }
  return { database: 'clickhouse', name, columns, rows: rowsOf(content), files }
}

async function* compressed(
  { name, rows }: Pick<BackupFile, 'name' | 'rows'>,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Frame, BackupFile> {
  yield { type: 'file', name }
  const hash = createHash('sha256')
  const gzip = createGzip(GZIP)
  // A failure of it ends the loop below.
  pipeline(Readable.from(content, { objectMode: false }), gzip).catch(() => {})
  let bytes = 0
  for await (const chunk of gzip as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
    yield { type: 'data', bytes: chunk }
  }
  yield { type: 'end', rows }
  return { name, rows, bytes, sha256: hash.digest('hex') }
}

const rowsOf = ({ parts }: Content) => sum(parts.map((part) => part.rows))
const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0)
