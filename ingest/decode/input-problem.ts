/** Why a value is not what was declared; the codes stand in answers, in metrics and on pages. */
export type ProblemReason =
  | 'unknown_feature'
  | 'unknown_key'
  | 'feature_at_top_level'
  | 'no_declared_feature'
  | 'text_for_number'
  | 'number_for_text'
  | 'boolean_for_number'
  | 'nested_value'
  | 'not_finite'
  | 'too_long'
  | 'out_of_range'
  | 'scores_incomplete'
  | 'scores_normalised'
  | 'no_prediction'
  | 'unseen_class'

/** Of a record that was taken: which field is not what was declared, why, and what came. */
export type FieldProblem = readonly [field: string, reason: ProblemReason, value: unknown]

/** Reasons of which the field is a name that nobody has declared. */
export const UNDECLARED: ReadonlySet<string> = new Set<ProblemReason>([
  'unknown_feature',
  'unknown_key',
  'feature_at_top_level',
])

/** What records that were taken say otherwise than it was declared: a field and a reason, with how many records. */
export interface InputWarning {
  field: string
  reason: ProblemReason
  count: number
  /** What came, cut to a bearable length: data of the users, to be escaped wherever it is shown. */
  example: string
  /** The declared name that the field resembles. */
  resembles?: string
}

/** Why a value that is neither absent nor of use cannot be. */
export function whyUnusable(value: unknown, wanted: 'numeric' | 'categorical'): ProblemReason {
  if (typeof value === 'object') return 'nested_value'
  if (typeof value === 'string') return wanted === 'numeric' ? 'text_for_number' : 'too_long'
  if (typeof value === 'boolean') return 'boolean_for_number'
  return 'not_finite'
}

/** One warning for each field and reason, the most frequent first. */
export function totalWarnings<Warning extends { field: string; reason: string; count: number }>(
  warnings: Iterable<Warning>,
): Warning[] {
  const totals = new Map<string, Warning>()
  for (const warning of warnings) {
    const key = `${warning.reason} ${warning.field}`
    const before = totals.get(key)
    totals.set(key, before === undefined ? warning : { ...before, count: before.count + warning.count })
  }
  return [...totals.values()].sort((a, b) => b.count - a.count)
}
