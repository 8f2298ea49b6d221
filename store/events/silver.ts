import type { ClickHouseClient } from '@clickhouse/client'
import { ModelConflict } from '../engine/errors.ts'
import { featureSource, modelColumns, type ColumnKind, type Model } from '../../control/declared/model.ts'
import { array, identifier, literal } from '../engine/sql.ts'
import { rows } from '../engine/query.ts'
import type { Store } from '../engine/client.ts'
import type { Shards } from '../engine/shards.ts'
import { createDistributed, replacingEngine } from './distributed.ts'
import { syncDurability } from './durability.ts'
import { keepInsertsCompact } from './part-format.ts'

export type EventTables = ReturnType<typeof silverTables>

/**
 * Names of a model's own tables, quoted.
 * @param quoted gives the name of a table where the statement runs
 */
export function silverTables(model: string, quoted: (table: string) => string = identifier) {
  return {
    predictions: quoted(`predictions_${model}`),
    labels: quoted(`labels_${model}`),
    labelIndex: quoted(`label_index_${model}`),
    labelIndexView: quoted(`view_label_index_${model}`),
    reference: quoted(`reference_features_${model}`),
    // Of a cluster on the first node only.
    settling: identifier(`settling_labels_${model}`),
  }
}

/** The model whose own a table is, or its part on a node; undefined for one that all models share. */
export function modelOfTable(table: string): string | undefined {
  return /^(?:shard_)?(?:predictions|labels|label_index|settling_labels|reference_features)_(.+)$/s.exec(
    table,
  )?.[1]
}

/**
 * A table expression over a model's events that every shard computes from its own: of an id, all versions, the label and
 * the place in the index are on one shard.
 */
export function onShards(
  { shards }: Pick<Store, 'shards'>,
  model: string,
  rows: (tables: EventTables) => string,
): string {
  return shards.gather(rows(silverTables(model, shards.local)))
}

const COLUMN_TYPES: Record<ColumnKind, string> = {
  numeric: 'Nullable(Float64)',
  categorical: 'LowCardinality(Nullable(String))',
}

/** Silver columns in the order in which rows are encoded, with their types; names unquoted. */
export function predictionColumns(model: Model): { name: string; type: string }[] {
  const outcome = modelColumns(model).find(({ role }) => role === 'prediction')!
  return [
    { name: 'id', type: 'String' },
    { name: 'ts', type: "DateTime64(3, 'UTC')" },
    { name: 'version', type: 'LowCardinality(String)' },
    { name: 'received_at', type: "DateTime64(3, 'UTC')" },
    { name: 'prediction', type: COLUMN_TYPES[outcome.kind] },
    { name: 'score', type: 'Nullable(Float64)' },
    { name: 'scores', type: 'Map(LowCardinality(String), Float64)' },
    { name: 'shadow', type: 'UInt8' },
    // Names of features that came with a value of the wrong type, and of features nobody declared.
    { name: 'invalid', type: 'Array(LowCardinality(String))' },
    { name: 'unknown', type: 'Array(LowCardinality(String))' },
    ...model.features.map(({ name, kind }) => ({ name: featureSource(name), type: COLUMN_TYPES[kind] })),
  ]
}

/** Columns of a model's label table. */
export function labelColumns(model: Model): { name: string; type: string }[] {
  const label = modelColumns(model).find(({ role }) => role === 'label')!
  return [
    { name: 'id', type: 'String' },
    { name: 'hour', type: "DateTime('UTC')" },
    { name: 'label', type: COLUMN_TYPES[label.kind] },
    { name: 'labelled_at', type: "DateTime64(3, 'UTC')" },
  ]
}

/**
 * Columns of what was computed offline for predictions, in the order in which rows are encoded. `hour` is that of the
 * prediction, or 0 where the row does not say. `uncompared` names features that it has no usable word on.
 */
