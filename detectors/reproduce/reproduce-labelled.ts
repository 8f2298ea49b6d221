import type { Baseline } from '../../control/declared/baselines.ts'
import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import type { Store } from '../../store/engine/client.ts'
import { labelScale, type LabelScale } from '../../store/labelled/label-scale.ts'
import { countLabelled } from '../../store/labelled/labelled-count.ts'
import { readBaselineLabelled, type LabelledColumn } from '../../store/labelled/labelled-profiles.ts'
import type { Model } from '../../control/declared/model.ts'
import type { StoredResult } from '../../store/results/result-detail.ts'
import { checked, NO_COLUMN, NO_ROWS, NO_SEGMENT, type Check, type Reproduction } from './check.ts'
import { countedRows, type CountedRows } from './counted-rows.ts'
import { neither, recountable, type Recountable } from './recountable.ts'
import { conceptColumns } from '../run/find-concept.ts'
import { sumDifferences } from './differences.ts'
import { columnSums } from '../run/labelled-windows.ts'
import { performanceSums } from '../performance/sums.ts'

/** As `reproduce`, of a result that was judged by sums over labelled rows. */
export async function reproduceLabelled(
  store: Store,
  declared: Model | undefined,
  result: StoredResult,
): Promise<Reproduction> {
  const found = await recountable(store, declared, result)
  if (found.status === 'refused') return found.reproduction
  const { evaluation, model } = found
  const source = sourceOf(found, result)
  if (source === undefined) return neither(evaluation, NO_COLUMN)
  const { baseline, window } = result.inputs as Record<'baseline' | 'window', object>
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

type Found = Extract<Recountable, { status: 'found' }>

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

function sourceOf({ model, baseline, columns: all }: Found, result: StoredResult): Source | undefined {
  const label = all.find(({ role }) => role === 'label')
  if (label === undefined) return undefined
  const scale = labelScale(model.task, label.binning)
  if (result.kind === 'performance') {
    const columns = all.filter(({ role, name }) => role === 'prediction' || name === 'score')
    if (columns.length === 0) return undefined
    return { baseline, scale, columns, all, inputs: (profiles) => performanceSums(profiles, all, scale) }
  }
  const { deciding, features } = conceptColumns(all)
  const column = [...deciding, ...features].find(({ name }) => name === result.column)
  if (column === undefined) return undefined
  return {
    baseline,
    scale,
    columns: [column],
    all,
    inputs: (profiles) => columnSums(profiles, column, scale),
  }
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
