import { setTimeout } from 'node:timers/promises'
import { openControlSnapshot, type ControlSnapshot } from '../../control/backup/snapshot.ts'
import type { Control } from '../../control/database/control.ts'
import { modelDocuments } from '../../control/declared/model.ts'
import type { Store } from '../engine/client.ts'
import { StoreUnavailable } from '../engine/errors.ts'
import { rows } from '../engine/query.ts'
import { identifier } from '../engine/sql.ts'
import { cloneName, cloneTable, dropClones } from './clones.ts'
import { COUNTS, DIRTY_HOURS, MARKS, modelTables, PUBLISHED, REFERRED, type SharedTable } from './tables.ts'

/** Both databases, fixed as one state. */
export interface Snapshot {
  control: ControlSnapshot
  /** Of the models that control state has. */
  modelTables: SharedTable[]
}

/** Changes that a snapshot cannot be taken beside, such as of models, take far less. */
const ATTEMPTS = 60
const PAUSE_MS = 500

/**
 * Fixes both databases while they are used, without making anybody wait: the order in which tables are fixed makes up a
 * state that a crash could have left. It is tried again where something was removed meanwhile.
 * @param directory for a copy of the control database
 */
export async function takeSnapshot(store: Store, directory: string): Promise<Snapshot> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    await dropClones(store)
    const snapshot = await fix(store, directory)
    if (snapshot !== undefined) return snapshot
    await setTimeout(PAUSE_MS)
  }
  throw new StoreUnavailable(
    'Models or counts were removed each time while the backup was about to begin. Try again later.',
  )
}

async function fix(store: Store, directory: string): Promise<Snapshot | undefined> {
  for (const { name } of [...MARKS, PUBLISHED, ...COUNTS]) await cloneTable(store, name)
  if (await lacksCounts(store)) return undefined
  const control = await openControlSnapshot(store.control, directory)
  try {
    const models = await modelDocuments.list(control.control)
    const revisions = await revisionsOf(control.control)
    for (const { name } of REFERRED) await cloneTable(store, name)
    const own = await existing(
      store,
      models.flatMap((model) => modelTables(model.name)),
    )
    try {
      for (const { name } of own) await cloneTable(store, name)
    } catch (error) {
      // The tables of a model that is removed are gone.
      if ((await revisionsOf(store.control)) === revisions) throw error
    }
    // In this order: what is done with was published before.
    for (const name of [DIRTY_HOURS, PUBLISHED.name]) await cloneTable(store, name, 2)
    if ((await revisionsOf(store.control)) === revisions) return { control, modelTables: own }
  } catch (error) {
    await control.close()
    throw error
  }
  await control.close()
  return undefined
}

async function existing({ read }: Store, tables: readonly SharedTable[]): Promise<SharedTable[]> {
  const found = await rows<{ name: string }>(
    read,
    'SELECT name FROM system.tables WHERE database = currentDatabase()',
  )
  const names = new Set(found.map(({ name }) => name))
  return tables.filter(({ name }) => names.has(name))
}

/** Equal as long as no model was declared, changed or removed. */
async function revisionsOf(control: Control): Promise<string> {
  const stored = await modelDocuments.readAll(control)
  return JSON.stringify(stored.map(({ document, revision }) => [document.name, revision]))
}

/** Whether counts of a generation that the snapshot names were deleted before they were fixed, being replaced meanwhile. */
async function lacksCounts({ read }: Store): Promise<boolean> {
  const generation = 'model, binning, part, hour, generation'
  const replaced = `SELECT ${generation} FROM ${fixed(PUBLISHED.name)} FINAL
    WHERE (${generation}) NOT IN (SELECT ${generation} FROM ${PUBLISHED.name} FINAL)`
  const [{ found }] = await rows<{ found: number }>(read, `SELECT count() AS found FROM (${replaced})`)
  if (found === 0) return false
  const [counts, labelled] = COUNTS.map(({ name }) => fixed(name))
  const [{ missing }] = await rows<{ missing: number }>(
    read,
    `SELECT count() AS missing FROM (${replaced})
     WHERE (model, binning, hour, generation) NOT IN (
       SELECT model, binning, hour, generation FROM ${counts} WHERE generation IN (SELECT generation FROM (${replaced}))
       UNION ALL
       SELECT model, binning, hour, generation FROM ${labelled} WHERE generation IN (SELECT generation FROM (${replaced})))`,
  )
  return missing > 0
}

const fixed = (table: string) => identifier(cloneName(table))
