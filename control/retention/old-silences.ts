import { sql } from 'kysely'
import { deletable, type OldRows } from './deletable.ts'

/** All revisions of the silences that have ended as they stand now. */
const over = (before: Date) => sql<boolean>`EXISTS (
  SELECT 1 FROM silences AS newest
  WHERE newest.id = silences.id AND newest.ends_at < ${before.getTime()}
    AND NOT EXISTS (
      SELECT 1 FROM silences AS newer WHERE newer.id = newest.id AND newer.revision > newest.revision))`

export const oldSilences: OldRows = {
  async count(control, before) {
    const counted = await control
      .selectFrom('silences')
      .select(({ fn }) => [fn.countAll().as('total'), fn.min('ends_at').as('oldest')])
      .where(over(before))
      .executeTakeFirstOrThrow()
    return deletable(counted)
  },
  async remove(transaction, before, limit) {
    // The newest revision last: without it an earlier one, which may end later, would be in force.
    const { numAffectedRows } = await sql`
      DELETE FROM silences WHERE (id, revision) IN (
        SELECT id, revision FROM silences WHERE ${over(before)} ORDER BY id, revision LIMIT ${limit})`.execute(
      transaction,
    )
    return Number(numAffectedRows ?? 0)
  },
}
