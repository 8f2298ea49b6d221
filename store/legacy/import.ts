import type { Logger } from 'pino'
import { inTransaction, type Control } from '../../control/database/control.ts'
import { DAY_MS } from '../../domain/time.ts'
import type { Store } from '../engine/client.ts'
import { backUpLegacy } from './backup.ts'
import { legacyTables, readLegacy, type Legacy } from './read.ts'
import { writeAlerts } from './write-alerts.ts'
import { writeDeclared } from './write-declared.ts'
import { writeRetrains } from './write-retrains.ts'

/** Counted in the control database once there is nothing left to import. */
const DONE = 'control state imported from ClickHouse'
/** Messages of events that were stored longer ago were never sent. */
const OUTBOX_DAYS = 100

export interface ImportOptions {
  /** Where the backup of what was read is left. */
  directory: string
  log: Pick<Logger, 'info' | 'warn'>
  now: Date
}

/**
 * Brings control state over that an earlier release kept in ClickHouse, once: in one transaction, after a backup. A process
 * that is killed before it is done leaves everything to the next start. The tables in ClickHouse stay as they are.
 */
export async function importLegacy(store: Store, { directory, log, now }: ImportOptions): Promise<void> {
  const { control } = store
  if (await isDone(control)) return
  const tables = await legacyTables(store)
  if (tables.length === 0) {
    await markDone(control)
    return
  }
  const legacy = await readLegacy(store, tables)
  const backup = await backUpLegacy(legacy, directory, now)
  const outcome = await inTransaction(control, async (transaction) => {
    if (!(await markDone(transaction))) return undefined
    return writeLegacy(transaction, legacy, new Date(now.getTime() - OUTBOX_DAYS * DAY_MS))
  })
  if (outcome === undefined) return
  const read = Object.fromEntries(tables.map((table) => [table, legacy[table].length]))
  log.info({ read, backup }, 'declarations, alerts and the like were brought over from ClickHouse')
  if (outcome.length > 0)
    log.warn(
      { left: outcome.slice(0, 100), count: outcome.length, backup },
      'some rows refer to what does not exist and were left out; the backup has them',
    )
}

/** @returns what was left out, in words */
async function writeLegacy(control: Control, legacy: Legacy, tellingSince: Date): Promise<string[]> {
  return [
    ...(await writeDeclared(control, legacy)),
    ...(await writeAlerts(control, legacy, tellingSince)),
    ...(await writeRetrains(control, legacy)),
  ]
}

async function isDone(control: Control): Promise<boolean> {
  return (
    (await control.selectFrom('counters').select('value').where('name', '=', DONE).executeTakeFirst()) !==
    undefined
  )
}

/** False where another process was first. */
async function markDone(control: Control): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await control
    .insertInto('counters')
    .values({ name: DONE, value: 1 })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}
