import { beforeAll, expect, test } from 'vitest'
import { featureSource, modelSchema } from '../../control/declared/model.ts'
import { openModels } from '../../store/models.ts'
import type { Store } from '../../store/engine/client.ts'
import { identifier } from '../../store/engine/sql.ts'
import { rows } from '../../store/engine/query.ts'
import { temporaryStore } from '../support/stores/store.ts'

const features = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, 'numeric']))
const model = modelSchema.parse({ name: 'wide', task: 'binary', features })
/** Of random numbers in 60 columns: more bytes than ClickHouse keeps in one file by itself. */
const ROWS = 40_000

let store: Store
beforeAll(async () => {
  store = await temporaryStore()
  await openModels(store).declare(model, new Date())
})

const partTypes = async () =>
  (
    await rows<{ part_type: string }>(
      store.read,
      `SELECT DISTINCT part_type FROM system.parts WHERE database = currentDatabase() AND table = 'predictions_wide' AND active`,
    )
  ).map(({ part_type }) => part_type)

async function insert(): Promise<void> {
  const names = Object.keys(features).map((name) => identifier(featureSource(name)))
  await store.rollup.command({
    query: `INSERT INTO predictions_wide (id, ts, ${names.join(', ')})
      SELECT generateUUIDv4(), toDateTime64('2026-03-01 00:00:00', 3, 'UTC'), ${names.map((_, i) => `rand64(${i}) / 3`).join(', ')}
      FROM numbers(${ROWS}) SETTINGS optimize_on_insert = 0, max_insert_threads = 1, min_insert_block_size_bytes = 1000000000, max_block_size = ${ROWS}`,
  })
}

test('an insert of many columns is one file; what is merged of it has a file for each column', async () => {
  await insert()
  expect(await partTypes()).toEqual(['Compact'])
  await insert()
  await store.rollup.command({ query: 'OPTIMIZE TABLE predictions_wide FINAL' })
  expect(await partTypes()).toEqual(['Wide'])
})

test('a table from before gets the setting when its model is declared again', async () => {
  const isSet = async () =>
    rows(
      store.read,
      `SELECT name FROM system.tables WHERE database = currentDatabase() AND name = 'predictions_wide' AND engine_full LIKE '%min_level_for_wide_part = 1%'`,
    )
  await store.rollup.command({
    query: 'ALTER TABLE predictions_wide RESET SETTING min_level_for_wide_part',
  })
  expect(await isSet()).toEqual([])
  await openModels(store).declare(model, new Date())
  expect(await isSet()).toHaveLength(1)
})
