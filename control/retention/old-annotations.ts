import { deletable, type OldRows } from './deletable.ts'

/** Annotations by the time that they are about, not by when they were made. */
export const oldAnnotations: OldRows = {
  async count(control, before) {
    const counted = await control
      .selectFrom('annotations')
      .select(({ fn }) => [fn.countAll().as('total'), fn.min('ends_at').as('oldest')])
      .where('ends_at', '<', before.getTime())
      .executeTakeFirstOrThrow()
    return deletable(counted)
  },
  async remove(transaction, before, limit) {
    const { numDeletedRows } = await transaction
      .deleteFrom('annotations')
      .where('id', 'in', (annotations) =>
        annotations
          .selectFrom('annotations')
          .select('id')
          .where('ends_at', '<', before.getTime())
          .orderBy('ends_at')
          .orderBy('id')
          .limit(limit),
      )
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  },
}
