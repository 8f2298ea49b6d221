export const MAX_ALLOWED = 1000
export const MAX_PATTERN = 500
export const TOO_MANY_ALLOWED = `list at most ${MAX_ALLOWED} values; for more, use a pattern`

/** What JavaScript's expressions have and those of the store, RE2, do not. */
const NOT_IN_RE2 = /\(\?(?:[=!]|<[=!])|\\[1-9]|\\k</

/** What is wrong with a regular expression that the store is to take as well. */
export function patternProblem(pattern: string): string | undefined {
  if (NOT_IN_RE2.test(pattern)) return 'lookarounds and back-references are not supported (RE2 syntax)'
  try {
    new RegExp(pattern)
    return undefined
  } catch (error) {
    return `this is not a regular expression: ${(error as Error).message}`
  }
}

/** What must hold of the values of a feature, whatever its baseline was like. */
export interface Constraints {
  /** The smallest value; of numeric features. */
  min?: number | undefined
  max?: number | undefined
  /** The only values; of categorical features in canonical spelling. */
  allowed?: readonly (string | number)[] | undefined
  /** What a whole value must match, RE2; of categorical features. */
  pattern?: string | undefined
  /** Whether each row must have a value. */
  required?: boolean | undefined
  /** The share of rows, in [0, 1], that may violate the others without a finding. */
  tolerance?: number | undefined
}

/** The rules in the order in which violations are counted. */
export const RULES = ['min', 'max', 'allowed', 'pattern', 'required'] as const
export type Rule = (typeof RULES)[number]

/** The rules that are declared. */
export function rulesIn(constraints: Constraints): Rule[] {
  return RULES.filter((rule) => constraints[rule] !== undefined && constraints[rule] !== false)
}

interface Given extends Omit<Constraints, 'allowed'> {
  kind: 'numeric' | 'categorical'
  allowed?: readonly (string | number | boolean)[] | undefined
}

/** What is wrong with constraints beside the form of each: the field, and one sentence. */
export function constraintProblems(given: Given): { field: keyof Constraints; message: string }[] {
  const { kind, min, max, allowed, pattern, tolerance } = given
  const problems: { field: keyof Constraints; message: string }[] = []
  const add = (field: keyof Constraints, message: string) => void problems.push({ field, message })
  if (kind === 'categorical') {
    if (min !== undefined) add('min', 'only a numeric feature has a minimum')
    if (max !== undefined) add('max', 'only a numeric feature has a maximum')
  } else {
    if (pattern !== undefined) add('pattern', 'only a categorical feature has a pattern')
    if (allowed?.some((value) => typeof value !== 'number'))
      add('allowed', 'the allowed values of a numeric feature are numbers')
  }
  if (min !== undefined && max !== undefined && min > max)
    add('min', 'the minimum must not exceed the maximum')
  if (tolerance !== undefined && rulesIn(given as Constraints).length === 0)
    add('tolerance', 'a tolerance needs one of min, max, allowed, pattern or required')
  return problems
}

/** What is wrong with the form of each constraint by itself: the field, and one sentence. */
export function formProblems(given: Given): { field: keyof Constraints; message: string }[] {
  const { min, max, tolerance, allowed, pattern } = given
  const problems: { field: keyof Constraints; message: string }[] = []
  const add = (field: keyof Constraints, message: string) => void problems.push({ field, message })
  for (const [field, value] of Object.entries({ min, max, tolerance }))
    if (value !== undefined && !Number.isFinite(value))
      add(field as keyof Constraints, 'write a number, such as 0.5')
  if (tolerance !== undefined && (tolerance < 0 || tolerance > 1))
    add('tolerance', 'write a share between 0 and 1')
  if (allowed?.some((value) => typeof value === 'number' && !Number.isFinite(value)))
    add('allowed', 'write a number on each line')
  if ((allowed?.length ?? 0) > MAX_ALLOWED) add('allowed', TOO_MANY_ALLOWED)
  if (pattern !== undefined) {
    const wrong =
      pattern.length > MAX_PATTERN ? `write at most ${MAX_PATTERN} characters` : patternProblem(pattern)
    if (wrong !== undefined) add('pattern', wrong)
  }
  return problems
}
