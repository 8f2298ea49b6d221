import { z } from 'zod'
import { inTransaction, type Control } from '../../control/database/control.ts'
import type { Model } from '../../control/declared/model.ts'
import { askForPoll } from '../../control/registry/polls.ts'
import { rememberWebhook } from '../../control/registry/webhooks.ts'
import { isLinked } from '../status.ts'
import { MAX_AGE_MS } from './verify.ts'

/** What MLflow tells of; other events are none of ours. */
export const webhookSchema = z.object({
  entity: z.string(),
  action: z.string(),
  data: z.looseObject({ name: z.string().optional() }),
})
export type WebhookBody = z.output<typeof webhookSchema>

/**
 * Asks for a look at the aliases of the model that a delivery names, once for each delivery. What it says beyond the name is
 * not believed: MLflow is asked. Returns the models to be looked at.
 */
export function receive(
  control: Control,
  models: readonly Model[],
  { id, body, now }: { id: string; body: WebhookBody; now: Date },
): Promise<string[]> {
  return inTransaction(control, async (transaction) => {
    if (!(await rememberWebhook(transaction, id, now, 2 * MAX_AGE_MS))) return []
    const named = models.filter((model) => isLinked(model) && model.mlflow.model === body.data.name)
    for (const { name } of named) await askForPoll(transaction, name, now)
    return named.map(({ name }) => name)
  })
}
