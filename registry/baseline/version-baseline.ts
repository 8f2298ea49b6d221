import { isDeepStrictEqual } from 'node:util'
import type { Control } from '../../control/database/control.ts'
import { listBaselines, type Baseline, type BaselineSource } from '../../control/declared/baselines.ts'
import type { Model } from '../../control/declared/model.ts'
import { baselineFromFile, stageBaseline } from '../../ingest/baseline/file-baseline.ts'
import type { BaselineOutcome } from '../../ingest/baseline/baseline.ts'
import { overRows } from '../../ingest/files/files.ts'
import type { RegistryContext } from '../context.ts'
import type { ModelVersion } from '../mlflow/versions.ts'
import { withArtifact, type ArtifactFile } from './artifact-file.ts'

/** The baseline of a version, or why it has none. */
export type VersionBaseline = { outcome: 'there'; baseline: Baseline } | { outcome: 'none'; reason: string }

type Context = Omit<RegistryContext, 'clock'> & { now: Date }

/** The baseline of a version from an artifact of its run: the one that was made before, or a new one. */
export async function versionBaseline(
  context: Context,
  model: Model,
  version: ModelVersion,
  artifact: string,
): Promise<VersionBaseline> {
  return oneAtATime(
    context,
    `${model.name} ${version.version}`,
    async () =>
      (await knownBaseline(context, model, version, artifact)) ??
      withArtifact(context, version, artifact, (file) =>
        makeBaseline(context, model, version, artifact, file),
      ),
  )
}

/** As {@link versionBaseline}, of a file that was read already. */
export async function baselineOfFile(
  context: Context,
  model: Model,
  version: ModelVersion,
  artifact: string,
  file: ArtifactFile,
): Promise<VersionBaseline> {
  return oneAtATime(
    context,
    `${model.name} ${version.version}`,
    async () =>
      (await knownBaseline(context, model, version, artifact)) ??
      makeBaseline(context, model, version, artifact, file),
  )
}

/** What is being made of each store, by model and version. */
const underWay = new WeakMap<Control, Map<string, Promise<unknown>>>()

/** An import and the look for moved aliases may come to the same version at once: the second finds what the first made. */
async function oneAtATime<T>(
  { store: { control } }: Context,
  key: string,
  make: () => Promise<T>,
): Promise<T> {
  const own = underWay.get(control) ?? new Map<string, Promise<unknown>>()
  underWay.set(control, own)
  const made = (own.get(key) ?? Promise.resolve()).then(make, make)
  const ended = made.catch(() => {}).finally(() => own.get(key) === ended && own.delete(key))
  own.set(key, ended)
  return made
}

async function knownBaseline(
  { store }: Context,
  model: Model,
  version: ModelVersion,
  artifact: string,
): Promise<VersionBaseline | undefined> {
  const source = sourceOf(version, artifact)
  const found = (await listBaselines(store.control, model.name)).findLast((one) =>
    isDeepStrictEqual(one.source, source),
  )
  return found && { outcome: 'there', baseline: found }
}

async function makeBaseline(
  { store, spool, now }: Context,
  model: Model,
  version: ModelVersion,
  artifact: string,
  file: ArtifactFile,
): Promise<VersionBaseline> {
  if (file.outcome === 'absent') return none(file.reason)
  const staged = await stageBaseline(store, file.path, spool, model)
  if (staged.status === 'unreadable') return none(unreadable(artifact, staged.reason, file.path))
  try {
    const request = { model, name: baselineName(version), source: sourceOf(version, artifact), now }
    const make = () => baselineFromFile(store, staged.file, request)
    const made = await overRows<BaselineOutcome>(staged.file, make, (reason) => new UnreadableRows(reason))
    return made.status === 'created'
      ? { outcome: 'there', baseline: made.baseline }
      : none(`a baseline of "${artifact}" would be empty: ${made.reason}`)
  } catch (error) {
    if (error instanceof UnreadableRows) return none(unreadable(artifact, error.message, file.path))
    throw error
  } finally {
    await staged.file.drop()
  }
}

class UnreadableRows extends Error {
  override readonly name = 'UnreadableRows'
}

/** The file's own name says nothing to anyone. */
const unreadable = (artifact: string, reason: string, path: string) =>
  `"${artifact}" cannot be read: ${reason.replace(`${path}: `, '')}`

const none = (reason: string): VersionBaseline => ({ outcome: 'none', reason })

const baselineName = ({ name, version }: ModelVersion) =>
  `${name.slice(0, 60)} ${version.slice(0, 20)} (MLflow)`

const sourceOf = ({ name, version, runId }: ModelVersion, artifact: string): BaselineSource => ({
  file: artifact,
  mlflow: { model: name, version, run_id: runId },
})
