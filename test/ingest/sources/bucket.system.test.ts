import { afterAll, beforeAll, expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { rows } from '../../../store/engine/query.ts'
import { columnarBody } from '../../support/columnar/body.ts'
import { describeS3, S3Server } from '../../support/s3/server.ts'
import { runSource } from '../../support/sources/run-source.ts'
import { testService, type TestService } from '../../support/service.ts'

const model = modelSchema.parse({ name: 'm', task: 'binary', features: { hour: 'numeric' } })

describeS3('a source in a bucket', (python) => {
  let server: S3Server
  let service: TestService
  beforeAll(async () => {
    server = await S3Server.start(python)
    await server.createBucket('logs')
    const { keyId, secret } = await userOf(server)
    service = await testService(
      { models: [model], monitors: [] },
      {
        DRIFTGAUGE_WEBHOOK_ALLOW: '127.0.0.1',
        DRIFTGAUGE_SOURCE_MINE_ACCESS_KEY_ID: keyId,
        DRIFTGAUGE_SOURCE_MINE_SECRET_ACCESS_KEY: secret,
      },
    )
  }, 120_000)
  afterAll(() => server.close())

  const declare = (name: string, more: object) =>
    service.call('POST', '/sources', { name, model: 'm', s3: { bucket: 'logs', endpoint: server.url, credentials: 'mine', ...more } }) // prettier-ignore
  const parquet = (from: number, count: number) =>
    columnarBody(service.store, 'Parquet', { id: 'String', ts: 'Int64', hour: 'Float64', score: 'Float64' },
      Array.from({ length: count }, (_, i) => ({ id: `k${from + i}`, ts: Date.UTC(2026, 0, 2) + i * 1000, hour: i, score: 0.5 }))) // prettier-ignore

  test('takes each object once, and the changed one again', async () => {
    await server.put('logs', 'scores/day=1/part 0+é.parquet', await parquet(0, 100))
    await server.put('logs', 'scores/day=2/part-0.parquet', await parquet(100, 50))
    await server.put('logs', 'other/x.parquet', await parquet(900, 1))
    expect((await declare('bucket', { prefix: 'scores/' })).status).toBe(201)
    expect(await runSource(service, 'bucket')).toMatchObject({
      problem: null,
      listed: 2,
      files: { taken: 2 },
      accepted: 150,
    })
    expect(await runSource(service, 'bucket')).toMatchObject({ files: { taken: 2 }, accepted: 150 })
    await server.put('logs', 'scores/day=2/part-0.parquet', await parquet(100, 60))
    expect(await runSource(service, 'bucket')).toMatchObject({
      files: { taken: 2, replaced: 1 },
      accepted: 210,
    })
    expect(await rows(service.store.rollup, 'SELECT count() AS n, uniqExact(id) AS ids FROM predictions_m FINAL')).toEqual([{ n: 160, ids: 160 }]) // prettier-ignore
  })

  test('says what is wrong, without a secret, and goes on once it is right', async () => {
    await declare('lost', { bucket: 'nowhere' })
    const state = await runSource(service, 'lost')
    expect(state.problem).toMatch(/nowhere/)
    await declare('unknown', { credentials: 'theirs' })
    expect((await runSource(service, 'unknown')).problem).toMatch(/DRIFTGAUGE_SOURCE_THEIRS_ACCESS_KEY_ID/)
    await declare('private', { endpoint: server.url.replace('127.0.0.1', '127.0.0.2') })
    expect((await runSource(service, 'private')).problem).toMatch(/DRIFTGAUGE_WEBHOOK_ALLOW/)
    await server.createBucket('nowhere')
    await server.put('nowhere', 'a.parquet', await parquet(500, 5))
    expect(await runSource(service, 'lost')).toMatchObject({ problem: null, accepted: 5 })
    const { body } = await service.call('GET', '/sources')
    expect(JSON.stringify(body)).not.toContain('secret')
  })
})

async function userOf(server: S3Server): Promise<{ keyId: string; secret: string }> {
  const { accessKeyId, secretAccessKey } = await server.createUser('reader', ['s3:*'])
  return { keyId: accessKeyId, secret: secretAccessKey }
}
