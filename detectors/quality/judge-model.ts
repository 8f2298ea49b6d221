import { quoted } from '../../domain/printable.ts'
import type { Severity } from '../../domain/severity.ts'
import { closest } from '../../domain/suggest.ts'
import { gradeOf } from '../verdict/decide.ts'
import { percent } from '../verdict/phrases.ts'
import type { QualityFinding } from '../../domain/data-finding.ts'

/** Undeclared features of so large a share of rows are a finding. */
const UNKNOWN_FROM = 0.01
const MAX_NAMED = 5
/** The share of ids that occur in another hour as well. */
const DUPLICATE_THRESHOLDS = { warning: 0.01, critical: 0.1 }

/** What is not declared and arrives all the same, by name with the rows that have it. Pure. */
export function judgeUnknownFeatures(
  unknown: ReadonlyMap<string, number>,
  rows: number,
  declared: readonly string[],
): QualityFinding<'unknown_features'> | undefined {
  const often = [...unknown]
    .map(([name, n]) => ({ name, share: Math.min(1, n / rows) }))
    .filter(({ share }) => reaches(share, rows, UNKNOWN_FROM))
    .sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1))
  if (rows === 0 || often.length === 0) return undefined
  const named = often.slice(0, MAX_NAMED).map(({ name, share }) => {
    const alike = closest(name, declared)
    const hint = alike === undefined ? '' : `, which resembles ${quoted(alike)}`
    return `${quoted(name)} in ${percent(share)} of rows${hint}`
  })
  const more = often.length > named.length ? `, and ${often.length - named.length} more` : ''
  return {
    finding: 'unknown_features',
    severity: 'warning',
    share: often[0].share,
    expected: 0,
    explanation: `Features that are not declared arrive, and are not stored: ${named.join('; ')}${more}. Declare them, correct their names, or set \`unknown_features: ignore\`.`,
  }
}

/** Whether a share is within a standard error of a threshold: whoever is at it would be found half of the time. */
function reaches(share: number, n: number, threshold: number): boolean {
  return share + Math.sqrt((share * (1 - share)) / n) >= threshold
}

/** Of a sample: ids that were looked up, and those that occur in another hour, or row, as well. */
export interface Reused {
  looked: number
  reused: number
}

/** Whether the same ids come in more than one hour. Pure. */
export function judgeDuplicates(counted: Reused, minRows: number): QualityFinding<'duplicates'> | undefined {
  const found = gradeDuplicates(counted, minRows)
  if (found === undefined) return undefined
  const explanation = `${percent(found.share)} of ids occur in another hour as well, so their labels cannot be told apart. Give each prediction an id of its own.`
  return { finding: 'duplicates', ...found, expected: 0, explanation }
}

/** How grave the share of ids is that do not stand for one row; undefined for nothing, or too few ids to tell. */
export function gradeDuplicates(
  { looked, reused }: Reused,
  minRows: number,
  expected = 0,
): { severity: Severity; share: number } | undefined {
  if (looked < minRows) return undefined
  const share = reused / looked
  const severity = gradeOf(share - expected, DUPLICATE_THRESHOLDS)
  if (severity !== 'ok') return { severity, share }
  return reaches(share, looked, expected + DUPLICATE_THRESHOLDS.warning)
    ? { severity: 'warning', share }
    : undefined
}
