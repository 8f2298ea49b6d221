import { removeIncidents } from '../incidents/incidents.ts'
import { deletable, type OldRows } from './deletable.ts'

/** Incidents that were closed. They keep what their alerts were, so that these may be deleted before. */
export const oldIncidents: OldRows = {
  async count(control, before) {
    const counted = await control
      .selectFrom('incidents')
      .select(({ fn }) => [fn.countAll().as('total'), fn.min('closed_at').as('oldest')])
      .where('closed_at', '<', before.getTime())
      .executeTakeFirstOrThrow()
    return deletable(counted)
  },
  async remove(transaction, before, limit) {
    const old = await transaction
      .selectFrom('incidents')
      .select('id')
      .where('closed_at', '<', before.getTime())
      .orderBy('closed_at')
      .orderBy('id')
      .limit(limit)
      .execute()
    await removeIncidents(
      transaction,
      old.map(({ id }) => id),
    )
    return old.length
  },
}
