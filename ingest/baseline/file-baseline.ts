import { canonicalCategory } from '../../domain/canonical-category.ts'
import { classScoreColumn, MAX_CLASSES, scoredClass } from '../../store/profiles/class-scores.ts'
import {
  featureSource,
  modelColumns,
  modelSchema,
  type Column,
  type ColumnKind,
  type Model,
  type Task,
} from '../../control/declared/model.ts'
import type { ClickHouseClient } from '@clickhouse/client'
import { categoricalSummary } from '../../store/profiles/column-queries.ts'
import type { Store } from '../../store/engine/client.ts'
import { findRoles, type LeftOut } from '../columns/column-roles.ts'
import { outcomeNaming, OUTCOMES, type ChooseOutcomes, type OutcomeColumns } from './outcome-columns.ts'
import { createBaseline, type BaselineOutcome, type BaselineRequest } from './baseline.ts'
import { stageFile, type StagedFile, type StageOutcome } from '../files/files.ts'
import type { FileEngine } from '../files/open-file.ts'

/** Columns of a file that are not features. */
const OUTCOME_NAMES: ReadonlySet<string> = new Set(OUTCOMES)
/** Columns that say which event a row is of, and when. */
export const ENVELOPE: ReadonlySet<string> = new Set([
  'id',
  'ts',
  'timestamp',
  'version',
  'shadow',
  'model',
  'labelled_at',
])

/** What the user says of a model that is not declared yet; it overrides what its file suggests. */
export interface Guesses {
  kinds?: ReadonlyMap<string, ColumnKind>
  task?: Task | undefined
  positive?: string | undefined
}

/** Name of a file's column in the staged table: as in silver, so that both are counted by the same statements. */
export function stagedSource(column: string): string {
  const category = scoredClass(column)
  if (category !== undefined) return classScoreColumn(canonicalCategory(category)).source
  return OUTCOME_NAMES.has(column) || ENVELOPE.has(column) ? column : featureSource(column)
}

/** As {@link stagedSource}; the features of a declared model may be called like columns of the envelope, or scores. */
function sourceIn(model: Model | undefined): (column: string) => string {
  const features = new Set(model?.features.map(({ name }) => name))
  return (column) =>
    features.has(column) && !OUTCOME_NAMES.has(column) ? featureSource(column) : stagedSource(column)
}

/** The columns of class scores that a file has for the model, `scores.late` and so on. */
function scoresIn(file: StagedFile, { task, features }: Model): Column[] {
  if (task !== 'multiclass') return []
  const declared = new Set(features.map(({ name }) => name))
  const classes = file.columns.flatMap(({ name, kind }) =>
    kind === 'numeric' && !declared.has(name) ? (scoredClass(name) ?? []) : [],
  )
  return [...new Set(classes.map(canonicalCategory))].slice(0, MAX_CLASSES).map(classScoreColumn)
}

/**
 * Reads a file for {@link baselineFromFile} or {@link inferModel}; a declared model's kinds override guesses.
 * `columns` says which columns of the file hold prediction, score and label, where they are called otherwise.
 */
export function stageBaseline(
  engine: FileEngine,
  path: string,
  spool: string,
  model: Model | undefined,
  { columns = {}, ...guesses }: Guesses & { columns?: OutcomeColumns | 'guess' | ChooseOutcomes } = {},
): Promise<StageOutcome> {
  const declared = model === undefined ? [] : modelColumns(model)
  const source = sourceIn(model)
  const bySource = new Map(declared.map((column) => [column.source, column.kind]))
  const kinds = { get: (column: string) => bySource.get(source(column)) ?? guesses.kinds?.get(column) }
  return stageFile(engine, path, { spool, known: { kinds }, source, naming: outcomeNaming(columns) })
}

export interface Inferred {
  model: Model
  /** Columns that look like an index, an id or a time, and so are no features. */
  leftOut: LeftOut[]
}

/**
 * Guesses a model from a staged file: `prediction`, `score` and `label` are what they are called, `id`, `ts`
 * and the like belong to the envelope, and every other column is a feature, save those that look like an index, an id
 * or a time and whose kind the user does not tell. Two classes make a binary model, more a multiclass one, numbers
 * with more than two values a regression.
 */
export async function inferModel(
  client: ClickHouseClient,
  file: StagedFile,
  name: string,
  guesses: Guesses = {},
): Promise<Inferred> {
  const candidates = file.columns.filter(
    ({ name }) => !OUTCOME_NAMES.has(name) && !ENVELOPE.has(name) && scoredClass(name) === undefined,
  )
  const roles = await findRoles(client, { ...file, columns: candidates })
  const leftOut = roles.filter(({ column }) => guesses.kinds?.has(column) !== true)
  const features = candidates.filter((one) => !leftOut.some(({ column }) => column === one.name))
  const outcome = ['label', 'prediction']
    .flatMap((role) => file.columns.filter((column) => column.name === role))
    .at(0)
  const classes = outcome && (await valuesIn(client, file, outcome.name))
  const task = guesses.task ?? guessTask(outcome?.kind, classes?.length ?? 0)
  const positive = guesses.positive ?? classes?.find((category) => category === '1') ?? classes?.at(-1)
  const model = modelSchema.parse({
    name,
    task,
    ...(task === 'binary' && positive !== undefined ? { positive } : {}),
    features: Object.fromEntries(features.map((feature) => [feature.name, feature.kind])),
  })
  return { model, leftOut }
}

/** The most frequent values of a column, at most three. */
async function valuesIn(client: ClickHouseClient, file: StagedFile, column: string): Promise<string[]> {
  const { categories } = await categoricalSummary(client, file, file.source(column), 3)
  return categories.map(({ category }) => category)
}

function guessTask(kind: ColumnKind | undefined, classes: number): Task {
  if (classes <= 2) return 'binary'
  return kind === 'numeric' ? 'regression' : 'multiclass'
}

/** A baseline from a staged file. */
export function baselineFromFile(
  store: Store,
  file: StagedFile,
  request: BaselineRequest,
): Promise<BaselineOutcome> {
  const sourceOf = sourceIn(request.model)
  const bySource = new Map(file.columns.map((column) => [sourceOf(column.name), column]))
  const declared = modelColumns(request.model).filter(({ source }) => bySource.has(source))
  const columns = [...declared, ...scoresIn(file, request.model)]
  const invalid = declared.flatMap(({ name, kind, source }) => {
    const cells = bySource.get(source)?.invalid
    return kind === 'numeric' && cells !== undefined ? [[name, cells.count] as const] : []
  })
  return createBaseline(store, file, columns, { ...request, invalid: Object.fromEntries(invalid) })
}
