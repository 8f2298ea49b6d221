import { featureSource, modelColumns, modelSchema, type Model } from '../store/model.ts'
import type { ClickHouseClient } from '@clickhouse/client'
import { categoricalSummary } from '../store/column-queries.ts'
import type { Store } from '../store/client.ts'
import { createBaseline, type BaselineOutcome, type BaselineRequest } from './baseline.ts'
import { stageFile, type StagedFile, type StageOutcome } from './files.ts'

/** Columns of a file that are not features. */
const OUTCOMES = new Set(['prediction', 'score', 'label'])
const ENVELOPE = new Set(['id', 'ts', 'timestamp', 'version', 'model', 'labelled_at'])

/** Name of a file's column in the staged table: as in silver, so that both are counted by the same statements. */
export function stagedSource(column: string): string {
  return OUTCOMES.has(column) || ENVELOPE.has(column) ? column : featureSource(column)
}

/** Reads a file for {@link baselineFromFile} or {@link inferModel}; a declared model's kinds override guesses. */
export function stageBaseline(
  client: ClickHouseClient,
  path: string,
  spool: string,
  model: Model | undefined,
): Promise<StageOutcome> {
  const declared = model === undefined ? [] : modelColumns(model)
  const bySource = new Map(declared.map(({ source, kind }) => [source, kind]))
  const kinds = { get: (column: string) => bySource.get(stagedSource(column)) }
  return stageFile(client, path, { spool, kinds, source: stagedSource })
}

/**
 * Guesses a model from a staged file: `prediction`, `score` and `label` are what they are called, `id`, `ts`
 * and `version` belong to the envelope, and every other column is a feature. Two classes make a binary model,
 * more a multiclass one, numbers with more than two values a regression.
 */
export async function inferModel(client: ClickHouseClient, file: StagedFile, name: string): Promise<Model> {
  const features = file.columns.filter(({ name }) => !OUTCOMES.has(name) && !ENVELOPE.has(name))
  const outcome =
    file.columns.find(({ name }) => name === 'label') ??
    file.columns.find(({ name }) => name === 'prediction')
  const classes =
    outcome === undefined ? [] : (await categoricalSummary(client, file.table, outcome.name, 3)).categories
  const hasScore = file.columns.some(({ name }) => name === 'score')
  const binary = classes.length <= 2 || hasScore
  const task =
    outcome !== undefined && !binary ? (outcome.kind === 'numeric' ? 'regression' : 'multiclass') : 'binary'
  const positive = classes.find((name) => name === '1') ?? classes.at(-1)
  return modelSchema.parse({
    name,
    task,
    ...(task === 'binary' && positive !== undefined ? { positive } : {}),
    features: Object.fromEntries(features.map(({ name, kind }) => [name, kind])),
  })
}

/** Columns of the model that the file does not have, features only: those cannot be checked. */
export function missingFeatures(file: StagedFile, model: Model): string[] {
  const present = new Set(file.columns.map(({ name }) => name))
  return model.features.map(({ name }) => name).filter((name) => !present.has(name))
}

/** A baseline from a staged file. */
export function baselineFromFile(
  store: Store,
  client: ClickHouseClient,
  file: StagedFile,
  request: BaselineRequest,
): Promise<BaselineOutcome> {
  const present = new Set(file.columns.map(({ name }) => stagedSource(name)))
  const columns = modelColumns(request.model).filter(({ source }) => present.has(source))
  return createBaseline(store, client, file.table, columns, request)
}
