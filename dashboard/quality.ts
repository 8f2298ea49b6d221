import type { z } from 'zod'
import type { Findings } from '../api/contract/data-quality/findings.ts'
import type { modelDeclaration } from '../api/contract/models.ts'
import type { QualityShare } from '../charts/quality/data.ts'
import { formatCount, formatNumber, formatPercent } from '../charts/format.ts'
import {
  columnOfFinding,
  isColumnFinding,
  isModelFinding,
  MAX_LISTED_VALUES,
  type ColumnFindingName,
} from '../domain/data-finding.ts'
import { QUALITY_THRESHOLDS } from '../domain/quality-thresholds.ts'
import { plural } from './format.ts'

/** A feature as it is declared. */
export type Feature = Exclude<z.input<typeof modelDeclaration>['features'][string], string>

const FINDINGS: Record<string, string> = {
  schema: 'no longer arrives',
  invalid: 'unusable values',
  skew: 'training-serving skew',
  missing: 'missing values',
  range: 'out of range',
  unseen: 'unseen categories',
  constant: 'always the same value',
  unknown_features: 'undeclared features',
  volume: 'volume',
  duplicates: 'duplicates',
  labels_late: 'late labels',
  no_data: 'no data',
  error: 'monitor fails',
}

/** What is wrong with data, in a word or two. */
export const findingName = (finding: string): string =>
  Object.hasOwn(FINDINGS, finding) ? FINDINGS[finding] : finding

/** What a list of offending values leaves out, in a sentence; empty where that is nothing. */
export function otherValuesWords(
  finding: string,
  { affected, values }: { affected: number; values: readonly { rows: number }[] },
): string {
  // A row can have several undeclared features, so that what is left of the rows says nothing.
  if (finding === 'unknown_features')
    return values.length < MAX_LISTED_VALUES ? '' : `The ${values.length} most frequent names are listed.`
  const others = affected - values.reduce((sum, { rows }) => sum + rows, 0)
  if (others <= 0) return ''
  return `${plural(others, 'more row')} ${others === 1 ? 'has' : 'have'} another value or none.`
}

/** What the share of each finding is called in the answers of the API. */
const SHARE_OF: Partial<Record<ColumnFindingName, QualityShare>> = {
  missing: 'missing',
  invalid: 'invalid',
  range: 'out_of_range',
  unseen: 'unseen',
  skew: 'skew',
}

/** A finding that a column is checked for, its share in a window, and from which share on it counts. */
export interface CheckedShare {
  finding: ColumnFindingName
  share: number
  warning: string
  critical: string
}

type Column = Findings['columns'][number]

/** What was counted of a column in one cell, and the thresholds of each. */
export function checkedShares(column: Column, cell: number, feature: Feature | undefined): CheckedShare[] {
  return (Object.entries(SHARE_OF) as [keyof typeof QUALITY_THRESHOLDS, QualityShare][]).flatMap(
    ([finding, name]) => {
      const share = column[name][cell] ?? null
      if (share === null) return []
      const [warning, critical] = (['warning', 'critical'] as const).map((severity) => {
        const points = QUALITY_THRESHOLDS[finding][severity]
        if (finding !== 'range' || declaredRules(feature).length === 0) return pointsText(finding, points)
        const tolerance = feature?.tolerance ?? 0
        return severity === 'warning'
          ? `over ${formatPercent(tolerance)}`
          : `from ${formatPercent(tolerance + points)}`
      })
      return [{ finding, share, warning, critical }]
    },
  )
}

function pointsText(finding: ColumnFindingName, share: number): string {
  const points = Math.round(100 * share)
  return `${finding === 'missing' ? '±' : '+'}${points} ${points === 1 ? 'point' : 'points'}`
}

/** What is declared of the values of a feature, each rule in a few words. */
export function declaredRules(feature: Feature | undefined): string[] {
  if (feature === undefined) return []
  const { min, max, allowed, pattern, required } = feature
  return [
    ...(min === undefined ? [] : [`at least ${formatNumber(min)}`]),
    ...(max === undefined ? [] : [`at most ${formatNumber(max)}`]),
    ...(allowed === undefined ? [] : [`one of ${formatCount(allowed.length)} allowed values`]),
    ...(pattern === undefined ? [] : [`matching ${pattern}`]),
    ...(required === true ? ['required'] : []),
  ]
}

/** Whether rows can be shown of a finding. */
export const hasRows = (finding: string | undefined): finding is ColumnFindingName | 'unknown_features' =>
  finding === 'unknown_features' || isColumnFinding(finding)

/** What a member of an alert on data is about: `age: out of range`, or `late labels`. */
export function dataMemberName({
  column,
  finding,
}: {
  column: string
  finding?: string | undefined
}): string {
  if (isModelFinding(column) || column === 'no_data' || column === 'error') return findingName(column)
  const name = columnOfFinding(column).column
  return finding === undefined ? name : `${name}: ${findingName(finding)}`
}
