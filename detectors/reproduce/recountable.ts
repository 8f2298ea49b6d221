import { listBaselines, type Baseline } from '../../control/declared/baselines.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Store } from '../../store/engine/client.ts'
import { baselineColumns, type BaselineColumn } from '../../store/profiles/baselines.ts'
import type { StoredResult } from '../../store/results/result-detail.ts'
import { NO_MODEL, unavailable, type Check, type Reproduction } from './check.ts'
import { reevaluate } from './reevaluate.ts'

/** What a result is counted again by, or all that can be said of it without. */
export type Recountable =
  | {
      status: 'found'
      evaluation: Check
      model: Model
      baseline: Baseline
      columns: readonly BaselineColumn[]
    }
  | { status: 'refused'; reproduction: Reproduction }

/** Finds what a result that was judged by its inputs was counted by. */
export async function recountable(
  store: Store,
  model: Model | undefined,
  result: StoredResult,
): Promise<Recountable> {
  const evaluation = reevaluate(result)
  const refuse = (why: Check) => ({ status: 'refused' as const, reproduction: neither(evaluation, why) })
  // Then nothing was counted either.
  if (result.inputs === null) return refuse(evaluation)
  if (model === undefined) return refuse(NO_MODEL)
  const { version } = result.baseline
  const baseline = (await listBaselines(store.control, model.name)).find((one) => one.version === version)
  if (baseline === undefined) return refuse(unavailable(`baseline ${version} is no longer stored`))
  const columns = await baselineColumns(store, model, baseline)
  return { status: 'found', evaluation, model, baseline, columns }
}

/** With neither side counted again, for one reason. */
export const neither = (evaluation: Check, why: Check): Reproduction => ({
  evaluation,
  window: why,
  baseline: why,
})
