import { request, type ClientRequest } from 'node:http'
import { once } from 'node:events'
import { beforeAll, describe, expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { countPredictions } from '../../../store/events/predictions.ts'
import { ask } from '../../support/ask.ts'
import { testService, type TestService } from '../../support/service.ts'

const START = Date.UTC(2026, 0, 5)
const model = modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric' } })
let service: TestService
beforeAll(async () => {
  service = await testService({ models: [model], monitors: [] })
})

const event = (id: string) => ({ id, ts: START, features: { a: 1 } })
const stored = () => countPredictions(service.store, 'm', new Date(START), new Date(START + 3_600_000))
const metric = async (name: string) => {
  const { body } = await ask(`${service.url}/metrics`)
  const values = (body as string).split('\n').filter((line) => line.startsWith(name))
  return values.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

/** A request whose body stays on its way, but for so many bytes. */
function hanging(bytes: number): ClientRequest {
  const url = `${service.url}/api/v1/models/m/predictions`
  const headers = { 'content-type': 'application/json', 'content-length': bytes + 1 }
  const sent = request(url, { method: 'POST', headers })
  sent.on('error', () => {})
  sent.write(Buffer.alloc(bytes, ' '))
  return sent
}

const heldBytes = () => metric('driftgauge_intake_http_bytes')
/** Tens of megabytes take a while to arrive beside other work. */
const PATIENT = { timeout: 30_000 }

describe('many requests at once', () => {
  test('are all answered, and stored by far fewer inserts', async () => {
    const before = await metric('driftgauge_intake_insert_rows_count')
    const answers = await Promise.all(
      Array.from({ length: 400 }, (_, i) =>
        service.call('POST', '/models/m/predictions', [event(`together ${i}`)]),
      ),
    )
    expect(answers.map(({ status, body }) => [status, body.accepted])).toEqual(answers.map(() => [200, 1]))
    expect(await stored()).toBe(400)
    const inserts = (await metric('driftgauge_intake_insert_rows_count')) - before
    expect(inserts).toBeLessThan(200)
    expect(
      await metric(
        'driftgauge_intake_records_total{source="http",records="predictions",model="m",outcome="accepted"}',
      ),
    ).toBe(400)
  })

  test('beyond what memory allows are turned away with 429 and a time to come back, and nothing of them is read', async () => {
    const idle = Array.from({ length: 20 }, () => hanging(1))
    expect((await service.call('POST', '/models/m/predictions', [event('beside idle ones')])).status).toBe(
      200,
    )
    const open = Array.from({ length: 3 }, () => hanging(12_000_000))
    await expect.poll(heldBytes, PATIENT).toBeGreaterThanOrEqual(96_000_000)
    const refused = await service.call('POST', '/models/m/predictions', [event('refused')])
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(refused.body.detail).toMatch(/Send the same request again/)
    expect(await metric('driftgauge_intake_refused_total')).toBeGreaterThan(0)
    for (const sent of [...open, ...idle]) sent.destroy()
    await expect.poll(heldBytes, PATIENT).toBe(0)
    expect((await service.call('POST', '/models/m/predictions', [event('again')])).status).toBe(200)
  })

  test('that ClickHouse does not store are answered with 503, and can be sent again', async () => {
    await service.store.rollup.command({ query: 'RENAME TABLE predictions_m TO moved' })
    const failed = await service.call('POST', '/models/m/predictions', [event('failed')])
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '5'])
    expect(JSON.stringify(failed.body)).not.toMatch(/DB::|Code:/)
    await service.store.rollup.command({ query: 'RENAME TABLE moved TO predictions_m' })
    const before = await stored()
    expect((await service.call('POST', '/models/m/predictions', [event('failed')])).status).toBe(200)
    expect(await stored()).toBe(before + 1)
  })
})

describe('/metrics', () => {
  test('tells of the process, the intake and the checks', async () => {
    const { status, headers, body } = await ask(`${service.url}/metrics`)
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')])
    for (const name of [
      'process_resident_memory_bytes',
      'driftgauge_intake_insert_seconds_bucket',
      'driftgauge_kafka_consuming',
      'driftgauge_tick_seconds_count',
      'driftgauge_unmatched_exchanges',
    ])
      expect(body).toContain(name)
  })

  test('asks for a key that may read where keys are set', async () => {
    const key = 'a key of sixteen characters or more'
    const { createApp } = await import('../../../api/app.ts')
    const { createServer } = await import('node:http')
    const { createLog } = await import('../../../service/log.ts')
    const app = createApp({
      store: service.store,
      models: service.models,
      log: createLog('silent'),
      spool: service.directory,
      apiKeys: [key],
      clock: () => new Date(),
      readiness: async () => ({ reasons: [], warnings: [] }),
    })
    const server = createServer(app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/metrics`
    expect((await ask(url)).status).toBe(401)
    expect((await ask(url, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200)
    server.close()
  })
})
