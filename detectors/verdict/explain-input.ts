import { readInputProblems, type FieldProblem } from '../../store/events/input-problems.ts'
import type { ColumnEvaluation } from './evaluate.ts'
import { count } from './phrases.ts'
import type { Finding, RunRequest } from '../run/run-request.ts'

/** Fields and reasons that are looked through. */
const MAX_PROBLEMS = 10_000

/** What values that cannot be used came as, by the reason that the intake gives. */
const CAME_AS: Record<string, (example: string) => string> = {
  text_for_number: (example) => `came as text${example}; a number was declared`,
  boolean_for_number: (example) => `came as true or false${example}; a number was declared`,
  nested_value: (example) => `came as a list or an object${example}; a single value was declared`,
  not_finite: (example) => `are no finite numbers${example}`,
  too_long: () => 'are texts of more than 1,000 characters',
  out_of_range: (example) => `lie outside of 0 to 1${example}`,
  scores_incomplete: (example) => `lack the score of a class${example}`,
}

/**
 * Adds to the explanations of columns that are missing from many rows what came in place of their values, where the
 * intake has counted it. Reads the counts of a window once; what is counted is the whole model.
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
    ? `None of the ${count(missing)} rows of the window has a value that can be used.`
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
      return `${rows} rows had it beside "features" in place of inside.`
    if (reason === 'unknown_feature' && resembles === column)
      return `${rows} rows had "${problem.field.slice('features.'.length)}", which is not declared and resembles it.`
    return []
  })
}
