import { listBaselines } from '../../control/declared/baselines.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Store } from '../../store/engine/client.ts'
import { baselineColumns } from '../../store/profiles/baselines.ts'
import type { StoredResult } from '../../store/results/result-detail.ts'
import { windowStart } from '../../domain/monitor-window.ts'
import type { QualityRule } from '../quality/judge-column.ts'
import { driftWindows } from '../run/drift-windows.ts'
import { findQuality } from '../run/quality/find-quality.ts'
import type { QualityMonitor } from '../run/quality/quality-request.ts'
import { WHOLE } from '../run/slices.ts'
import { checked, NO_MODEL, NO_ROWS, unavailable, type Reproduction } from './check.ts'
import { wordlessDifferences, type Difference } from './differences.ts'

const BY_HOUR = unavailable('data quality is judged from counts by hour, and these were compared above')

/** As the first version with such checks stored them. */
const NO_MONITOR = unavailable('the result does not say how its monitor was declared')

/** As `reproduce`, of a result of a check of quality, which is judged again from the counts that are kept by hour. */
export async function reproduceQuality(
  store: Store,
  model: Model | undefined,
  result: StoredResult,
): Promise<Reproduction> {
  if (model === undefined) return { evaluation: NO_MODEL, window: NO_MODEL, baseline: NO_MODEL }
  const { version, hash, hours } = result.baseline
  const baseline = (await listBaselines(store.control, model.name)).find((one) => one.version === version)
  if (baseline === undefined) {
    const gone = unavailable(`baseline ${version} is no longer stored`)
    return { evaluation: gone, window: BY_HOUR, baseline: gone }
  }
  const { monitor, ...rule } = result.rule as QualityRule & { monitor?: QualityMonitor }
  if (monitor === undefined) return { evaluation: NO_MONITOR, window: BY_HOUR, baseline: NO_MONITOR }
  const end = new Date(result.window_end)
  const columns = await baselineColumns(store, model, baseline)
  const request = { store, model, monitor, end }
  const sides = await driftWindows(request, baseline, [WHOLE], { withQuality: true })(WHOLE)(
    windowStart(monitor, end),
  )
  const findings = await findQuality(request, { baseline, columns }, sides, rule)
  const again = findings.find(({ column }) => column === result.column)
  const stored = { verdict: result.verdict, reason: result.reason, ...(result.evaluation as object) }
  const recomputed = {
    verdict: again?.verdict ?? 'ok',
    reason: again?.reason ?? '',
    ...(again?.evaluation as object | undefined),
  }
  const rows = (findings[0].evaluation as { rows: number }).rows
  return {
    evaluation: rows === 0 ? NO_ROWS : checked(wordlessDifferences(stored, recomputed)),
    window: BY_HOUR,
    // Where its hours move, the evaluation counted them again.
    baseline: checked(hours !== null || hash === baseline.hash ? [] : [otherHash(hash, baseline.hash)]),
  }
}

const otherHash = (stored: string, recomputed: string): Difference => ({ what: 'hash', stored, recomputed })
