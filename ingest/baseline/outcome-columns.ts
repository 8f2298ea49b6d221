import { columnsByName } from '../columns/column-names.ts'
import type { ColumnNaming, Named } from '../files/files.ts'

/** What a file can say of a prediction besides features. */
export const OUTCOMES = ['prediction', 'score', 'label'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** The columns of a file that hold the outcomes, where they are not called so; an empty one is none. */
export type OutcomeColumns = Readonly<Partial<Record<Outcome, string>>>

/** Says which they are once the columns of the file are known, or why nobody does. */
export type ChooseOutcomes = (names: readonly string[]) => Promise<OutcomeColumns | { problem: string }>

/** Reads each of these columns under the name of its outcome, and all others under their own. */
export function outcomeNaming(columns: OutcomeColumns | 'guess' | ChooseOutcomes): ColumnNaming {
  return async (names) => {
    const told =
      columns === 'guess'
        ? guessOutcomes(names)
        : typeof columns === 'function'
          ? await columns(names)
          : columns
    return 'problem' in told ? told : namingOf(told, names)
  }
}

function namingOf(told: OutcomeColumns, names: readonly string[]): Named {
  const given = OUTCOMES.flatMap((outcome) => {
    const column = told[outcome]
    return column === undefined || column === '' || column === outcome ? [] : [{ outcome, column }]
  })
  const byColumn = new Map(given.map(({ outcome, column }) => [column, outcome]))
  if (byColumn.size < given.length)
    return { problem: 'one column cannot be several of prediction, score and label' }
  for (const { outcome, column } of given) {
    if (!names.includes(column)) return { problem: `there is no column "${column}" for the ${outcome}` }
    if (names.includes(outcome) && !byColumn.has(outcome))
      return {
        problem: `the file has a column "${outcome}" already, so "${column}" cannot be read as the ${outcome}; rename one of them`,
      }
  }
  return { nameOf: (column) => byColumn.get(column) ?? column }
}

/** Which columns hold the outcomes, as far as their names say so. What is told already stands. */
export const guessOutcomes = (columns: readonly string[], told: OutcomeColumns = {}): OutcomeColumns =>
  columnsByName(OUTCOMES, columns, told)
