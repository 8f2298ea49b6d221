import type { ModelFindingName, QualitySummary } from '../../domain/data-finding.ts'

const CHECKED: Record<ModelFindingName | 'constant' | 'skew', string> = {
  constant: 'columns that stay the same',
  skew: 'skew',
  unknown_features: 'undeclared features',
  freshness: 'the freshness',
  volume: 'the volume',
  duplicates: 'duplicates',
  labels_late: 'late labels',
}

/** How a window's check of quality ended, in one sentence. */
export function summarySentence({ columns, model, undecided }: QualitySummary): string {
  const findings = model.length + columns.reduce((sum, column) => sum + column.findings.length, 0)
  const found = findings === 0 ? 'Nothing is wrong' : `${findings} ${findings === 1 ? 'finding' : 'findings'}`
  const few = columns.filter(({ decided }) => !decided).length
  const left = [
    ...(few === 0 ? [] : [`${few} of the columns, which have too few rows`]),
    ...undecided.map(({ finding, until }) => `${CHECKED[finding]}, until ${until}`),
  ]
  const not = left.length === 0 ? '' : ` Not checked: ${left.join('; ')}.`
  return `${found} in ${columns.length} columns and the traffic.${not}`
}
