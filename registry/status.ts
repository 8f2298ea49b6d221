import { listPolls, type Poll } from '../control/registry/polls.ts'
import { listPromotions, type Promotion } from '../control/registry/promotions.ts'
import { seenVersions, type SeenVersion } from '../control/registry/versions.ts'
import type { Control } from '../control/database/control.ts'
import type { MlflowLink, Model } from '../control/declared/model.ts'

/** A model that names an alias in MLflow. */
export type LinkedModel = Model & { mlflow: MlflowLink }

export const isLinked = (model: Model): model is LinkedModel => model.mlflow !== undefined

/** How a model's alias stands. */
export interface LinkStatus {
  model: LinkedModel
  poll: Poll | undefined
  /** What the alias pointed to, newest first. */
  versions: SeenVersion[]
  /** The last version that was promoted for the alias; undefined where none was. */
  promotion: Promotion | undefined
}

/** So many moves of an alias are shown. */
const MAX_VERSIONS = 50

export async function linkStatuses(control: Control, models: readonly Model[]): Promise<LinkStatus[]> {
  const linked = models.filter(isLinked).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const polls = await listPolls(control)
  const statuses: LinkStatus[] = []
  for (const model of linked) {
    const versions = await seenVersions(control, model.name, model.mlflow, MAX_VERSIONS)
    const [promotion] = await listPromotions(control, model.name, model.mlflow, { limit: 1 })
    statuses.push({ model, poll: polls.get(model.name), versions, promotion })
  }
  return statuses
}
