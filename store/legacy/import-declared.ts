import { count, stamp } from '../../control/database/counters.ts'
import type { DocumentTable } from '../../control/database/tables.ts'
import { skipBaselineNumbers } from '../../control/declared/baselines.ts'
import { insertNew, isObject, keepIf, UNREADABLE, type Import, type Importer } from './importer.ts'
import type { LegacyDocument, LegacyRow, LegacyRows } from './tables.ts'

/** What earlier releases could declare. */
type LegacyDocumentTable = DocumentTable & keyof LegacyRows

/** Importers of what is declared. */
export function declaredImporters(to: Import) {
  return {
    models: documentImporter(to, 'models'),
    monitors: monitorImporter(to),
    channels: documentImporter(to, 'channels'),
    topics: documentImporter(to, 'topics'),
    alert_routes: documentImporter(to, 'alert_routes'),
    api_keys: documentImporter(to, 'api_keys'),
    baselines: baselineImporter(to),
    baseline_numbers: baselineNumberImporter(to),
    baseline_activations: activationImporter(to),
    baseline_bindings: bindingImporter(to),
  }
}

function documentImporter(
  to: Import,
  table: Exclude<LegacyDocumentTable, 'monitors'>,
): Importer<LegacyDocument> {
  return {
    async add(rows) {
      await insertNew(to, table, table, await numbered(to, readable(to, table, rows)))
    },
  }
}

const modelOf = ({ document }: LegacyDocument) => String((JSON.parse(document) as { model?: unknown }).model)

function monitorImporter(to: Import): Importer<LegacyDocument> {
  return {
    async add(rows) {
      const found = await to.control.selectFrom('models').select('name').execute()
      const models = new Set(found.map(({ name }) => name))
      const kept = keepIf(to, 'monitors', readable(to, 'monitors', rows), {
        holds: (row) => models.has(modelOf(row)),
        nameOf: ({ name }) => name,
        reason: (row) => `its model "${modelOf(row)}" does not exist`,
      })
      const values = await numbered(to, kept)
      await insertNew(
        to,
        'monitors',
        'monitors',
        values.map((value, position) => ({ ...value, model: modelOf(kept[position]) })),
      )
    },
  }
}

/** Documents that were not removed. */
function readable(to: Import, table: LegacyDocumentTable, rows: readonly LegacyDocument[]): LegacyDocument[] {
  return keepIf(
    to,
    table,
    rows.filter(({ removed }) => removed === 0),
    { holds: ({ document }) => isObject(document), nameOf: ({ name }) => name, reason: () => UNREADABLE },
  )
}

async function numbered({ control }: Import, rows: readonly LegacyDocument[]) {
  if (rows.length === 0) return []
  const last = await count(control, 'revision', rows.length)
  // Later changes get later times.
  await stamp(control, new Date(Math.max(...rows.map(({ updated_ms }) => updated_ms))))
  return rows.map(({ name, document, updated_ms }, position) => ({
    name,
    document,
    revision: last - rows.length + 1 + position,
    changed_at: updated_ms,
  }))
}

function baselineImporter(to: Import): Importer<LegacyRow<'baselines'>> {
  return {
    async add(rows) {
      const kept = keepIf(to, 'baselines', rows, {
        holds: ({ document }) => isObject(document),
        nameOf: ({ model, version }) => `${model} ${version}`,
        reason: () => UNREADABLE,
      })
      const values = kept.map(({ created_ms, ...row }) => ({ ...row, created_at: created_ms }))
      await insertNew(to, 'baselines', 'baselines', values)
      // Those that cannot be read have bins and counts under their numbers as well.
      await skipNumbers(to, rows)
    },
  }
}

function baselineNumberImporter(to: Import): Importer<LegacyRow<'baseline_numbers'>> {
  return { add: (rows) => skipNumbers(to, rows) }
}

async function skipNumbers({ control }: Import, rows: readonly { model: string; version: number }[]) {
  const highest = new Map(rows.map(({ model }) => [model, 0]))
  for (const { model, version } of rows) highest.set(model, Math.max(version, highest.get(model)!))
  for (const [model, version] of highest) await skipBaselineNumbers(control, model, version)
}

function activationImporter(to: Import): Importer<LegacyRow<'baseline_activations'>> {
  return {
    async add(rows) {
      const kept = await withBaseline(
        to,
        'baseline_activations',
        rows.map(({ model, version }) => ({ model, version, baseline: version })),
      )
      const values = kept.map(({ model, version }) => ({ model, version }))
      await insertNew(to, 'baseline_activations', 'active_baselines', values)
    },
  }
}

function bindingImporter(to: Import): Importer<LegacyRow<'baseline_bindings'>> {
  return {
    async add(rows) {
      const kept = await withBaseline(to, 'baseline_bindings', rows)
      await insertNew(to, 'baseline_bindings', 'baseline_bindings', kept)
    },
  }
}

/** Rows of baselines that exist; the number 0 stands for none. */
async function withBaseline<Row extends { model: string; version: string | number; baseline: number }>(
  to: Import,
  table: 'baseline_activations' | 'baseline_bindings',
  rows: readonly Row[],
): Promise<Row[]> {
  const found = await to.control.selectFrom('baselines').select(['model', 'version']).execute()
  const keyOf = (model: string, version: number) => JSON.stringify([model, version])
  const baselines = new Set(found.map(({ model, version }) => keyOf(model, version)))
  return keepIf(
    to,
    table,
    rows.filter(({ baseline }) => baseline !== 0),
    {
      holds: ({ model, baseline }) => baselines.has(keyOf(model, baseline)),
      nameOf: ({ model, version }) => `${model} ${version}`,
      reason: ({ baseline }) => `its baseline ${baseline} does not exist`,
    },
  )
}