export function referenceColumns(model: Model): { name: string; type: string }[] {
  return [
    { name: 'id', type: 'String' },
    { name: 'hour', type: "DateTime('UTC')" },
    { name: 'received_at', type: "DateTime64(3, 'UTC')" },
    { name: 'uncompared', type: 'Array(LowCardinality(String))' },
    ...model.features.map(({ name, kind }) => ({ name: featureSource(name), type: COLUMN_TYPES[kind] })),
  ]
}

const INDEX_COLUMNS = [
  { name: 'hash', type: 'UInt64' },
  { name: 'hour', type: "DateTime('UTC')" },
  { name: 'shadow', type: 'UInt8' },
]

interface StoredColumn {
  name: string
  type: string
}

/**
 * Creates the tables of a model, or adds the columns of features that are new. Columns of features that are
 * no longer declared stay: their data is not ours to drop.
 */
export async function syncSilver(store: Store, model: Model): Promise<void> {
  await checkSilver(store, model)
  await store.shards.each((client) => syncNode(client, store, model))
  // Last, so that nothing is written to a node that is behind.
  if (store.shards.cluster !== undefined) await syncDistributed(store, model)
  await syncDurability(store, model.name)
  // Somebody who declared it at the same time may have added a column of this name first, of another kind.
  await checkSilver(store, model)
}

async function syncNode(client: ClickHouseClient, { shards }: Store, model: Model): Promise<void> {
  const tables = silverTables(model.name, shards.local)
  const columns = predictionColumns(model)
  const run = (query: string) => client.command({ query })
  const engine = (table: string, version?: string) =>
    replacingEngine(shards, `${table}_${model.name}`, version)

  await run(
    `CREATE TABLE IF NOT EXISTS ${tables.predictions} (${definitions(columns)}) ${predictionsEngine(shards, model.name)}`,
  )
  await run(`CREATE TABLE IF NOT EXISTS ${tables.labels} (${definitions(labelColumns(model))})
    ENGINE = ${engine('labels', 'labelled_at')} PARTITION BY toYYYYMM(hour) ORDER BY (hour, id)`)
  await run(`CREATE TABLE IF NOT EXISTS ${tables.labelIndex} (${definitions(INDEX_COLUMNS)})
    ENGINE = ${engine('label_index')} ORDER BY (hash, hour, shadow) SETTINGS index_granularity = 1024`)
  await run(`CREATE MATERIALIZED VIEW IF NOT EXISTS ${tables.labelIndexView} TO ${tables.labelIndex}
    AS SELECT sipHash64(id) AS hash, toStartOfHour(ts) AS hour, shadow FROM ${tables.predictions}`)
  await run(`CREATE TABLE IF NOT EXISTS ${tables.reference} (${definitions(referenceColumns(model))})
    ENGINE = ${engine('reference_features', 'received_at')}
    PARTITION BY toYYYYMM(if(hour = toDateTime(0, 'UTC'), toDateTime(received_at, 'UTC'), hour))
    ORDER BY (hour, id) SETTINGS index_granularity = 1024`)
  await addLacking(client, `${shards.prefix}predictions_${model.name}`, columns)
  await keepInsertsCompact(client, `${shards.prefix}predictions_${model.name}`)
  await addToReference(client, `${shards.prefix}reference_features_${model.name}`, model)
}

/** Adds the columns of features that are new, on which the rows that are stored already have no word. */
async function addToReference(client: ClickHouseClient, table: string, model: Model): Promise<void> {
  const stored = await storedTypes(client, table)
  const added = model.features.filter(({ name }) => !stored.has(featureSource(name)))
  if (added.length > 0) {
    const names = array(
      added.map(({ name }) => literal(name)),
      'String',
    )
    await client.command({
      query: `ALTER TABLE ${identifier(table)} UPDATE uncompared = arrayConcat(uncompared, ${names}) WHERE 1`,
    })
  }
  await addLacking(client, table, referenceColumns(model))
}

/** How a node keeps predictions: two versions of a model may predict for the same id, so that the version tells rows apart as well. */
export function predictionsEngine(shards: Shards, model: string): string {
  const engine = replacingEngine(shards, `predictions_by_version_${model}`, 'received_at')
  return `ENGINE = ${engine} PARTITION BY toYYYYMM(ts) ORDER BY (toStartOfHour(ts), id, version)`
}

