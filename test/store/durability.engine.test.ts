import { beforeAll, expect, test } from 'vitest'
import { modelSchema } from '../../control/declared/model.ts'
import { openModels } from '../../store/models.ts'
import type { Store } from '../../store/engine/client.ts'
import { rows } from '../../store/engine/query.ts'
import { syncDurability } from '../../store/events/durability.ts'
import { insertPredictions } from '../../store/events/predictions.ts'
import { temporaryStore } from '../support/stores/store.ts'

const model = modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric' } })
let store: Store
beforeAll(async () => {
  store = await temporaryStore()
  await openModels(store).declare(model, new Date())
})

const EVENTS = ['dead_letters', 'dirty_hours', 'halves', 'hours', 'label_index_m', 'labelled_profiles', 'labels_m', 'pending_labels', 'predictions_m', 'profiles', 'reference_features_m'] // prettier-ignore

async function durableTables(): Promise<string[]> {
  const found = await rows<{ name: string }>(
    store.read,
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine_full LIKE '%fsync_after_insert = 1%'
       AND engine_full LIKE '%fsync_part_directory = 1%' ORDER BY name`,
  )
  return found.map(({ name }) => name)
}

/** How often files and directories were written to the disk while a prediction was inserted. */
async function syncs(id: string): Promise<Record<string, number>> {
  const read = () =>
    rows<{ event: string; n: number }>(
      store.read,
      `SELECT event, value AS n FROM system.events WHERE event IN ('FileSync', 'DirectorySync')`,
    ).then((found) => Object.fromEntries(found.map(({ event, n }) => [event, n])))
  const before = await read()
  const row = [id, Date.UTC(2026, 0, 1), '1', 0, 'yes', 0.5, {}, 0, [], [], 1]
  await insertPredictions(store, model, [JSON.stringify(row)])
  const after = await read()
  const risen = (event: string) => (after[event] ?? 0) - (before[event] ?? 0)
  return { files: risen('FileSync'), directories: risen('DirectorySync') }
}

test('events are on the disk before they are acknowledged, unless that is turned off', async () => {
  expect(await durableTables()).toEqual(EVENTS)
  const { files, directories } = await syncs('a')
  expect(files).toBeGreaterThan(0)
  expect(directories).toBeGreaterThan(0)

  await syncDurability({ ...store, durable: false })
  expect(await durableTables()).toEqual([])
  expect(await syncs('b')).toEqual({ files: 0, directories: 0 })

  await syncDurability(store)
  expect(await durableTables(), 'tables that were there before').toEqual(EVENTS)
})

test('tables that are not ours stay as they are, also where their names begin like ours', async () => {
  const other = 'CREATE TABLE my_predictions_m (a Int32) ENGINE = MergeTree ORDER BY a'
  await store.rollup.command({ query: other })
  await syncDurability(store)
  expect(await durableTables()).toEqual(EVENTS)
})
