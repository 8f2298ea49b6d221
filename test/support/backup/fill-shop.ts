import { expect } from 'vitest'
import { runService } from '../child.ts'
import { ask } from '../ask.ts'

/** More than connections hold in between: a backup of them waits for its reader. */
export const MANY_EVENTS = 80_000

/** Starts a service, and fills its data directory with so many events. */
export async function fillShop(data: string, count: number): Promise<void> {
  const service = runService({ DRIFTGAUGE_DATA: data })
  const url = await service.url
  const post = async (path: string, type: string, body: string) => {
    const answer = await ask(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })
    expect(answer.status).toBeLessThan(300)
  }
  await post('/models', 'application/json', '{"name":"shop","task":"binary","features":{"x":"numeric"}}')
  // Nothing that can be compressed.
  const noise = () => Array.from({ length: 24 }, () => Math.random().toString(36).slice(2)).join('')
  const events = Array.from(
    { length: count },
    (_, i) => `{"id":"${noise()}","ts":${Date.UTC(2026, 0, 1) + i}}`,
  )
  await post('/models/shop/predictions', 'application/x-ndjson', events.join('\n'))
  service.process.kill('SIGTERM')
  expect((await service.ended).code).toBe(0)
}
