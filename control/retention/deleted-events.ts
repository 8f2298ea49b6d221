import type { Fence } from '../alerting/insert-alert-events.ts'
import { inTransaction, type Control } from '../database/control.ts'

/** The time before which events of a model have been deleted because of their age; undefined where none have. */
export async function eventsDeletedBefore(control: Control, model: string): Promise<Date | undefined> {
  const row = await control
    .selectFrom('deleted_events')
    .select('before')
    .where('model', '=', model)
    .executeTakeFirst()
  return row && new Date(Number(row.before))
}

/** To be called before events are deleted: older ones are neither taken in nor counted from then on. */
export async function noteEventsDeleted(
  control: Control,
  { model, before, fence }: { model: string; before: Date; fence: Fence },
): Promise<void> {
  await inTransaction(control, async (transaction) => {
    await fence(transaction)
    const noted = await eventsDeletedBefore(transaction, model)
    if (noted !== undefined && noted >= before) return
    await transaction
      .insertInto('deleted_events')
      .values({ model, before: before.getTime() })
      .onConflict((conflict) => conflict.column('model').doUpdateSet({ before: before.getTime() }))
      .execute()
  })
}

/** Of a model that is removed: one that is declared anew under its name starts from nothing. */
export async function forgetDeletedEvents(control: Control, model: string): Promise<void> {
  await control.deleteFrom('deleted_events').where('model', '=', model).execute()
}
