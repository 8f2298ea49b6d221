import type { Model } from '../../control/declared/model.ts'
import type { SeenVersion } from '../../control/registry/versions.ts'
import { DAY_MS } from '../../domain/time.ts'
import { baselineFromWindow } from '../../ingest/baseline/baseline.ts'
import type { Store } from '../../store/engine/client.ts'
import { firstHourOf } from '../../store/events/predictions.ts'
import type { VersionBaseline } from '../baseline/version-baseline.ts'

/** A baseline of the first day of a version's predictions since it was seen; undefined before that day is over. */
export async function firstDayBaseline(
  store: Store,
  model: Model,
  { registered, version, seenAt }: SeenVersion,
  now: Date,
): Promise<VersionBaseline | undefined> {
  const from = await firstHourOf(store, model.name, version, seenAt)
  if (from === undefined || from.getTime() + DAY_MS > now.getTime()) return undefined
  const window = {
    from: from.toISOString(),
    to: new Date(from.getTime() + DAY_MS).toISOString(),
    version,
  }
  const name = `${registered.slice(0, 60)} ${version.slice(0, 20)}, first day`
  const made = await baselineFromWindow(store, { model, name, source: { window }, now })
  // Asked again at the next look, when they may have stopped arriving.
  if (made.status === 'changing') return undefined
  return made.status === 'created'
    ? { outcome: 'there', baseline: made.baseline }
    : { outcome: 'none', reason: made.reason }
}
