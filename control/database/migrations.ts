import { Migrator, type Kysely, type Migration } from 'kysely'
import type { Control } from './control.ts'
import { DECLARED_TABLES } from './migrations/declared-tables.ts'
import { ALERTING_TABLES } from './migrations/alerting-tables.ts'

/** By name, in the order they came to be. One that has shipped is never edited: changes are appended. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '2026-11-29-declared': DECLARED_TABLES,
  '2026-11-29-alerting': ALERTING_TABLES,
}

/** Brings the tables up to date; processes that start at once wait for one another. */
export async function migrateControl(control: Control): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) }
  const migrator = new Migrator({ db: control as Kysely<unknown>, provider })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}
