import { inTransaction } from '../../control/database/control.ts'
import { insertAudit } from '../../control/declared/audit.ts'
import { listPromotions, settlePromotion, type Promotion } from '../../control/registry/promotions.ts'
import { quoted } from '../../domain/printable.ts'
import type { RegistryContext } from '../context.ts'
import type { Mlflow } from '../mlflow/client.ts'
import { findVersion, setAlias } from '../mlflow/versions.ts'
import type { LinkedModel } from '../status.ts'

export interface PromotionContext extends Pick<RegistryContext, 'store' | 'mlflow' | 'clock'> {
  /** Whether anything may be written to MLflow. */
  writeBack: boolean
}

/**
 * Moves the alias of a model to what was promoted meanwhile, in order of time. What MLflow fails at is left to be tried again.
 * Returns whether anything was settled.
 */
export async function carryOutPromotions(context: PromotionContext, model: LinkedModel): Promise<boolean> {
  const { control } = context.store
  const pending = await listPromotions(control, model.name, model.mlflow, { state: 'pending' })
  for (const promotion of pending.toReversed()) {
    const reason = context.writeBack ? await move(context.mlflow, promotion) : NOT_WRITTEN
    await settle(context, promotion, reason)
  }
  return pending.length > 0
}

const NOT_WRITTEN = 'nothing is written to MLflow, as MLFLOW_WRITE_BACK is false'

/** Why the alias can never be moved there; undefined once it was. */
async function move(mlflow: Mlflow, { registered, alias, version }: Promotion): Promise<string | undefined> {
  const found = isNumber(version) ? await findVersion(mlflow, registered, version) : undefined
  if (found === undefined)
    return `the model ${quoted(registered)} in MLflow has no version ${quoted(version)}`
  await setAlias(mlflow, found, alias)
  return undefined
}

/** Other texts are no versions of a registry; MLflow would call a question about one invalid. */
const isNumber = (version: string): boolean => /^[1-9]\d{0,17}$/.test(version)

async function settle(
  { store, clock }: PromotionContext,
  promotion: Promotion,
  reason: string | undefined,
): Promise<void> {
  const { model, experiment, registered, alias, version, by } = promotion
  const told = `${registered}@${alias}: version ${version}, promoted by ${by} in the experiment "${experiment}"`
  await inTransaction(store.control, async (transaction) => {
    await settlePromotion(transaction, promotion, {
      state: reason === undefined ? 'moved' : 'failed',
      reason: reason ?? '',
    })
    await insertAudit(transaction, {
      at: clock(),
      actor: 'driftgauge',
      action: reason === undefined ? 'mlflow.alias_moved' : 'mlflow.alias_not_moved',
      subject: 'model',
      name: model,
      requestId: '',
      before: '',
      after: '',
      detail: (reason === undefined ? told : `${told}; ${reason}`).slice(0, 1_000),
    })
  })
}
