import type { Column } from '../../control/declared/model.ts'
import type { ColumnBinning } from './binning.ts'
import { array, identifier, literal } from '../engine/sql.ts'

/** Scores of so many classes are kept, the most frequent ones, and as many classes of labels. */
export const MAX_CLASSES = 50

/** Columns of class scores are called as they stand in an event, `scores.late`, and so in a flat file. */
const NAME_PREFIX = 'scores.'
const SOURCE_PREFIX = 's_'

/** The column of the score that a multiclass model gives to one class. */
export function classScoreColumn(category: string): Column {
  return { role: 'score', name: NAME_PREFIX + category, kind: 'numeric', source: SOURCE_PREFIX + category }
}

/** The class whose scores a column of this name holds; undefined where it holds none. */
export function scoredClass(name: string): string | undefined {
  return name.startsWith(NAME_PREFIX) ? name.slice(NAME_PREFIX.length) : undefined
}

/**
 * The predicted class together with its score, as one number, so that it is binned and counted as any other: class k
 * of the binning's `classes` with score s is 2 k + s.
 */
export const CONFIDENCE: Column = {
  role: 'confidence',
  name: 'confidence',
  kind: 'numeric',
  source: 'confidence',
}

/** Where the cells of a class begin in {@link CONFIDENCE}; they end one further. */
export const confidenceOffset = (k: number) => 2 * k

/** {@link CONFIDENCE} over a table with the score columns of these classes; null without a class or its score. */
export function confidenceSql(classes: readonly string[]): string {
  const scores = classes.map((category) => identifier(classScoreColumn(category).source))
  const position = `indexOf(${array(classes.map(literal), 'String')}, ifNull(toString(prediction), ''))`
  return `if(isNull(prediction) OR ${position} = 0, NULL, 2 * (${position} - 1) + [${scores.join(', ')}][${position}])`
}

/** A table expression that adds the columns of class scores, and {@link CONFIDENCE}, to rows with a map of scores. */
export function unfoldScores(
  from: string,
  columns: readonly (Pick<Column, 'name' | 'role'> & { binning?: ColumnBinning })[],
): string {
  const own = columns.flatMap(({ role, name }) => (role === 'score' ? (scoredClass(name) ?? []) : []))
  const confidence = columns.find(({ role }) => role === 'confidence')?.binning
  const confident = (confidence?.kind === 'numeric' && confidence.classes) || []
  const classes = [...new Set([...own, ...confident])]
  if (classes.length === 0) return from
  const scores = classes.map((category) => {
    const key = literal(category)
    return `if(mapContains(scores, ${key}), scores[${key}], NULL) AS ${identifier(classScoreColumn(category).source)}`
  })
  const all = confident.length === 0 ? scores : [...scores, `${confidenceSql(confident)} AS confidence`]
  return `(SELECT *, ${all.join(', ')} FROM ${from})`
}
