import type { Model } from '../../control/declared/model.ts'
import { literal } from '../../store/engine/sql.ts'
import type { Write } from '../intake/writer.ts'
import type { Cell } from './cells.ts'
import { cleanLabels } from './clean-labels.ts'
import { cleanPredictions } from './clean-predictions.ts'
import type { Layout } from './layout.ts'

/** What decides about the rows of a body, the same for all of them. */
export interface RowContext {
  model: Model
  /** Classes that the model is known to have; absent where that is not known. */
  classes: ReadonlySet<string> | undefined
  now: Date
  /** Before it, events have been deleted because of their age. */
  deletedBefore: Date | undefined
  /** Of labels that say no time. */
  labelDelay: number | undefined
}

/** What is known when rows are stored. */
export interface Stamp {
  /** Under which predictions are stored: of two with the same id and hour the later one counts. */
  receivedAt: Date
  /** Names of undeclared features. */
  unknown: readonly string[]
}

/** Clean rows that go into one table. */
export interface CleanInsert {
  target: Exclude<Write['target'], 'input_problems' | 'reference_features'>
  /** Which of the clean rows. */
  where: string
  /** The values of the table's columns, by name. */
  values: (stamp: Stamp) => Readonly<Record<string, string>>
}

/**
 * Rows that the engine stores as the decoder of records would: nothing about them is refused or reported, save what is the
 * same for every row of the body. All of it are expressions over staged cells.
 */
export interface CleanRows {
  clean: string
  /** The id as text. */
  key: string
  /** Milliseconds since 1970 of the hour that is counted again; null where the row names none. */
  at: string
  /** The time under which what is reported of the row is counted. */
  reportedAt: string
  inserts: readonly CleanInsert[]
}

export function cleanRows(layout: Layout, context: RowContext): CleanRows {
  return layout.kind === 'predictions' ? cleanPredictions(layout, context) : cleanLabels(layout, context)
}

/** A condition that all of these hold. */
export const all = (conditions: readonly string[]): string =>
  [...new Set(conditions)].filter((one) => one !== '1').join(' AND ') || '1'

/** A row may name its model, if it is this one. */
export const ownModel = ({ name }: Model, cell: Cell | undefined): string =>
  cell === undefined
    ? '1'
    : cell.kind === 'text'
      ? `ifNull(${cell.sql} = ${literal(name)}, 1)`
      : `isNull(${cell.sql})`

/** Whether a class is known, or none is given. */
export function knownClass(value: string, classes: ReadonlySet<string> | undefined): string {
  if (classes === undefined) return '1'
  const known = [...classes].map((one) => literal(one))
  return known.length === 0 ? `isNull(${value})` : `ifNull(${value} IN (${known.join(', ')}), 1)`
}

export const notDeleted = (at: string, deletedBefore: Date | undefined): string =>
  deletedBefore === undefined ? '1' : `ifNull(${at} >= ${deletedBefore.getTime()}, 1)`
