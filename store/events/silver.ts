import { ModelConflict } from '../engine/errors.ts'
import { featureSource, modelColumns, type ColumnKind, type Model } from '../../control/declared/model.ts'
import { identifier, literal } from '../engine/sql.ts'
import { rows } from '../engine/query.ts'
import type { Store } from '../engine/client.ts'
import { syncDurability } from './durability.ts'

/** Names of a model's own tables, quoted. */
export function silverTables(model: string) {
  return {
    predictions: identifier(`predictions_${model}`),
    labels: identifier(`labels_${model}`),
    labelIndex: identifier(`label_index_${model}`),
    labelIndexView: identifier(`view_label_index_${model}`),
    settling: identifier(`settling_labels_${model}`),
  }
}

/** The model whose own a table is; undefined for one that all models share. */
export function modelOfTable(table: string): string | undefined {
  return /^(?:predictions|labels|label_index|settling_labels)_(.+)$/s.exec(table)?.[1]
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
 * Creates the tables of a model, or adds the columns of features that are new. Columns of features that are
 * no longer declared stay: their data is not ours to drop.
 */
export async function syncSilver(store: Store, model: Model): Promise<void> {
  await checkSilver(store, model)
  const tables = silverTables(model.name)
  const declare = (columns: { name: string; type: string }[]) =>
    columns.map(({ name, type }) => `${identifier(name)} ${type}`).join(', ')
  const columns = predictionColumns(model)
  const run = (query: string) => store.rollup.command({ query })

  await run(`CREATE TABLE IF NOT EXISTS ${tables.predictions} (${declare(columns)})
    ENGINE = ReplacingMergeTree(received_at) PARTITION BY toYYYYMM(ts) ORDER BY (toStartOfHour(ts), id)`)
  await run(`CREATE TABLE IF NOT EXISTS ${tables.labels} (${declare(labelColumns(model))})
    ENGINE = ReplacingMergeTree(labelled_at) PARTITION BY toYYYYMM(hour) ORDER BY (hour, id)`)
  await run(`CREATE TABLE IF NOT EXISTS ${tables.labelIndex} (hash UInt64, hour DateTime('UTC'))
    ENGINE = ReplacingMergeTree ORDER BY (hash, hour) SETTINGS index_granularity = 1024`)
  await run(`CREATE MATERIALIZED VIEW IF NOT EXISTS ${tables.labelIndexView} TO ${tables.labelIndex}
    AS SELECT sipHash64(id) AS hash, toStartOfHour(ts) AS hour FROM ${tables.predictions}`)

  const stored = await storedTypes(store, model.name)
  const added = columns.filter(({ name }) => !stored.has(name))
  if (added.length > 0) {
    const additions = added.map(({ name, type }) => `ADD COLUMN IF NOT EXISTS ${identifier(name)} ${type}`)
    await run(`ALTER TABLE ${tables.predictions} ${additions.join(', ')}`)
  }
  await syncDurability(store, model.name)
  // Somebody who declared it at the same time may have added a column of this name first, of another kind.
  await checkSilver(store, model)
}

/** Adds a column of a feature that is no longer declared, as it was. */
export async function addColumn(
  store: Store,
  table: string,
  { name, type }: { name: string; type: string },
): Promise<void> {
  if (!Object.values(COLUMN_TYPES).includes(type))
    throw new Error(`${table} cannot have a column ${name} of type ${type}`)
  await store.rollup.command({
    query: `ALTER TABLE ${identifier(table)} ADD COLUMN IF NOT EXISTS ${identifier(name)} ${type}`,
  })
}

/** Throws where columns that are stored already have another kind. */
export async function checkSilver(store: Store, model: Model): Promise<void> {
  const stored = await storedTypes(store, model.name)
  const differing = predictionColumns(model).filter(
    ({ name, type }) => stored.has(name) && stored.get(name) !== type,
  )
  if (differing.length > 0)
    throw new ModelConflict(
      model.name,
      differing.map(({ name }) => name.replace(/^f_/, '')),
    )
}

/** Types of the columns of a model's predictions, by name; none where there is no table yet. */
async function storedTypes(store: Store, model: string): Promise<Map<string, string>> {
  const found = await rows<{ name: string; type: string }>(
    store.rollup,
    `SELECT name, type FROM system.columns
     WHERE database = currentDatabase() AND table = ${literal(`predictions_${model}`)}`,
  )
  return new Map(found.map(({ name, type }) => [name, type]))
}

/** Drops a model's own tables, data included. */
export async function dropSilver(store: Store, model: string): Promise<void> {
  const tables = silverTables(model)
  for (const table of [
    tables.settling,
    tables.labelIndexView,
    tables.labelIndex,
    tables.labels,
    tables.predictions,
  ]) {
    await store.rollup.command({ query: `DROP TABLE IF EXISTS ${table}` })
  }
}
