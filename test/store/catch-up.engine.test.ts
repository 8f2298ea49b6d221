import { expect, test } from 'vitest'
import { modelSchema } from '../../control/declared/model.ts'
import { rows } from '../../store/engine/query.ts'
import { openModels } from '../../store/models.ts'
import { catchUp } from '../../store/schema/catch-up.ts'
import { temporaryStore } from '../support/stores/store.ts'

test('models of an earlier release get the tables that they lack, and keep their rows', async () => {
  const store = await temporaryStore()
  const model = modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric' } })
  await openModels(store).declare(model, new Date())
  expect(await catchUp(store)).toEqual([])
  await store.rollup.command({ query: "INSERT INTO predictions_m (id, ts, f_a) VALUES ('1', now(), 1)" })
  await store.rollup.command({ query: 'DROP TABLE reference_features_m' })
  expect(await catchUp(store)).toEqual(['m'])
  expect(await catchUp(store)).toEqual([])
  const [{ n }] = await rows<{ n: number }>(store.read, 'SELECT count() AS n FROM predictions_m')
  expect([n, await rows(store.read, 'SELECT f_a FROM reference_features_m')]).toEqual([1, []])
})
