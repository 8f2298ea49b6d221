import { basename } from 'node:path'
import { ConfigError, type Environment } from '../../config.ts'
import type { Guesses } from '../../ingest/baseline/file-baseline.ts'
import type { OutcomeColumns } from '../../ingest/baseline/outcome-columns.ts'
import { fileProblem } from '../../ingest/files/open-file.ts'
import { declarationOf, modelSchema, type Model } from '../../control/declared/model.ts'
import { Refusal, type Api, type ApiAccess } from '../client/api-client.ts'
import { invalidSentence } from '../compare/guess-notices.ts'
import { outcomeQuery } from '../shared/options.ts'
import { printable } from '../shared/text.ts'
import { progressBar } from '../shared/progress.ts'
import { withEngine } from '../client/engine.ts'
import { knownKeys } from '../../control/describe/schema-keys.ts'
import { upload } from '../client/upload.ts'
import { inferFromFile } from './infer-from-file.ts'
import { activated } from './activated.ts'

export interface AddOptions {
  name?: string | undefined
  columns: OutcomeColumns
  guesses: Guesses
  /** Whether any guess was overridden. */
  guided: boolean
  activate: boolean
}

export interface Baseline {
  version: number
  rows: number
  name: string
  created_at: string
}

/** As the service answers where one is made. */
export interface NewBaseline extends Baseline {
  missing: string[]
  unused: string[]
  invalid: { column: string; count: number; example: string }[]
}

export interface Added {
  baseline: Baseline
  active: boolean
  model: Model
  inferred: boolean
  /** What of the file or the model is left out, in sentences. */
  notices: string[]
}

const MAX_NAME_LENGTH = 100

/** Makes a baseline of a file; a model that is not declared is inferred from it and declared. */
export async function addBaseline(
  environment: Environment,
  access: ApiAccess,
  name: string,
  file: string,
  options: AddOptions,
): Promise<Added> {
  const { api } = access
  const problem = await fileProblem(file)
  if (problem !== undefined) throw new ConfigError(`${printable(file)}: ${problem}`)
  const declared = await findModel(api, name)
  if (declared !== undefined && options.guided) {
    throw new ConfigError(
      `The model "${name}" is already declared, so nothing is inferred from the file: omit --kind, --task and --positive.`,
    )
  }
  const { model, notices } =
    declared === undefined
      ? await withEngine(environment, access.store, (engine) => inferFromFile(engine, file, name, options))
      : { model: declared, notices: [] as string[] }
  if (declared === undefined) await api.post('/models', declarationOf(model))
  const made = await send(api, name, file, options, declared === undefined)
  const { missing: _, unused: __, invalid: ___, ...baseline } = made
  // Of a model that was inferred, its file is told already.
  if (declared !== undefined) notices.push(...columnNotices(made))
  const active = await activated(api, name, baseline.version, options.activate)
  return { baseline, active, model, inferred: declared === undefined, notices }
}

/** The declared model, or undefined. */
async function findModel(api: Api, name: string): Promise<Model | undefined> {
  try {
    const found = await api.get<Record<string, unknown>>(`/models/${name}`)
    return modelSchema.parse(
      Object.fromEntries(knownKeys(modelSchema).flatMap((key) => (key in found ? [[key, found[key]]] : []))),
    )
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return undefined
    throw error
  }
}

async function send(
  api: Api,
  model: string,
  file: string,
  { name, columns }: AddOptions,
  inferred: boolean,
): Promise<NewBaseline> {
  const called = encodeURIComponent(name ?? basename(file).slice(0, MAX_NAME_LENGTH))
  const query = `name=${called}${outcomeQuery(columns)}`
  const bar = progressBar()
  try {
    return await upload<NewBaseline>(api, `/models/${model}/baselines?${query}`, file, bar)
  } catch (error) {
    if (error instanceof Refusal)
      error.message = `${printable(file)}: ${error.message}${inferred ? `\nThe model "${model}" was declared first, as inferred from the file.` : ''}`
    throw error
  } finally {
    bar.stop()
  }
}

/** What of a declared model the file lacks, and what of the file the model does not declare. */
function columnNotices({ missing, unused, invalid }: NewBaseline): string[] {
  const names = (columns: readonly string[]) => columns.map(printable).join(', ')
  return [
    ...(missing.length === 0 ? [] : [`Not in the file, so not checked: ${names(missing)}.`]),
    ...(unused.length === 0 ? [] : [`Not declared by the model, so not used: ${names(unused)}.`]),
    ...invalid.map((one) => `${invalidSentence(one.column, one)}.`),
  ]
}
