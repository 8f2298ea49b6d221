import type { Control } from '../database/control.ts'

/** Remembers the id of a delivery, and forgets older ones. False where it is known already. */
export async function rememberWebhook(
  control: Control,
  id: string,
  now: Date,
  keepMs: number,
): Promise<boolean> {
  const at = now.getTime()
  await control
    .deleteFrom('mlflow_webhooks')
    .where('at', '<', at - keepMs)
    .execute()
  const { numInsertedOrUpdatedRows = 0n } = await control
    .insertInto('mlflow_webhooks')
    .values({ id, at })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows > 0n
}
