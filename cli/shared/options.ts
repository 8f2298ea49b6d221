import { InvalidArgumentError, type Command } from 'commander'
import { OUTCOMES, type OutcomeColumns } from '../../ingest/baseline/outcome-columns.ts'
import { columnKindSchema, nameSchema, type ColumnKind, type Model } from '../../control/declared/model.ts'

export function parseName(text: string): string {
  const outcome = nameSchema.safeParse(text)
  if (!outcome.success) throw new InvalidArgumentError(outcome.error.issues[0].message)
  return outcome.data
}

export function parseVersion(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('use the number of a baseline, starting at 1')
  return Number(text)
}

/** How many a list shows at most. */
export const MAX_LISTED = 1000

export function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > MAX_LISTED)
    throw new InvalidArgumentError(`give a whole number from 1 to ${MAX_LISTED}`)
  return Number(text)
}

export function parseTask(text: string): Model['task'] {
  if (text === 'binary' || text === 'multiclass' || text === 'regression') return text
  throw new InvalidArgumentError('use binary, multiclass or regression')
}

/** The options by which a command is told what the columns of a file are. */
export const withFileOptions = (command: Command): Command =>
  command
    .option(
      '--column <outcome=column>',
      'the column of prediction, score or label, such as label=late (repeatable)',
      collectOutcomeColumn,
    )
    .option(
      '--kind <column=kind>',
      'override the inferred kind: numeric or categorical (repeatable)',
      collectKind,
    )
    .option('--task <task>', 'override the inferred task: binary, multiclass or regression', parseTask)
    .option('--positive <class>', 'the class that the score is the probability of')

export function collectKind(
  text: string,
  kinds: ReadonlyMap<string, ColumnKind> = new Map(),
): ReadonlyMap<string, ColumnKind> {
  const cut = text.lastIndexOf('=')
  const kind = columnKindSchema.safeParse(text.slice(cut + 1))
  if (cut < 1 || !kind.success)
    throw new InvalidArgumentError('write it as column=numeric or column=categorical')
  return new Map([...kinds, [text.slice(0, cut), kind.data]])
}

/** Reads `label=species`: which column of a file holds an outcome. */
export function collectOutcomeColumn(text: string, columns: OutcomeColumns = {}): OutcomeColumns {
  const cut = text.indexOf('=')
  const [name, column] = [text.slice(0, cut), text.slice(cut + 1)]
  const outcome = OUTCOMES.find((one) => one === name)
  if (outcome === undefined || column === '')
    throw new InvalidArgumentError('write it as prediction=column, score=column or label=column')
  return { ...columns, [outcome]: column }
}

/** The same as part of the query of a request. */
export const outcomeQuery = (columns: OutcomeColumns) =>
  Object.entries(columns)
    .map(([outcome, column]) => `&${outcome}=${encodeURIComponent(column)}`)
    .join('')
