import { readdirSync } from 'node:fs'
import { request as send, type ClientRequest } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { modelSchema } from '../../control/declared/model.ts'
import { countPredictions } from '../../store/events/predictions.ts'
import { testService, type TestService } from '../support/service.ts'

const START = Date.UTC(2026, 0, 5)
const model = modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric' } })
const LINES = { 'content-type': 'application/x-ndjson' }
const PACKED = { 'content-encoding': 'gzip' }
let service: TestService
beforeAll(async () => {
  service = await testService(
    { models: [model], monitors: [] },
    { DRIFTGAUGE_MAX_INTAKE_MB: '20', DRIFTGAUGE_MAX_FILE_MB: '5' },
  )
})
const good = (id: string) => JSON.stringify({ id, ts: START, features: { a: 1 } })
const stored = () => countPredictions(service.store, 'm', new Date(START), new Date(START + 3_600_000))
const predict = (lines: string | Uint8Array, headers: Record<string, string> = {}) =>
  service.call('POST', '/models/m/predictions', lines, { ...LINES, ...headers })

describe('a body of records', () => {
  test('is not read beyond the limit, and the answer says how far it was', async () => {
    const before = await stored()
    const lines = `${good('first')}\n${'\n'.repeat(9_000_000)}${good('second')}\n${'\n'.repeat(40_000_000)}${good('third')}`
    const packed = gzipSync(lines)
    expect(packed.length).toBeLessThan(100_000)
    const { status, body } = await predict(packed, PACKED)
    expect([status, body.title]).toEqual([413, 'Too large'])
    expect(body.detail).toMatch(
      /more than 20000000 bytes, unpacked. Up to line 9000002, 2 records were accepted and 0 rejected. The rest was not read.* as several requests.*DRIFTGAUGE_MAX_INTAKE_MB/,
    )
    expect(await stored()).toBe(before + 2)
  })

  test('with too many rejected records is not read to its end, which the answer says', async () => {
    const before = await stored()
    const lines = [good('before'), ...Array.from({ length: 4_000_000 }, () => 'x'), good('after')]
    const began = performance.now()
    const { status, body } = await predict(gzipSync(lines.join('\n')), PACKED)
    expect([status, body.accepted]).toEqual([422, 1])
    expect(body.rejected).toBeGreaterThan(10_000)
    expect(body.rejected).toBeLessThan(100_000)
    expect(body.stopped.records).toBe(body.rejected + 1)
    expect(body.stopped.detail).toMatch(
      new RegExp(`Up to line ${body.rejected + 1}, 1 records were accepted .* nothing after that was stored`),
    )
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(await stored()).toBe(before + 1)
  })

  test('with few rejected records is read to its end', async () => {
    const lines = [...Array.from({ length: 9_000 }, () => 'x'), good('at the end')]
    const { status, body } = await predict(lines.join('\n'))
    expect([status, body.accepted, body.rejected, body.stopped]).toEqual([200, 1, 9_000, undefined])
  })

  test('as an array is cut off as well', async () => {
    const elements = [...Array.from({ length: 60_000 }, () => '1'), good('after the bad ones')]
    const { status, body } = await service.call('POST', '/models/m/predictions', `[${elements.join(',')}]`, {
      'content-type': 'application/json',
    })
    expect([status, body.accepted, body.rejected]).toEqual([422, 0, 20_000])
    expect(body.stopped.detail).toMatch(/Up to element 19999 of the array/)
  })
})

describe('a file for a baseline', () => {
  const upload = (of: TestService, body: string | Uint8Array) =>
    of.call('POST', '/models/m/baselines', body, { 'content-type': 'text/csv', ...PACKED })
  const spooled = (of: TestService) =>
    readdirSync(join(of.directory, 'spool'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.csv'),
    )

  test('is not unpacked beyond the limit, and nothing of it stays on the disk', async () => {
    const bomb = gzipSync(`a\n${'1\n'.repeat(50_000_000)}`)
    const { status, body } = await upload(service, bomb)
    expect(status).toBe(413)
    expect(body.detail).toMatch(/more than 5000000 bytes, unpacked.*sample.*DRIFTGAUGE_MAX_FILE_MB/)
    expect(spooled(service)).toEqual([])
    expect((await upload(service, gzipSync(`a\n${'1\n2\n'.repeat(50)}`))).status).toBe(201)
  })

  test('is refused while the disk has too little room', async () => {
    await service.stop()
    const full = await testService(
      { models: [model], monitors: [] },
      { DRIFTGAUGE_MIN_FREE_MB: '1000000000' },
    )
    const { status, headers, body } = await upload(full, gzipSync('a\n1\n2\n'))
    expect([status, headers.get('retry-after')]).toEqual([507, '5'])
    expect(body.detail).toMatch(/disk.*DRIFTGAUGE_MIN_FREE_MB/)
    expect(spooled(full)).toEqual([])
    service = full
  })
})

describe('a JSON body', () => {
  test('of a declaration has a limit of eight megabytes', async () => {
    const { status, body } = await service.call('POST', '/models', { name: 'x'.repeat(8_000_000) })
    expect([status, body.detail]).toEqual([413, expect.stringMatching(/8000000 bytes/)])
  })

  test('that is sent without a key is not read before the token is checked', async () => {
    const id = 'a'.repeat(32)
    const { status, body } = await answerTo(`/retrains/${id}/status`, { 'content-length': 10_000_000 })
    expect([status, body.title]).toEqual([401, 'Token required'])
  })

  test('holds little memory however many connections send large ones and wait', async () => {
    global.gc?.()
    const before = process.memoryUsage().rss
    const open = Array.from({ length: 200 }, (_, i) =>
      hanging(i % 2 ? '/models' : '/models/m/predictions', 7_900_000),
    )
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    const grown = process.memoryUsage().rss - before
    expect((await service.call('GET', '/models')).status).toBe(200)
    const declared = { name: 'beside', task: 'binary', features: { a: 'numeric' } }
    expect((await service.call('POST', '/models', declared)).status).toBe(201)
    for (const one of open) one.destroy()
    expect(grown).toBeLessThan(400_000_000)
  })
})

/** What is answered to the headers of a request whose body never comes. */
function answerTo(path: string, headers: Record<string, string | number>) {
  return new Promise<{ status: number; body: { title: string } }>((resolve, reject) => {
    const sent = send(`${service.url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      let text = ''
      response.on('data', (data: Buffer) => (text += data.toString()))
      response.on('end', () => {
        resolve({ status: response.statusCode!, body: JSON.parse(text) as { title: string } })
        sent.destroy()
      })
    })
    sent.flushHeaders()
  })
}

const SPACES = Buffer.alloc(8_000_000, ' ')

/** A request whose last byte never comes. */
function hanging(path: string, bytes: number): ClientRequest {
  const headers = { 'content-type': 'application/json', 'content-length': bytes + 1 }
  const sent = send(`${service.url}/api/v1${path}`, { method: 'POST', headers })
  sent.on('error', () => {})
  sent.write(SPACES.subarray(0, bytes))
  return sent
}
