import {
  declarationOf,
  modelSchema,
  nameSchema,
  type Model,
  type Task,
} from '../../control/declared/model.ts'
import { MLFLOW_BASELINE } from '../../control/declared/mlflow-names.ts'
import { quoted } from '../../domain/printable.ts'
import { inferModel, stageBaseline } from '../../ingest/baseline/file-baseline.ts'
import type { ArtifactFile } from '../baseline/artifact-file.ts'
import type { RegistryContext } from '../context.ts'
import { readSignature, type Signature } from '../signature/signature.ts'
import { chooseTask } from '../signature/task.ts'

/** What the user wants of an import. */
export interface ImportRequest {
  /** In MLflow. */
  registered: string
  /** To follow; undefined where a version is imported by its number. */
  alias: string | undefined
  /** Here; by default as in MLflow. */
  as: string | undefined
  task: Task | undefined
  positive: string | undefined
}

/** The model as it would be declared. */
export type Plan =
  | { outcome: 'planned'; model: Model; leftOut: { column: string; reason: string }[] }
  | { outcome: 'refused'; reason: string }

/** The name that the model has here; undefined where it needs another than in MLflow. */
export function nameHere({ as, registered }: Pick<ImportRequest, 'as' | 'registered'>): string | undefined {
  return nameSchema.safeParse(as ?? registered).data
}

/** Plans the declaration of a model from a version's `MLmodel` file and its baseline. Nothing is changed. */
export async function planImport(
  context: Pick<RegistryContext, 'store' | 'spool'>,
  request: ImportRequest,
  name: string,
  before: Model | undefined,
  { mlmodel, file }: { mlmodel: string | undefined; file: ArtifactFile },
): Promise<Plan> {
  if (before?.mlflow !== undefined && before.mlflow.model !== request.registered)
    return refused(
      `The model ${quoted(name)} follows ${quoted(before.mlflow.model)} in MLflow. Give another name with --as (in the API: "as").`,
    )
  const signature = readSignature(mlmodel)
  if (signature.outcome === 'unusable') return refused(signature.reason)
  if (before !== undefined) return changed(before, request, signature)
  const suggested = await suggest(context, file)
  const choice = chooseTask(request.task, signature.outputs, suggested?.task)
  if (choice.outcome === 'unclear') return refused(choice.reason)
  const { task } = choice
  const positive = request.positive ?? (suggested?.task === 'binary' ? suggested.positive : undefined)
  return parsed(signature, {
    name,
    task,
    ...(task !== 'binary' || positive === undefined ? {} : { positive }),
    features: Object.fromEntries(signature.features.map((feature) => [feature.name, feature.kind])),
    ...linkOf(request, undefined),
  })
}

/** What people have declared of a model stays as it is; features that it lacks are added. */
function changed(before: Model, request: ImportRequest, signature: Columns): Plan {
  const { task, positive, ...declared } = declarationOf(before)
  const added = signature.features.filter(({ name }) => !before.features.some((one) => one.name === name))
  return parsed(signature, {
    ...declared,
    task: request.task ?? task,
    ...((request.positive ?? positive) === undefined ? {} : { positive: request.positive ?? positive }),
    features: {
      ...declared.features,
      ...Object.fromEntries(added.map((feature) => [feature.name, feature.kind])),
    },
    ...linkOf(request, before),
  })
}

type Columns = Extract<Signature, { outcome: 'columns' }>

function parsed({ leftOut }: Columns, declaration: object): Plan {
  const outcome = modelSchema.safeParse(declaration)
  if (outcome.success) return { outcome: 'planned', model: outcome.data, leftOut }
  return refused(outcome.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}

function linkOf({ registered, alias }: ImportRequest, before: Model | undefined): Pick<Model, 'mlflow'> {
  if (alias === undefined) return before?.mlflow === undefined ? {} : { mlflow: before.mlflow }
  return { mlflow: { model: registered, alias, baseline: before?.mlflow?.baseline ?? MLFLOW_BASELINE } }
}

/** What a baseline's labels or predictions suggest; undefined where it has neither. */
async function suggest(
  { store, spool }: Pick<RegistryContext, 'store' | 'spool'>,
  file: ArtifactFile,
): Promise<{ task: Task; positive?: string | undefined } | undefined> {
  if (file.outcome === 'absent') return undefined
  const staged = await stageBaseline(store, file.path, spool, undefined)
  if (staged.status === 'unreadable') return undefined
  try {
    if (!staged.file.columns.some(({ name }) => name === 'label' || name === 'prediction')) return undefined
    return (await inferModel(store.rollup, staged.file, 'suggested')).model
  } finally {
    await staged.file.drop()
  }
}

const refused = (reason: string): Plan => ({ outcome: 'refused', reason })