async function syncDistributed({ rollup, shards }: Store, model: Model): Promise<void> {
  const columns = predictionColumns(model)
  const create = (table: string, of: readonly StoredColumn[], key?: string) =>
    createDistributed(rollup, shards, {
      table: `${table}_${model.name}`,
      columns: `(${definitions(of)})`,
      key,
    })
  await create('predictions', columns, 'cityHash64(id)')
  await create('labels', labelColumns(model), 'cityHash64(id)')
  await create('label_index', INDEX_COLUMNS)
  await create('reference_features', referenceColumns(model), 'cityHash64(id)')
  await addLacking(rollup, `predictions_${model.name}`, columns)
  await addLacking(rollup, `reference_features_${model.name}`, referenceColumns(model))
}

const definitions = (columns: readonly StoredColumn[]) =>
  columns.map(({ name, type }) => `${identifier(name)} ${type}`).join(', ')

/** Adds the columns that a table lacks. */
async function addLacking(
  client: ClickHouseClient,
  table: string,
  columns: readonly StoredColumn[],
): Promise<void> {
  const stored = await storedTypes(client, table)
  const added = columns.filter(({ name }) => !stored.has(name))
  if (added.length === 0) return
  const additions = added.map((column) => `ADD COLUMN IF NOT EXISTS ${definitions([column])}`)
  await client.command({ query: `ALTER TABLE ${identifier(table)} ${additions.join(', ')}` })
}

/** Adds a column of a feature that is no longer declared, as it was. */
export async function addColumn(store: Store, table: string, { name, type }: StoredColumn): Promise<void> {
  if (!Object.values(COLUMN_TYPES).includes(type))
    throw new Error(`${table} cannot have a column ${name} of type ${type}`)
  const add = (client: ClickHouseClient, quoted: string) =>
    client.command({
      query: `ALTER TABLE ${quoted} ADD COLUMN IF NOT EXISTS ${definitions([{ name, type }])}`,
    })
  await store.shards.each((client) => add(client, store.shards.local(table)))
  if (store.shards.cluster !== undefined) await add(store.rollup, identifier(table))
}

/** Throws where columns that are stored already have another kind. */
export async function checkSilver({ shards }: Pick<Store, 'shards'>, model: Model): Promise<void> {
  const table = `${shards.prefix}predictions_${model.name}`
  for (const stored of await shards.each((client) => storedTypes(client, table))) {
    const differing = predictionColumns(model).filter(
      ({ name, type }) => stored.has(name) && stored.get(name) !== type,
    )
    if (differing.length > 0)
      throw new ModelConflict(
        model.name,
        differing.map(({ name }) => name.replace(/^f_/, '')),
      )
  }
}

/** Types of the columns of a table, by name; none where there is no table yet. */
async function storedTypes(client: ClickHouseClient, table: string): Promise<Map<string, string>> {
  const found = await rows<StoredColumn>(
    client,
    `SELECT name, type FROM system.columns
     WHERE database = currentDatabase() AND table = ${literal(table)}`,
  )
  return new Map(found.map(({ name, type }) => [name, type]))
}

/** Drops a model's own tables, data included. */
export async function dropSilver({ rollup, shards }: Store, model: string): Promise<void> {
  const { predictions, labels, labelIndex, reference, settling } = silverTables(model)
  const own = silverTables(model, shards.local)
  const drop = (client: ClickHouseClient, table: string) =>
    // What keeps the place of a replicated table must be gone before it is created again.
    client.command({ query: `DROP TABLE IF EXISTS ${table}${shards.cluster?.replicated ? ' SYNC' : ''}` })
  await drop(rollup, settling)
  if (shards.cluster !== undefined)
    for (const table of [reference, labelIndex, labels, predictions]) await drop(rollup, table)
  await shards.each(async (client) => {
    for (const table of [own.reference, own.labelIndexView, own.labelIndex, own.labels, own.predictions])
      await drop(client, table)
  })
}
