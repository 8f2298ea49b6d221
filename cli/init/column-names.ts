import type { Outcome, OutcomeColumns } from '../../ingest/baseline/outcome-columns.ts'
import type { Field, FieldColumns } from '../replay/fields.ts'

/** What columns are often called, the likeliest first. Case, spaces, "_", "-" and "." do not count. */
const NAMES: Record<Exclude<Field, 'model' | 'shadow' | 'labelled_at'>, readonly string[]> = {
  id: ['id', 'predictionid', 'requestid', 'eventid', 'inferenceid', 'traceid', 'rowid', 'uuid', 'key'],
  ts: ['ts', 'timestamp', 'predictedat', 'predictiontime', 'scoredat', 'scoringtime', 'eventtime', 'createdat', 'datetime', 'time', 'date'], // prettier-ignore
  version: ['version', 'modelversion'],
  prediction: ['prediction', 'predicted', 'pred', 'yhat', 'ypred', 'predictedlabel', 'predictedclass', 'modeloutput', 'output'], // prettier-ignore
  score: ['score', 'probability', 'proba', 'prob', 'predictproba', 'yscore', 'yproba', 'confidence'],
  label: ['label', 'target', 'y', 'ytrue', 'actual', 'groundtruth', 'outcome', 'class', 'species'],
}

const plain = (name: string) => name.toLowerCase().replaceAll(/[\s_.-]+/g, '')

/** The column that is called as fields of this kind often are; undefined where none is. */
function named(field: keyof typeof NAMES, columns: readonly string[]): string | undefined {
  const byName = new Map(columns.map((column) => [plain(column), column]).reverse() as [string, string][])
  return columns.includes(field) ? field : NAMES[field].flatMap((name) => byName.get(name) ?? []).at(0)
}

/** Which columns of a training file hold prediction, score and label, as far as their names say so. */
export function guessOutcomes(columns: readonly string[], told: OutcomeColumns = {}): OutcomeColumns {
  return guess(['prediction', 'score', 'label'] as const, columns, told)
}

/** The same of a log of predictions, which also says which prediction a row is of, and when it was made. */
export function guessFields(columns: readonly string[], features: ReadonlySet<string>): FieldColumns {
  // A feature of the model is a feature in its log as well.
  const others = columns.filter((column) => !features.has(column))
  return guess(['id', 'ts', 'version', 'prediction', 'score', 'label'] as const, others, {})
}

function guess<Name extends keyof typeof NAMES | Outcome>(
  names: readonly Name[],
  columns: readonly string[],
  told: Readonly<Partial<Record<Name, string>>>,
): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = { ...told }
  for (const name of names) {
    const taken = new Set(Object.values<string | undefined>(found))
    const column = found[name] ?? named(name, columns.filter((one) => !taken.has(one))) // prettier-ignore
    if (column !== undefined) found[name] = column
  }
  return found
}
