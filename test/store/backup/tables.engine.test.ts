import { expect, test } from 'vitest'
import { LEFT_OUT, modelTables, SHARED_TABLES } from '../../../store/backup/tables.ts'
import { rows } from '../../../store/engine/query.ts'
import { syncSilver } from '../../../store/events/silver.ts'
import { temporaryStore } from '../../support/stores/store.ts'

test('each table of ClickHouse is in a backup, or left out on purpose', async () => {
  const store = await temporaryStore()
  await syncSilver(store, { name: 'shop', task: 'binary', positive: 'yes', features: [], segments: [] })
  const found = await rows<{ name: string; engine: string }>(
    store.read,
    `SELECT name, engine FROM system.tables
     WHERE database = currentDatabase() AND engine != 'MaterializedView' ORDER BY name`,
  )
  const read = [...SHARED_TABLES, ...modelTables('shop')]
  expect(found.map(({ name }) => name)).toEqual(
    [...read.map(({ name }) => name), ...LEFT_OUT, 'label_index_shop'].sort(),
  )
  for (const { name, final } of read)
    expect([name, final]).toEqual([name, found.find((table) => table.name === name)!.engine !== 'MergeTree'])
})
