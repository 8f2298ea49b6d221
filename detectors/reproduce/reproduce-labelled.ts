import { listBaselines, type Baseline } from '../../control/declared/baselines.ts'
import { baselineColumns, type BaselineColumn } from '../../store/profiles/baselines.ts'
import type { Store } from '../../store/engine/client.ts'
import { labelScale, type LabelScale } from '../../store/labelled/label-scale.ts'
import { countLabelled } from '../../store/labelled/labelled-count.ts'
import { readBaselineLabelled, type LabelledColumn } from '../../store/labelled/labelled-profiles.ts'
import type { Model } from '../../control/declared/model.ts'
import type { StoredResult } from '../../store/results/result-detail.ts'
import {
  checked,
  NO_COLUMN,
  NO_MODEL,
  NO_ROWS,
  NO_SEGMENT,
  unavailable,
  type Check,
  type Reproduction,
} from './check.ts'
import { countedRows, type CountedRows } from './counted-rows.ts'
import { NOTHING_COMPUTED, reevaluate } from './reevaluate.ts'
import { conceptColumns } from '../run/find-concept.ts'
import { sumDifferences } from './differences.ts'
import { columnSums } from '../run/labelled-windows.ts'
import { performanceSums } from '../performance/sums.ts'

/** As `reproduce`, of a result that was judged by sums over labelled rows. */
export async function reproduceLabelled(
  store: Store,
  model: Model | undefined,
  result: StoredResult,
): Promise<Reproduction> {
  if (result.inputs === null)
    return { evaluation: NOTHING_COMPUTED, window: NOTHING_COMPUTED, baseline: NOTHING_COMPUTED }
  const { baseline, window } = result.inputs as Record<'baseline' | 'window', object>
  const evaluation = reevaluate(result)
  const source = model && (await sourceOf(store, model, result))
  if (model === undefined) return { evaluation, window: NO_MODEL, baseline: NO_MODEL }
  if (source === undefined) {
    const gone = unavailable(`baseline ${result.baseline.version} is no longer stored`)
    return { evaluation, window: gone, baseline: gone }
  }
  if (source.columns.length === 0) return { evaluation, window: NO_COLUMN, baseline: NO_COLUMN }
  const rows = await countedRows(store, model, result)
  const recount = async (stored: object, of: CountedRows | undefined) =>
    of === undefined ? NO_SEGMENT : recounted(store, model, source, stored, of)
  return {
    evaluation,
    window: await recount(window, rows?.window),
    baseline:
      result.baseline.hours === null
        ? reread(source, baseline, await readBaselineLabelled(store, source.baseline, result.segment), result)
        : await recount(baseline, rows?.baseline),
  }
}

/** What the sums of a result are made of. */
interface Source {
  baseline: Baseline
  scale: LabelScale
  /** All that are summed. */
  columns: readonly BaselineColumn[]
  /** All of the baseline's, by which losses are computed. */
  all: readonly BaselineColumn[]
  /** The inputs of one side, out of such sums. */
  inputs: (profiles: readonly LabelledColumn[]) => object
}

async function sourceOf(store: Store, model: Model, result: StoredResult): Promise<Source | undefined> {
  const baseline = (await listBaselines(store.control, model.name)).find(
    ({ version }) => version === result.baseline.version,
  )
  if (baseline === undefined) return undefined
  const all = await baselineColumns(store, model, baseline)
  const label = all.find(({ role }) => role === 'label')
  if (label === undefined) return undefined
  const scale = labelScale(model.task, label.binning)
  if (result.kind === 'performance') {
    const columns = all.filter(({ role, name }) => role === 'prediction' || name === 'score')
    return { baseline, scale, columns, all, inputs: (profiles) => performanceSums(profiles, all, scale) }
  }
  const { deciding, features } = conceptColumns(all)
  const column = [...deciding, ...features].find(({ name }) => name === result.column)
  const columns = column === undefined ? [] : [column]
  return { baseline, scale, columns, all, inputs: (profiles) => columnSums(profiles, column!, scale) }
}

/** Against the rows themselves. */
async function recounted(
  store: Store,
  model: Model,
  { columns, scale, all, inputs }: Source,
  stored: object,
  rows: CountedRows,
): Promise<Check> {
  const found = await countLabelled(store, model, rows, { scale, columns, losses: all })
  const isEmpty = JSON.stringify(inputs([])) === JSON.stringify(stored)
  if (found === undefined) return isEmpty ? { status: 'agrees' } : NO_ROWS
  return checked(sumDifferences(stored, inputs(found)))
}

/** Against the baseline as it is stored. */
function reread(
  { baseline, inputs }: Source,
  stored: object,
  found: readonly LabelledColumn[],
  { baseline: { hash } }: StoredResult,
): Check {
  const renamed = baseline.hash === hash ? [] : [{ what: 'hash', stored: hash, recomputed: baseline.hash }]
  return checked([...renamed, ...sumDifferences(stored, inputs(found))])
}
