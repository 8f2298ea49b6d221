import { sql, type Migration } from 'kysely'
import { databaseTime } from '../database-time.ts'
import { textType } from './column-types.ts'

/** When keys were last used, and since when that is recorded: of keys that are older, nothing is known before. */
export const KEY_USE: Migration = {
  async up(control) {
    const text = textType(control)
    await control.schema
      .createTable('key_uses')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('used_at', 'bigint', (column) => column.notNull())
      .execute()
    await sql`INSERT INTO counters (name, value) VALUES ('key uses recorded from', ${databaseTime(control)})`.execute(
      control,
    )
  },
}
