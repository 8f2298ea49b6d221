import { readInputProblems, type FieldProblem } from '../../store/events/input-problems.ts'
import type { ColumnEvaluation } from './evaluate.ts'
import { count } from './phrases.ts'
import type { Finding, RunRequest } from '../run/run-request.ts'

/** Fields and reasons that are looked through. */
const MAX_PROBLEMS = 10_000

/** What is wrong with unusable values, by the reason that the intake gives. */
const CAME_AS: Record<string, (example: string) => string> = {
  text_for_number: (example) => `arrived as text${example}, but a number is declared`,
  boolean_for_number: (example) => `arrived as true or false${example}, but a number is declared`,
  nested_value: (example) => `arrived as a list or an object${example}, but a single value is declared`,
  not_finite: (example) => `are not finite numbers${example}`,
  too_long: () => 'are longer than 1,000 characters',
  out_of_range: (example) => `are outside the range 0 to 1${example}`,
  scores_incomplete: (example) => `lack a score for one of the classes${example}`,
}

/**
 * Adds to the explanations of columns that are missing from many rows what arrived instead of their values, if the
 * intake counted it. Reads the counts of a window once; they cover the whole model.
 */
export async function explainInput(
  { store, model, end }: Pick<RunRequest, 'store' | 'model' | 'end'>,
  findings: readonly Finding[],
): Promise<Finding[]> {
  const read = new Map<number, Promise<FieldProblem[]>>()
  const problemsSince = (start: Date) => {
    const found =
      read.get(start.getTime()) ??
      readInputProblems(store, model.name, { from: start, to: end }, { limit: MAX_PROBLEMS })
    read.set(start.getTime(), found)
    return found
  }
  return Promise.all(
    findings.map(async (finding) => {
      const missing = missingRows(finding)
      if (missing === undefined) return finding
      const said = sentences(finding, missing, await problemsSince(finding.start))
      if (said.length === 0) return finding
      return { ...finding, explanation: [beginning(finding, missing), ...said].join(' ') }
    }),
  )
}

/** Where no row has a value, that they are missing would be the wrong word. */
function beginning({ reason, explanation }: Finding, missing: number): string {
  return reason === 'all_missing'
    ? `None of the ${count(missing)} rows in the window has a usable value.`
    : explanation
}

/** The rows without a value, where those are the reason of the verdict or most of the rows. */
function missingRows({ kind, reason, evaluation }: Finding): number | undefined {
  if (kind !== 'feature' && kind !== 'prediction') return undefined
  const { n, missing } = (evaluation as ColumnEvaluation).window
  const isReason = reason === 'missing' || reason === 'all_missing'
  return missing > 0 && (isReason || 2 * missing >= n) ? missing : undefined
}

function sentences({ kind, column }: Finding, missing: number, problems: readonly FieldProblem[]): string[] {
  const field = kind === 'feature' ? `features.${column}` : column
  return problems.flatMap((problem) => {
    const { reason, example, events, resembles } = problem
    // Of events that were delivered again there are fewer rows.
    const rows = count(Math.min(events, missing))
    const cameAs = Object.hasOwn(CAME_AS, reason) ? CAME_AS[reason] : undefined
    if (problem.field === field && cameAs !== undefined)
      return `${rows} of the ${count(missing)} missing values ${cameAs(example === '' ? '' : `, such as ${example}`)}.`
    if (kind !== 'feature') return []
    if (reason === 'feature_at_top_level' && problem.field === column)
      return `${rows} rows had it next to "features" instead of inside it.`
    if (reason === 'unknown_feature' && resembles === column)
      return `${rows} rows had "${problem.field.slice('features.'.length)}", which is not declared but has a similar name.`
    return []
  })
}
