import type { KServeService, OutputKind } from '../../control/declared/kserve-service.ts'
import { show } from '../decode/fields.ts'
import { reject, type Rejection } from '../decode/outcome.ts'

/** What a prediction says, in our own shape. */
export interface Outcome {
  prediction?: unknown
  score?: unknown
  scores?: Record<string, unknown>
}

/** What the values of one output say of one instance. */
export function readOutput(
  kind: OutputKind,
  values: readonly unknown[],
  { classes = [] }: KServeService,
): { status: 'read'; outcome: Outcome } | Rejection {
  const read = (outcome: Outcome) => ({ status: 'read', outcome }) as const
  if (kind === 'scores') {
    return values.length === classes.length
      ? read({ scores: Object.fromEntries(classes.map((name, i) => [name, values[i]])) })
      : reject('bad_mapping', `the output has ${values.length} values per row, but ${classes.length} classes are declared`) // prettier-ignore
  }
  if (values.length !== 1)
    return reject(
      'bad_mapping',
      `the output has ${values.length} values per row, but a ${kind} is a single value`,
    )
  const [value] = values
  if (kind === 'score') return read({ score: value })
  if (kind !== 'class_index' || value === null) return read({ prediction: value })
  const named = typeof value === 'number' ? classes[value] : undefined
  return named === undefined
    ? reject('bad_mapping', `the output ${show(value)} is not an index of the ${classes.length} classes`)
    : read({ prediction: named })
}

/** Compiles what follows from the outputs: the score of the positive class, and the prediction where none says it. */
export function completer(
  { classes = [], positive, threshold }: KServeService,
  kinds: readonly OutputKind[],
): (outcome: Outcome) => Outcome {
  const isSaid = kinds.some((kind) => kind !== 'score' && kind !== 'scores')
  const negative = classes.length === 2 ? classes.find((name) => name !== positive) : undefined
  return ({ prediction, scores, ...said }) => {
    const score = said.score ?? (positive === undefined ? undefined : scores?.[positive])
    if (isSaid) return { prediction, score, scores }
    if (positive !== undefined && negative !== undefined && typeof score === 'number')
      return { prediction: score >= threshold ? positive : negative, score, scores }
    return { prediction: scores && mostProbable(scores), score, scores }
  }
}

/** Of scores that are not all known nobody can tell. */
function mostProbable(scores: Record<string, unknown>): string | undefined {
  let best: { name: string; score: number } | undefined
  for (const [name, score] of Object.entries(scores)) {
    if (typeof score !== 'number') return undefined
    if (best === undefined || score > best.score) best = { name, score }
  }
  return best?.name
}
