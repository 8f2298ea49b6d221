import { z } from 'zod'
import type { Mlflow } from './client.ts'
import { MlflowError, unlessMissing } from './error.ts'

/** A version of a registered model. */
export interface ModelVersion {
  name: string
  version: string
  /** The run that logged it; empty where none did. */
  runId: string
}

const API = '/api/2.0/mlflow'

const versionSchema = z.object({
  name: z.string(),
  version: z.coerce.string().min(1).max(100),
  run_id: z.string().default(''),
})
const answerSchema = z.object({ model_version: versionSchema })
const listSchema = z.object({ model_versions: z.array(versionSchema).default([]) })
const anySchema = z.looseObject({})

const toVersion = ({ name, version, run_id }: z.output<typeof versionSchema>): ModelVersion => ({
  name,
  version,
  runId: run_id,
})

/** The version that an alias points to; undefined where there is no such model or alias. */
export async function versionOfAlias(
  mlflow: Mlflow,
  name: string,
  alias: string,
): Promise<ModelVersion | undefined> {
  try {
    const answer = await mlflow.get(`${API}/registered-models/alias`, { name, alias }, answerSchema)
    return toVersion(answer.model_version)
  } catch (error) {
    if (!(error instanceof MlflowError)) throw error
    // Of a model that exists, an unknown alias is an invalid parameter.
    if (error.fault === 'not_found' || error.code === 'INVALID_PARAMETER_VALUE') return undefined
    throw error
  }
}

/** A version by its number; undefined where there is none. */
export async function findVersion(
  mlflow: Mlflow,
  name: string,
  version: string,
): Promise<ModelVersion | undefined> {
  const answer = await unlessMissing(mlflow.get(`${API}/model-versions/get`, { name, version }, answerSchema))
  return answer && toVersion(answer.model_version)
}

/** The newest versions of a model, at most `most`; none where there is no such model. */
export async function newestVersions(mlflow: Mlflow, name: string, most: number): Promise<ModelVersion[]> {
  // MLflow's filters know no escape; a name with both quotes cannot be asked for.
  const quote = name.includes("'") ? '"' : "'"
  const query = {
    filter: `name=${quote}${name}${quote}`,
    max_results: most,
    order_by: 'version_number DESC',
  }
  return (await mlflow.get(`${API}/model-versions/search`, query, listSchema)).model_versions.map(toVersion)
}

/** The text of the version's `MLmodel` file; undefined where it has none. */
export function mlmodelOf(mlflow: Mlflow, { name, version }: ModelVersion): Promise<string | undefined> {
  return unlessMissing(mlflow.text('/model-versions/get-artifact', { name, version, path: 'MLmodel' }))
}

export async function setVersionTag(
  mlflow: Mlflow,
  { name, version }: Pick<ModelVersion, 'name' | 'version'>,
  key: string,
  value: string,
): Promise<void> {
  await mlflow.send('POST', `${API}/model-versions/set-tag`, { name, version, key, value }, anySchema)
}

/** Has an alias point to a version, from wherever it pointed before. */
export async function setAlias(
  mlflow: Mlflow,
  { name, version }: Pick<ModelVersion, 'name' | 'version'>,
  alias: string,
): Promise<void> {
  await mlflow.send('POST', `${API}/registered-models/alias`, { name, alias, version }, anySchema)
}

export async function deleteAlias(mlflow: Mlflow, name: string, alias: string): Promise<void> {
  await mlflow.send('DELETE', `${API}/registered-models/alias`, { name, alias }, anySchema)
}

/** The page of a version, or of the model where none is given, for people. */
export function versionLink(uri: string, name: string, version?: string): string {
  const page = version === undefined ? '' : `/versions/${encodeURIComponent(version)}`
  return `${uri}/#/models/${encodeURIComponent(name)}${page}`
}
