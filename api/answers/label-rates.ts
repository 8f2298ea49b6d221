import type { ConceptInput } from '../../detectors/concept/cell.ts'
import type { ConceptJudgement } from '../../detectors/concept/judge-concept.ts'
import { labelRates, type LabelRateBin } from '../../detectors/concept/label-rates.ts'
import type { LabelScale } from '../../store/labelled/label-scale.ts'
import type { StoredResult } from '../../store/results/result-detail.ts'

/** What each bin had to say on the concept; none where it was not compared, or its bins are no longer stored. */
export function labelRatesOf({ kind, bins, inputs, evaluation }: StoredResult) {
  if (kind !== 'concept' || bins === null || inputs === null) return []
  const { change, scale } = evaluation as ConceptJudgement & { scale: LabelScale }
  if (change === undefined) return []
  return labelRates(inputs as ConceptInput, change, { binning: bins, scale }).map(toAnswer)
}

function toAnswer({ pValue, ...bin }: LabelRateBin) {
  return { ...bin, p_value: pValue }
}
