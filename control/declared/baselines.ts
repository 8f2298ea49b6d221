import type { Control } from '../database/control.ts'
import { count, raise } from '../database/counters.ts'
import type { SegmentColumn } from './segment-column.ts'

/** Where the rows of a baseline came from. */
export type BaselineSource = { file: string; mlflow?: MlflowOrigin } | { window: BaselineWindow }

/** The version in MLflow among whose artifacts the file was. */
export interface MlflowOrigin {
  model: string
  version: string
  run_id: string
}

/** `[from, to)`, ISO 8601. */
export interface BaselineWindow {
  from: string
  to: string
  /** Only predictions of this version of the model, where it is given. */
  version?: string | undefined
}

export interface Baseline {
  model: string
  /** Counts up from 1 within a model; numbers of attempts that failed are skipped. */
  version: number
  /** SHA-256 of what was counted: columns, bins and counts; equal content has an equal hash. */
  hash: string
  binning: string
  name: string
  source: BaselineSource
  rows: number
  /** Rows whose value could not be used, by column; absent where that was not counted. */
  invalid?: Readonly<Record<string, number>>
  createdAt: string
  /** How rows are split over this binning; absent where the model had no segment columns then. */
  segments?: readonly SegmentColumn[]
}

/** The number of a new baseline, which no other process gets. */
export const claimBaselineNumber = (control: Control, model: string): Promise<number> =>
  count(control, numbersOf(model))

/** Has numbers of new baselines go on after `version`. */
export const skipBaselineNumbers = (control: Control, model: string, version: number): Promise<void> =>
  raise(control, numbersOf(model), version)

const numbersOf = (model: string) => `baselines of ${model}`

/** Stores what there is to know of a baseline beside its bins and counts. It is never changed afterwards. */
export async function storeBaseline(control: Control, baseline: Baseline): Promise<void> {
  const { model, version, hash, binning, createdAt } = baseline
  await control
    .insertInto('baselines')
    .values({
      model,
      version,
      hash,
      binning,
      document: JSON.stringify(baseline),
      created_at: new Date(createdAt).getTime(),
    })
    .execute()
}

/** Makes a baseline the one that monitors compare with. */
export async function activateBaseline(control: Control, model: string, version: number): Promise<void> {
  await control
    .insertInto('active_baselines')
    .values({ model, version })
    .onConflict((conflict) => conflict.column('model').doUpdateSet({ version }))
    .execute()
}

/** Leaves a model without an active baseline, and its versions without their own. */
export async function deactivateBaselines(control: Control, model: string): Promise<void> {
  await control.deleteFrom('active_baselines').where('model', '=', model).execute()
  await control.deleteFrom('baseline_bindings').where('model', '=', model).execute()
}

/** All baselines of a model, oldest first. */
export async function listBaselines(control: Control, model: string): Promise<Baseline[]> {
  const found = await control
    .selectFrom('baselines')
    .select('document')
    .where('model', '=', model)
    .orderBy('version')
    .execute()
  return found.map(decodeBaseline)
}

/** The baseline activated last, if any was. */
export async function activeBaseline(control: Control, model: string): Promise<Baseline | undefined> {
  const found = await control
    .selectFrom('active_baselines as active')
    .innerJoin('baselines', (join) =>
      join.onRef('baselines.model', '=', 'active.model').onRef('baselines.version', '=', 'active.version'),
    )
    .select('document')
    .where('active.model', '=', model)
    .executeTakeFirst()
  return found && decodeBaseline(found)
}

/** Models that have an active baseline. */
export async function modelsWithBaseline(control: Control): Promise<Set<string>> {
  const found = await control.selectFrom('active_baselines').select('model').execute()
  return new Set(found.map(({ model }) => model))
}

/** Of each model a text that changes whenever something else is to be compared with. */
export async function baselineStates(control: Control): Promise<Map<string, string>> {
  const [made, active, bound] = await Promise.all([
    control
      .selectFrom('baselines')
      .select(['model', (row) => row.fn.max('version').as('version')])
      .groupBy('model')
      .execute(),
    control.selectFrom('active_baselines').selectAll().execute(),
    control.selectFrom('baseline_bindings').selectAll().orderBy('version').execute(),
  ])
  const states = new Map<string, string[]>()
  const note = (model: string, ...values: unknown[]) =>
    states.set(model, [...(states.get(model) ?? []), JSON.stringify(values)])
  for (const { model, version } of made) note(model, 'made', version)
  for (const { model, version } of active) note(model, 'active', version)
  for (const { model, version, baseline } of bound) note(model, 'bound', version, baseline)
  return new Map([...states].map(([model, values]) => [model, values.join(' ')]))
}

export const decodeBaseline = ({ document }: { document: string }): Baseline =>
  JSON.parse(document) as Baseline
