import { beforeAll, describe, expect, test } from 'vitest'
import { signatureOf } from '../../../registry/webhook/verify.ts'
import { fakeMlflow, flightsOnly } from '../../support/mlflow/fake-mlflow.ts'
import { testService, type TestService } from '../../support/service.ts'

const SECRET = 'a-secret-for-the-webhooks-of-mlflow'
const DELIVERY = JSON.stringify({
  entity: 'model_version_alias',
  action: 'created',
  timestamp: '2026-03-01T12:00:00+00:00',
  data: { name: 'flights', alias: 'champion', version: '1' },
})

describe('the webhook of MLflow', () => {
  let service: TestService
  let now: number
  beforeAll(async () => {
    now = Math.floor(Date.now() / 1000)
    service = await testService(undefined, {
      MLFLOW_TRACKING_URI: await fakeMlflow(flightsOnly),
      MLFLOW_WEBHOOK_SECRET: SECRET,
      DRIFTGAUGE_API_KEYS: 'a-key-of-sixteen-characters-or-more',
    })
    const key = { authorization: 'Bearer a-key-of-sixteen-characters-or-more' }
    await service.call('POST', '/mlflow/import', { name: 'flights', task: 'binary' }, key)
  })
  const send = (changes: {
    id?: string
    timestamp?: string
    body?: string
    secret?: string
    signature?: string
  }) => {
    // prettier-ignore
    const { id = 'some', timestamp = String(now), body = DELIVERY, secret = SECRET } = changes
    const signature = changes.signature ?? signatureOf({ id, timestamp }, Buffer.from(DELIVERY), secret)
    return service.call('POST', '/mlflow/webhook', body, {
      'x-mlflow-delivery-id': id,
      'x-mlflow-timestamp': timestamp,
      'x-mlflow-signature': signature,
    })
  }

  test.each([
    ['signed with another secret', { secret: 'someone-elses-secret' }],
    ['with a changed body', { body: DELIVERY.replace('flights', 'flightS') }],
    ['with a signature that is none', { signature: 'v1,AAAA' }],
    ['that is six minutes old', { timestamp: String(Math.floor(Date.now() / 1000) - 360) }],
    ['of the future', { timestamp: String(Math.floor(Date.now() / 1000) + 360) }],
  ])('refuses a delivery %s', async (_, changes) => {
    const { status, body } = await send(changes)
    expect([status, body.title]).toEqual([401, 'Signature required'])
    const asked = await service.store.control.selectFrom('mlflow_polls').select('asked_at').execute()
    expect(asked.every(({ asked_at }) => asked_at === 0)).toBe(true)
  })

  test('refuses a long body, and none is remembered', async () => {
    expect((await send({ body: 'x'.repeat(64_001) })).status).toBe(413)
    expect(await service.store.control.selectFrom('mlflow_webhooks').selectAll().execute()).toEqual([])
  })

  test('takes a delivery once, without a key', async () => {
    expect(await send({ id: 'one' })).toMatchObject({ status: 200, body: { models: ['flights'] } })
    const asked = () => service.store.control.selectFrom('mlflow_polls').selectAll().execute()
    const before = await asked()
    expect(before).toHaveLength(1)
    expect(await send({ id: 'one' })).toMatchObject({ status: 200, body: { models: [] } })
    expect(await asked()).toEqual(before)
  })
})
