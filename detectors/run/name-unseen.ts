import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import type { Store } from '../../store/engine/client.ts'
import { rowsOfColumn, type CountQuery } from '../../store/profiles/column-count.ts'
import { frequentValues } from '../../store/profiles/frequent-values.ts'
import { rowsOfSegment } from '../../store/profiles/segment-sql.ts'
import type { SegmentColumn } from '../../control/declared/segment-column.ts'
import type { ColumnInput } from '../verdict/column-input.ts'
import { withUnseenValues, type ColumnEvaluation, type EvaluationRule } from '../verdict/evaluate.ts'
import type { Finding, RunRequest } from './run-request.ts'
import { WHOLE, type Slice } from './slices.ts'
import { MAX_NAMED, outsideOf, wantsNames, withShares, type UnseenValue } from '../verdict/unseen-values.ts'

/** Names what the baseline does not have, out of the stored rows of the window, where the verdict needs it. */
export async function nameUnseen(
  { store, model, end }: RunRequest,
  { slice = WHOLE, segments = [] }: { slice?: Slice; segments?: readonly SegmentColumn[] | undefined },
  columns: readonly BaselineColumn[],
  findings: readonly Finding[],
): Promise<Finding[]> {
  const segment = slice.segment === '' ? undefined : rowsOfSegment(segments, slice.segment)
  const named: Finding[] = []
  for (const [i, finding] of findings.entries()) {
    const column = columns[i]
    const input = { binning: column.binning, ...finding.profiles! }
    const evaluation = finding.evaluation as ColumnEvaluation
    const rule = finding.rule as EvaluationRule
    if (!wantsNames(evaluation, input, rule)) {
      named.push(finding)
      continue
    }
    const query = {
      model: model.name,
      column,
      spans: [{ from: finding.start, to: end }],
      version: slice.version === '' ? undefined : slice.version,
      segment,
    }
    const withNames = withUnseenValues(evaluation, input, rule, await storedUnseen(store, query, input))
    named.push({ ...finding, explanation: withNames.explanation, evaluation: withNames })
  }
  return named
}

/** The most frequent of them among the stored rows. */
export async function storedUnseen(
  store: Store,
  query: CountQuery,
  input: ColumnInput,
): Promise<UnseenValue[]> {
  const from = rowsOfColumn(store, query)
  if (from === undefined) return []
  const { slots } = outsideOf(input)
  return withShares(await frequentValues(store.read, from, query.column, slots, MAX_NAMED), input)
}
