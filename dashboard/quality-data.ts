import type { QualityData } from '../charts/quality/data.ts'
import type { Answer } from './queries/answer.ts'
import { declaredRules, type Feature } from './quality.ts'

/** What the chart of a column shows, cell by cell. */
export function qualityData(
  windowEnds: readonly string[],
  {
    column,
    severities,
    missing,
    invalid,
    out_of_range,
    unseen,
    skew,
  }: Answer<'getFindings'>['columns'][number],
  feature: Feature | undefined,
): QualityData {
  const tolerance = declaredRules(feature).length > 0 ? feature?.tolerance : undefined
  return {
    column,
    points: windowEnds.map((windowEnd, i) => ({
      windowEnd,
      severity: severities[i],
      missing: missing[i],
      invalid: invalid[i],
      out_of_range: out_of_range[i],
      unseen: unseen[i],
      skew: skew[i],
    })),
    ...(tolerance ? { tolerance } : {}),
  }
}
