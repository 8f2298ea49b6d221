import { activateBaseline, storeBaseline, type Baseline } from '../../control/declared/baselines.ts'
import { bindBaseline } from '../../control/declared/baseline-bindings.ts'
import type { Control } from '../../control/database/control.ts'
import { count } from '../../control/database/counters.ts'
import type { DocumentTable } from '../../control/database/tables.ts'
import type { Legacy, LegacyDocument } from './read.ts'

/** @returns what was left out, in words */
export async function writeDeclared(control: Control, legacy: Legacy): Promise<string[]> {
  const left: string[] = []
  const store = async (table: DocumentTable, { name, document, changed_at }: LegacyDocument, more = {}) =>
    control
      .insertInto(table)
      .values({ name, document, changed_at, revision: await count(control, 'revision'), ...more })
      .execute()
  for (const table of ['models', 'channels', 'topics', 'alert_routes', 'api_keys'] as const)
    for (const row of legacy[table]) await store(table, row)
  const models = new Set(legacy.models.map(({ name }) => name))
  for (const row of legacy.monitors) {
    const { model } = JSON.parse(row.document) as { model: string }
    if (models.has(model)) await store('monitors', row, { model })
    else left.push(`monitor "${row.name}" of the model "${model}"`)
  }
  await writeBaselines(control, legacy, left)
  for (const { id, at, ...entry } of legacy.audit)
    await control
      .insertInto('audit')
      .values({ id, at, ...entry })
      .execute()
  return left
}

async function writeBaselines(control: Control, legacy: Legacy, left: string[]): Promise<void> {
  const newest = new Map<string, number>()
  const known = new Set<string>()
  for (const { model, version, document } of legacy.baselines) {
    await storeBaseline(control, JSON.parse(document) as Baseline)
    known.add(JSON.stringify([model, version]))
    newest.set(model, Math.max(version, newest.get(model) ?? 0))
  }
  for (const { model, version } of legacy.baseline_numbers)
    newest.set(model, Math.max(version, newest.get(model) ?? 0))
  for (const [model, version] of newest) await count(control, `baselines of ${model}`, version)
  for (const { model, version } of legacy.baseline_activations)
    // No baseline has the number 0: the model has no active one.
    if (known.has(JSON.stringify([model, version]))) await activateBaseline(control, model, version)
    else if (version !== 0) left.push(`that baseline ${version} of "${model}" is the active one`)
  for (const { model, version, baseline } of legacy.baseline_bindings)
    if (known.has(JSON.stringify([model, baseline]))) await bindBaseline(control, model, version, baseline)
    else left.push(`that version "${version}" of "${model}" is compared with baseline ${baseline}`)
}
