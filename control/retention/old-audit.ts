import { deletable, type OldRows } from './deletable.ts'

/** Entries of the audit. */
export const oldAudit: OldRows = {
  async count(control, before) {
    const counted = await control
      .selectFrom('audit')
      .select(({ fn }) => [fn.countAll().as('total'), fn.min('at').as('oldest')])
      .where('at', '<', before.getTime())
      .executeTakeFirstOrThrow()
    return deletable(counted)
  },
  async remove(transaction, before, limit) {
    const { numDeletedRows } = await transaction
      .deleteFrom('audit')
      .where('id', 'in', (audit) =>
        audit
          .selectFrom('audit')
          .select('id')
          .where('at', '<', before.getTime())
          .orderBy('at')
          .orderBy('id')
          .limit(limit),
      )
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  },
}
