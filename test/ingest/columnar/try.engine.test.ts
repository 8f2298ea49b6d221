import { expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { rows } from '../../../store/engine/query.ts'
import { columnarBody, MEDIA_TYPES, type ColumnarFormat } from '../../support/columnar/body.ts'
import { testService } from '../../support/service.ts'
const model = modelSchema.parse({ name: 'm', task: 'multiclass', features: { hour: 'numeric', origin: 'categorical' } })
const types = { id: 'Nullable(String)', ts: "Nullable(DateTime64(6,'UTC'))", version: 'Nullable(String)', hour: 'Nullable(Float64)', origin: 'LowCardinality(Nullable(String))', prediction: 'Nullable(String)', 'scores.a': 'Nullable(Float64)', 'scores.b': 'Nullable(Float64)', orign: 'Nullable(Int64)' }
const data = [
  { id: 'a', ts: '2026-01-03 17:05:00.123456', version: '1', hour: 1.5, origin: 'x', prediction: 'true', 'scores.a': 0.2, 'scores.b': 0.8, orign: 5 },
  { id: 'b', ts: '2026-01-03 17:05:00.123456', version: null, hour: 'nan', origin: '', prediction: null, 'scores.a': null, 'scores.b': null, orign: 5 },
  { id: null, ts: '2026-01-03 17:05:00.123456', version: '1', hour: 1.5, origin: 'x', prediction: 'true', 'scores.a': 0.2, 'scores.b': 0.8, orign: 5 },
  { id: 'c', ts: null, version: '1', hour: 1.5, origin: 'x', prediction: 'true', 'scores.a': 0.2, 'scores.b': 0.8, orign: null },
]
test.each(['Parquet', 'ArrowStream', 'Arrow'] as ColumnarFormat[])('%s', async (format) => {
  const service = await testService({ models: [model], monitors: [] })
  const body = await columnarBody(service.store, format, types, data)
  const answer = await service.call('POST', '/models/m/predictions', body, { 'content-type': MEDIA_TYPES[format] })
  console.log(answer.status, JSON.stringify(answer.body, null, 1))
  console.log(await rows(service.store.read, 'SELECT * FROM predictions_m'))
  console.log(await rows(service.store.read, 'SELECT reason, payload FROM dead_letters'))
  expect(answer.status).toBe(200)
})
