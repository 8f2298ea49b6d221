import type { Control } from '../database/control.ts'
import type { MlflowLink } from '../declared/model.ts'

/** A version that somebody promoted, and so the alias of its model is to point to. */
export interface Promotion {
  model: string
  experiment: string
  at: Date
  by: string
  /** Of the alias, as the model named it then. */
  registered: string
  alias: string
  version: string
  state: 'pending' | 'moved' | 'failed'
  /** Why it failed for good; empty where it did not. */
  reason: string
}

/** Has an alias be moved once MLflow responds. */
export async function askForMove(
  control: Control,
  promotion: Omit<Promotion, 'state' | 'reason'>,
): Promise<void> {
  const { at, by, ...rest } = promotion
  await control
    .insertInto('mlflow_promotions')
    .values({ ...rest, promoted_at: at.getTime(), promoted_by: by, state: 'pending', reason: '' })
    .execute()
}

/** Promotions of a model to the alias that it names, newest first. */
export async function listPromotions(
  control: Control,
  model: string,
  link: Pick<MlflowLink, 'model' | 'alias'>,
  filter: { state?: Promotion['state']; limit?: number } = {},
): Promise<Promotion[]> {
  const { state, limit } = filter
  let query = control
    .selectFrom('mlflow_promotions')
    .selectAll()
    .where('model', '=', model)
    .where('registered', '=', link.model)
    .where('alias', '=', link.alias)
    .orderBy('promoted_at', 'desc')
    .orderBy('experiment', 'desc')
  if (state !== undefined) query = query.where('state', '=', state)
  if (limit !== undefined) query = query.limit(limit)
  const found = await query.execute()
  return found.map(({ promoted_at, promoted_by, state: stands, ...rest }) => ({
    ...rest,
    at: new Date(promoted_at),
    by: promoted_by,
    state: stands as Promotion['state'],
  }))
}

/** Notes what has become of a promotion. */
export async function settlePromotion(
  control: Control,
  { model, experiment, at }: Pick<Promotion, 'model' | 'experiment' | 'at'>,
  outcome: { state: 'moved' | 'failed'; reason: string },
): Promise<void> {
  await control
    .updateTable('mlflow_promotions')
    .set(outcome)
    .where('model', '=', model)
    .where('experiment', '=', experiment)
    .where('promoted_at', '=', at.getTime())
    .execute()
}
