import type { OutcomeColumns } from '../../ingest/baseline/outcome-columns.ts'
import { listed } from '../compare/names.ts'
import { plural } from '../shared/text.ts'
import type { Log } from './log.ts'
import { MIN_ROWS } from './windows.ts'

/** What of a log does not fit the model, in sentences. */
export function logNotes(log: Log | undefined, features: ReadonlySet<string>): string[] {
  if (log === undefined) return []
  const logged = new Set(log.features)
  const absent = [...features].filter((name) => !logged.has(name))
  const unknown = log.features.filter((name) => !features.has(name))
  const { id, ts } = log.columns
  return [
    ...(id === undefined ? ['The log has no column that looks like the id of a prediction. Every prediction needs one.'] : []), // prettier-ignore
    ...(ts === undefined ? ['The log has no column that looks like the time of a prediction. Every prediction needs one.'] : []), // prettier-ignore
    ...(ts !== undefined && log.traffic === undefined
      ? [`The column ${listed([ts])} of the log holds no times.`]
      : []),
    ...(absent.length === 0 ? [] : [`In the training file, but not in the log: ${listed(absent)}. Check their spelling: a feature that is not logged counts as missing.`]), // prettier-ignore
    ...(unknown.length === 0 ? [] : [`In the log, but no feature of the model: ${listed(unknown)}.`]),
  ]
}

/** What of the training file leaves checks without a basis, in sentences. */
export function trainingNotes(rows: number, columns: OutcomeColumns): string[] {
  const hasAny =
    columns.label !== undefined || columns.prediction !== undefined || columns.score !== undefined
  return [
    ...(rows < MIN_ROWS ? [`The training file has ${plural(rows, 'row')}. A baseline needs ${MIN_ROWS} for a verdict.`] : []), // prettier-ignore
    ...(hasAny ? [] : ['No column looks like a label, prediction or score. If one is, say so: --column label=NAME.']), // prettier-ignore
  ]
}
