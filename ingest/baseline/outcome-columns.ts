import type { ColumnNaming } from '../files/files.ts'

/** What a file can say of a prediction besides features. */
export const OUTCOMES = ['prediction', 'score', 'label'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** The columns of a file that hold the outcomes, where they are not called so. */
export type OutcomeColumns = Readonly<Partial<Record<Outcome, string>>>

/** Reads each of these columns under the name of its outcome, and all others under their own. */
export function outcomeNaming(columns: OutcomeColumns): ColumnNaming {
  const given = OUTCOMES.flatMap((outcome) => {
    const column = columns[outcome]
    return column === undefined || column === outcome ? [] : [{ outcome, column }]
  })
  const byColumn = new Map(given.map(({ outcome, column }) => [column, outcome]))
  return {
    nameOf: (column) => byColumn.get(column) ?? column,
    problem(names) {
      if (byColumn.size < given.length) return 'one column cannot be several of prediction, score and label'
      const present = new Set(names)
      for (const { outcome, column } of given) {
        if (!present.has(column)) return `there is no column "${column}" for the ${outcome}`
        if (present.has(outcome) && !byColumn.has(outcome))
          return `the file has a column "${outcome}" already, so "${column}" cannot be read as the ${outcome}; rename one of them`
      }
      return undefined
    },
  }
}
