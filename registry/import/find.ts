import { quoted } from '../../domain/printable.ts'
import type { Mlflow } from '../mlflow/client.ts'
import { findVersion, newestVersions, versionOfAlias, type ModelVersion } from '../mlflow/versions.ts'

/** The version that is asked for, or what there is instead. */
export type Found = { outcome: 'found'; version: ModelVersion } | { outcome: 'missing'; reason: string }

/** A version of a registered model, by its alias or its number. */
export async function findWanted(
  mlflow: Mlflow,
  name: string,
  wanted: { alias: string } | { version: string },
): Promise<Found> {
  const version =
    'alias' in wanted
      ? await versionOfAlias(mlflow, name, wanted.alias)
      : await findVersion(mlflow, name, wanted.version)
  if (version !== undefined) return { outcome: 'found', version }
  const newest = await newestVersions(mlflow, name, 5)
  const what = 'alias' in wanted ? `the alias ${quoted(wanted.alias)}` : `version ${quoted(wanted.version)}`
  const reason =
    newest.length === 0
      ? `MLflow has no model ${quoted(name)}, or no version of it.`
      : `The model ${quoted(name)} in MLflow does not have ${what}; its newest versions are ${newest.map(({ version }) => version).join(', ')}.`
  return { outcome: 'missing', reason }
}
