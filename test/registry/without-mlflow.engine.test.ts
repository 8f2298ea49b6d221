import { beforeAll, describe, expect, test } from 'vitest'
import { testService, type TestService } from '../support/service.ts'

describe('without MLflow', () => {
  let service: TestService
  beforeAll(async () => {
    service = await testService()
  })

  test('nothing is imported, and there is no webhook', async () => {
    expect(await service.call('GET', '/mlflow')).toMatchObject({
      status: 200,
      body: { uri: null, models: [] },
    })
    expect((await service.call('POST', '/mlflow/import', { name: 'flights' })).status).toBe(409)
    expect((await service.call('POST', '/mlflow/webhook', {})).status).toBe(404)
  })

  test('a model that names it says what is missing', async () => {
    const model = { name: 'm', task: 'binary', features: { a: 'numeric' }, mlflow: { model: 'M 1' } }
    const declared = await service.call('POST', '/models', model)
    expect(declared.body.mlflow).toEqual({
      model: 'M 1',
      alias: 'champion',
      baseline: 'monitoring/baseline.parquet',
    })
    const { body } = await service.call('GET', '/mlflow')
    expect(body.models[0]).toMatchObject({ model: 'm', problem: 'MLFLOW_TRACKING_URI is not set.' })
    for (const mlflow of [
      { model: 'a/b' },
      { model: 'a', alias: 'latest' },
      { model: 'a', baseline: '../secret.csv' },
      { model: 'a', baseline: 'x.exe' },
    ])
      expect((await service.call('POST', '/models', { ...model, name: 'n', mlflow })).status).toBe(400)
  })
})
