import type { z } from 'zod'
import { MLFLOW_BASELINE } from '../../../control/declared/mlflow-names.ts'
import { declarationOf, modelDocuments, type Model } from '../../../control/declared/model.ts'
import { quoted } from '../../../domain/printable.ts'
import { adopt } from '../../../registry/baseline/adopt.ts'
import { withArtifact, type ArtifactFile } from '../../../registry/baseline/artifact-file.ts'
import { baselineOfFile } from '../../../registry/baseline/version-baseline.ts'
import { findWanted } from '../../../registry/import/find.ts'
import { nameHere, planImport } from '../../../registry/import/plan.ts'
import type { Mlflow } from '../../../registry/mlflow/client.ts'
import { mlmodelOf, versionLink, type ModelVersion } from '../../../registry/mlflow/versions.ts'
import { noBaseline } from '../../../registry/baseline/no-baseline.ts'
import { linkStatuses } from '../../../registry/status.ts'
import { actorOf } from '../../access.ts'
import { mlflowProblem, toMlflowStatus } from '../../answers/mlflow.ts'
import type { ApiContext } from '../../context.ts'
import type { mlflowRoutes } from '../../contract/registry/mlflow.ts'
import { declareDocument } from '../../declare/declare-document.ts'
import { invalid, Problem } from '../../problem.ts'
import type { HandlersOf, Input } from '../../router.ts'
import { modelKind } from '../models.ts'

/** Models in MLflow. */
export const mlflowHandlers: HandlersOf<typeof mlflowRoutes> = (context) => ({
  async importMlflow(input) {
    const { mlflow } = context
    if (mlflow === undefined)
      throw new Problem(409, 'MLflow not configured', 'Set MLFLOW_TRACKING_URI to import from MLflow.')
    try {
      return { status: 200, body: await importVersion(context, mlflow, input) }
    } catch (error) {
      throw mlflowProblem(error)
    }
  },
  async listMlflow({ query: { model } }) {
    const { store, models, mlflow, mlflowWriteBack } = context
    const chosen = (await models.list()).filter(({ name }) => model === undefined || name === model)
    const statuses = await linkStatuses(store.control, chosen)
    return {
      status: 200,
      body: {
        uri: mlflow?.uri ?? null,
        write_back: mlflow !== undefined && mlflowWriteBack === true,
        models: statuses.map((status) => toMlflowStatus(status, mlflow?.uri)),
      },
    }
  },
})

type Imported = z.input<(typeof mlflowRoutes.importMlflow.answers)[200]>

async function importVersion(
  context: ApiContext,
  mlflow: Mlflow,
  input: Input<typeof mlflowRoutes.importMlflow>,
): Promise<Imported> {
  const { body } = input
  const name = nameHere({ as: body.as, registered: body.name })
  if (name === undefined)
    throw invalid('as', `no model can have the name ${quoted(body.name)} here; give another with --as`)
  const wanted = body.version === undefined ? { alias: body.alias ?? 'champion' } : { version: body.version }
  const found = await findWanted(mlflow, body.name, wanted)
  if (found.outcome === 'missing') throw new Problem(404, 'Not in MLflow', found.reason)
  const { version } = found
  const before = await modelDocuments.find(context.store.control, name)
  const artifact = before?.mlflow?.baseline ?? MLFLOW_BASELINE
  const mlmodel = await mlmodelOf(mlflow, version)
  return withArtifact({ ...context, mlflow }, version, artifact, async (file) => {
    const { as, task, positive, dry_run } = body
    const request = { registered: body.name, alias: 'alias' in wanted ? wanted.alias : undefined, as, task, positive } // prettier-ignore
    const plan = async (declared: Model | undefined) => {
      const made = await planImport(context, request, name, declared, { mlmodel, file })
      if (made.outcome === 'refused') throw new Problem(422, 'Cannot be imported', made.reason)
      return made
    }
    const { model, leftOut } = await plan(before)
    const settled = dry_run
      ? {
          model,
          baseline: null,
          note: file.outcome === 'there' ? '' : noBaseline(file.reason, version, request.alias !== undefined),
        }
      : await declareAndAdopt(context, mlflow, input, {
          model,
          version,
          artifact,
          file,
          alias: request.alias,
        })
    return {
      ...settled,
      name,
      model: declarationOf(settled.model),
      dry_run,
      created: before === undefined,
      version: version.version,
      run_id: version.runId,
      link: versionLink(mlflow.uri, version.name, version.version),
      left_out: leftOut,
    }
  })
}

interface Planned {
  model: Model
  version: ModelVersion
  artifact: string
  file: ArtifactFile
  /** That is followed from now on. */
  alias: string | undefined
}

async function declareAndAdopt(
  context: ApiContext,
  mlflow: Mlflow,
  { request, response, commit }: Input<typeof mlflowRoutes.importMlflow>,
  { model, version, artifact, file, alias }: Planned,
) {
  const asked = { name: model.name, request, commit, next: () => model }
  const { document } = await declareDocument(context, modelKind(context.models), asked)
  const now = context.clock()
  const made = await baselineOfFile({ ...context, mlflow, now }, document, version, artifact, file)
  const baseline = made.outcome === 'there' ? made.baseline : undefined
  const note = made.outcome === 'there' ? '' : noBaseline(made.reason, version, alias !== undefined)
  const { requestId } = response.locals as { requestId: string }
  await adopt(context.store, {
    model: model.name,
    version,
    link: alias === undefined ? undefined : document.mlflow,
    baseline,
    note,
    now,
    audit: { actor: actorOf(response), action: 'mlflow.imported', requestId },
  })
  const told = baseline && { version: baseline.version, name: baseline.name, rows: baseline.rows }
  return { model: document, baseline: told ?? null, note }
}
