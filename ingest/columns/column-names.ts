/** What columns are often called, the likeliest first. Case, spaces, "_", "-" and "." do not count. */
const NAMES = {
  id: ['id', 'predictionid', 'requestid', 'eventid', 'inferenceid', 'traceid', 'rowid', 'uuid', 'key'],
  ts: ['ts', 'timestamp', 'predictedat', 'predictiontime', 'scoredat', 'scoringtime', 'eventtime', 'createdat', 'datetime', 'time', 'date'], // prettier-ignore
  version: ['version', 'modelversion'],
  prediction: ['prediction', 'predicted', 'pred', 'yhat', 'ypred', 'predictedlabel', 'predictedclass', 'modeloutput', 'output'], // prettier-ignore
  score: ['score', 'probability', 'proba', 'prob', 'predictproba', 'yscore', 'yproba', 'confidence'],
  label: ['label', 'target', 'y', 'ytrue', 'actual', 'groundtruth', 'outcome', 'class', 'species'],
} as const
type Name = keyof typeof NAMES

const plain = (name: string) => name.toLowerCase().replaceAll(/[\s_.-]+/g, '')

/** The columns that are called as these fields often are; each is that of one field only. What is told already stands. */
export function columnsByName<Field extends Name>(
  fields: readonly Field[],
  columns: readonly string[],
  told?: Readonly<Partial<Record<Field, string>>>,
): Partial<Record<Field, string>> {
  const found: Partial<Record<Field, string>> = { ...told }
  for (const field of fields) {
    const taken = new Set(Object.values<string | undefined>(found))
    const free = columns.filter((column) => !taken.has(column))
    // Of two that differ by case or so, the first.
    const byName = new Map(free.toReversed().map((column) => [plain(column), column]))
    const column = free.includes(field) ? field : NAMES[field].flatMap((name) => byName.get(name) ?? []).at(0)
    if (found[field] === undefined && column !== undefined) found[field] = column
  }
  return found
}
