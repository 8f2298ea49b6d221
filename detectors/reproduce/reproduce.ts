import { DATA_KIND } from '../../domain/drift-kind.ts'
import { listBaselines, type Baseline } from '../../control/declared/baselines.ts'
import { baselineColumn, baselineSegments, type BaselineColumn } from '../../store/profiles/baselines.ts'
import type { ColumnProfile } from '../../store/profiles/binning.ts'
import { classScoreColumn, scoredClass } from '../../store/profiles/class-scores.ts'
import { countColumn } from '../../store/profiles/column-count.ts'
import { modelColumns, type Column, type Model } from '../../control/declared/model.ts'
import type { BinnedColumn } from '../../store/profiles/profile-sql.ts'
import type { StoredResult } from '../../store/results/result-detail.ts'
import type { Store } from '../../store/engine/client.ts'
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
import { evaluationDifferences, profileDifferences, type Difference } from './differences.ts'
import type { ColumnEvaluation } from '../verdict/evaluate.ts'
import { NO_BINS, reevaluate, toProfile } from './reevaluate.ts'
import { storedUnseen } from '../run/name-unseen.ts'
import { reproduceExpected } from './reproduce-expected.ts'
import { reproduceQuality } from './reproduce-quality.ts'
import { reproduceLabelled } from './reproduce-labelled.ts'
import { storedProfile } from '../run/stored-profile.ts'

/**
 * Computes a stored result again, from its own arrays and from what these were counted from. Rows or labels that came
 * after the result make the latter differ. Stores nothing.
 * @param model as it is declared now; undefined where it was removed
 */
export async function reproduce(
  store: Store,
  model: Model | undefined,
  result: StoredResult,
): Promise<Reproduction> {
  if (result.kind === 'concept' || result.kind === 'performance')
    return reproduceLabelled(store, model, result)
  if (result.kind === 'expected_performance') return reproduceExpected(store, model, result)
  if (result.kind === DATA_KIND) return reproduceQuality(store, model, result)
  const { bins, baseline, window } = result
  if (bins === null) return { evaluation: NO_BINS, window: NO_BINS, baseline: NO_BINS }
  const column = model && columnOf(model, result)
  const binned = column?.kind === bins.kind ? { ...column, binning: bins } : undefined
  const rows = model === undefined ? undefined : await countedRows(store, model, result)
  return {
    evaluation: reevaluate(result),
    window: await withNames(
      await recount(store, model, binned, toProfile(window.profile), rows?.window),
      () => renamed(store, result, binned!, rows!.window),
    ),
    baseline:
      baseline.hours === null
        ? await reread(store, model, column, result)
        : await recount(store, model, binned, toProfile(baseline.profile), rows?.baseline),
  }
}

/** Scores are a form of prediction: their results are of that kind, under their own column name. */
export function columnOf(model: Model, { kind, column }: StoredResult): Column | undefined {
  const category = kind === 'prediction' && model.task === 'multiclass' ? scoredClass(column) : undefined
  if (category !== undefined) return classScoreColumn(category)
  const role = kind === 'prediction' ? column : kind
  return modelColumns(model).find((one) => one.role === role && one.name === column)
}

/** Against the rows themselves. */
async function recount(
  store: Store,
  model: Model | undefined,
  column: BinnedColumn | undefined,
  stored: ColumnProfile,
  rows: CountedRows | undefined,
): Promise<Check> {
  if (model === undefined) return NO_MODEL
  if (column === undefined) return NO_COLUMN
  if (rows === undefined) return NO_SEGMENT
  const counted = await countColumn(store, { model: model.name, column, ...rows })
  if (counted !== undefined) return checked(profileDifferences(stored, counted))
  return stored.counts.some((count) => count > 0) ? NO_ROWS : { status: 'agrees' }
}

/** Where the rows are there to be counted, names are compared as well. */
async function withNames(check: Check, renamed: () => Promise<Difference[]>): Promise<Check> {
  if (check.status === 'unavailable') return check
  const differences = check.status === 'differs' ? check.differences : []
  return checked([...differences, ...(await renamed())])
}

/** Names of what the baseline does not have, against the rows themselves. */
async function renamed(
  store: Store,
  { model, evaluation, baseline, window }: StoredResult,
  column: BinnedColumn,
  rows: CountedRows,
): Promise<Difference[]> {
  const { unseenValues } = evaluation as ColumnEvaluation
  if (unseenValues === undefined) return []
  const [b, c] = [baseline, window].map(({ profile }) => toProfile(profile))
  const found = await storedUnseen(
    store,
    { model, column, ...rows },
    { binning: column.binning, baseline: b, window: c },
  )
  return evaluationDifferences({ unseen_values: unseenValues }, { unseen_values: found })
}

/** Against the baseline as it is stored. */
async function reread(
  store: Store,
  model: Model | undefined,
  column: Column | undefined,
  { segment, baseline: { version, hash, profile } }: StoredResult,
): Promise<Check> {
  if (model === undefined) return NO_MODEL
  if (column === undefined) return NO_COLUMN
  const baseline = (await listBaselines(store.control, model.name)).find((one) => one.version === version)
  const found = baseline && (await baselineColumn(store, baseline, column))
  if (baseline === undefined || found === undefined)
    return unavailable(`baseline ${version} is no longer stored`)
  const own = segment === '' ? found.profile : await segmentProfile(store, baseline, found, segment)
  const magnitudes = own.sums.map(Math.abs)
  const renamed = baseline.hash === hash ? [] : [{ what: 'hash', stored: hash, recomputed: baseline.hash }]
  const differences = profileDifferences(toProfile(profile), { ...own, magnitudes })
  return checked([...renamed, ...differences])
}

async function segmentProfile(
  store: Store,
  baseline: Baseline,
  column: BaselineColumn,
  segment: string,
): Promise<ColumnProfile> {
  const [found] = await baselineSegments(store, baseline, [segment], column)
  return storedProfile(found?.profile, column)
}
