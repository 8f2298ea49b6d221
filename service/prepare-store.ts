import type { Logger } from 'pino'
import type { Store } from '../store/engine/client.ts'
import { dropAbandoned } from '../store/engine/staging.ts'
import { claimStore } from '../store/installation.ts'
import { importLegacy, type LegacyImport } from '../store/legacy/import.ts'
import { catchUp } from '../store/schema/catch-up.ts'
import { checkLayout } from '../store/schema/layout.ts'
import { migrate } from '../store/schema/migrations.ts'
import { identifyByVersion } from '../store/schema/version-identity.ts'

const MAX_NAMED = 20

export interface PrepareOptions {
  /** Where the backup goes of what is imported. */
  directory: string
  log: Logger
  now: Date
}

/**
 * Brings ClickHouse up to date, makes sure that it belongs to the control database, imports the control state that an
 * earlier release kept in it, and drops what killed processes left of their work. Can run any number of times, before
 * this process works with the store.
 */
export async function prepareStore(store: Store, { directory, log, now }: PrepareOptions): Promise<void> {
  await checkLayout(store)
  await migrate(store, now)
  // First: what belongs to others is not imported.
  await claimStore(store)
  const imported = await importLegacy(store, { directory, now })
  if (imported !== undefined) logImport(log, imported)
  const copied = await identifyByVersion(store, now, (progress) => log.info(progress, 'copied predictions'))
  if (copied.length > 0) log.info({ models: copied }, 'predictions are now told apart by version as well')
  await catchUp(store)
  await dropAbandoned(store)
}

function logImport(log: Logger, { backup, tables, leftOut }: LegacyImport): void {
  log.info(
    { backup, tables },
    'imported the control state of an earlier release from ClickHouse; the backup holds all of it, with secrets',
  )
  for (const { table, reason, names } of reasonsOf(leftOut))
    log.warn(
      { table, reason, rows: names.length, names: names.slice(0, MAX_NAMED) },
      'rows were not imported; the backup holds them',
    )
}

function reasonsOf(leftOut: LegacyImport['leftOut']): { table: string; reason: string; names: string[] }[] {
  const reasons = new Map<string, { table: string; reason: string; names: string[] }>()
  for (const { table, reason, name } of leftOut) {
    const key = JSON.stringify([table, reason])
    if (!reasons.has(key)) reasons.set(key, { table, reason, names: [] })
    reasons.get(key)!.names.push(name)
  }
  return [...reasons.values()]
}
