import type { Control } from '../database/control.ts'
import { activeBaseline, decodeBaseline, type Baseline } from './baselines.ts'

/** Binds a version of a model to a baseline of its own; without one it has none any more. */
export async function bindBaseline(
  control: Control,
  model: string,
  version: string,
  baseline: number | undefined,
): Promise<void> {
  if (baseline === undefined) {
    await control
      .deleteFrom('baseline_bindings')
      .where('model', '=', model)
      .where('version', '=', version)
      .execute()
    return
  }
  await control
    .insertInto('baseline_bindings')
    .values({ model, version, baseline })
    .onConflict((conflict) => conflict.columns(['model', 'version']).doUpdateSet({ baseline }))
    .execute()
}

/** The baselines of versions that have one of their own, by version, in its order. */
export async function boundBaselines(control: Control, model: string): Promise<Map<string, Baseline>> {
  const found = await control
    .selectFrom('baseline_bindings as bound')
    .innerJoin('baselines', (join) =>
      join.onRef('baselines.model', '=', 'bound.model').onRef('baselines.version', '=', 'bound.baseline'),
    )
    .select(['bound.version', 'document'])
    .where('bound.model', '=', model)
    .orderBy('bound.version')
    .execute()
  return new Map(found.map(({ version, document }) => [version, decodeBaseline({ document })]))
}

/** What rows of a version, or of the whole model, are compared with; undefined where there is no active baseline. */
export async function baselineOf(
  control: Control,
  model: string,
  version: string | undefined,
): Promise<Baseline | undefined> {
  const bound = version === undefined ? undefined : (await boundBaselines(control, model)).get(version)
  return bound ?? activeBaseline(control, model)
}
