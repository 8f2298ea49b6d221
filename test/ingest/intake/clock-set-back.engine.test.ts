import { beforeAll, expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { rows } from '../../../store/engine/query.ts'
import { silverTables } from '../../../store/events/silver.ts'
import { openModels } from '../../../store/models.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const TS = Date.UTC(2026, 0, 5, 8)
const model = modelSchema.parse({ name: 'm', task: 'regression', features: { x: 'numeric' } })
let store: Awaited<ReturnType<typeof temporaryStore>>
beforeAll(async () => {
  store = await temporaryStore()
  await openModels(store).declare(model, new Date(TS))
})

test('a correction wins although the clock was set back before it came', async () => {
  const writer = createWriter(store)
  const send = (x: number, now: number) =>
    storePredictions({ store, writer, model, source: 'test', now: new Date(now) }, [
      { value: { id: 'a', ts: TS, prediction: 1, features: { x } } },
    ])
  await send(1, TS + 7_200_000)
  await send(2, TS + 60_000)
  const found = await rows<{ x: number }>(
    store.read,
    `SELECT f_x AS x FROM ${silverTables('m').predictions} FINAL`,
  )
  expect(found).toEqual([{ x: 2 }])
})
