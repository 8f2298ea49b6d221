import { expect, test } from 'vitest'
import { textEvidence, type Question } from '../../../ingest/columns/text-evidence.ts'
import { identifier } from '../../../store/engine/sql.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const { rollup } = await temporaryStore()

test('each of many columns is judged by its own cells, whatever the columns are called', async () => {
  // Each name is one that the statement could use for the cells of another column.
  const names = ['cell1', 'cell0', 'cell_0', ...Array.from({ length: 90 }, (_, i) => `cell${i + 2}`)]
  const columns = names.map((name) => `${identifier(name)} Nullable(String)`)
  await rollup.command({
    query: `CREATE TABLE texts (${columns.join(', ')}) ENGINE = MergeTree ORDER BY tuple()`,
  })
  const cells = names.map((_, i) => `toString(if(number < ${i}, number, NULL))`)
  await rollup.command({ query: `INSERT INTO texts SELECT ${cells.join(', ')} FROM numbers(100)` })
  const questions = names.map((name, i): Question => ({ name, isNumeric: i % 2 === 0, readings: [] }))
  const evidence = await textEvidence(rollup, 'texts', questions)
  expect(names.map((name) => evidence.get(name)!.present)).toEqual(names.map((_, i) => i))
})
