import { QUALITY_SHARES, SHARE_NAMES, type QualityData } from '../charts/quality/data.ts'
import { tableColumn, type Table } from '../charts/table.ts'
import type { Answer } from './queries/answer.ts'
import { declaredRules, findingName, type Feature } from './quality.ts'

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

/** The shares of each column in the newest window, and what is wrong with them. */
export const findingsTable = (columns: Answer<'getFindings'>['columns']): Table => ({
  columns: [
    tableColumn('Column'),
    tableColumn('Finding'),
    ...QUALITY_SHARES.map((name) => tableColumn(SHARE_NAMES[name], 'share')),
  ],
  rows: columns.map((one) => [
    one.column,
    one.findings.map(({ finding, severity }) => `${findingName(finding)} (${severity})`).join('; '),
    ...QUALITY_SHARES.map((name) => one[name].at(-1) ?? null),
  ]),
})
