import { expect, test } from 'vitest'
import { rows } from '../../../store/engine/query.ts'
import { testService } from '../../support/service.ts'

const START = Date.UTC(2026, 0, 5)
const HOUR = 3_600_000

test('a baseline of a window in which rows arrive is of one moment, or is refused with a reason', async () => {
  const service = await testService()
  const call = (method: string, path: string, body: unknown) => service.call(method, path, body)
  await call('POST', '/models', {
    name: 'shop',
    task: 'binary',
    features: { a: 'numeric', c: 'categorical' },
  })
  const send = (from: number, count: number) =>
    call(
      'POST',
      '/models/shop/predictions',
      Array.from({ length: count }, (_, i) => ({
        id: `p${from + i}`,
        ts: START + ((from + i) % 48) * HOUR,
        features: { a: (from + i) % 97, c: `c${(from + i) % 3}` },
        prediction: 'yes',
      })),
    )
  await send(0, 3000)
  const window = { from: new Date(START).toISOString(), to: new Date(START + 48 * HOUR).toISOString() }
  const make = () => call('POST', '/models/shop/baselines', { window })

  let isOver = false
  const intake = (async () => {
    for (let sent = 3000; !isOver; sent += 5) await send(sent, 5)
  })()
  const answers = []
  for (let i = 0; i < 4; i++) answers.push(await make())
  isOver = true
  await intake
  for (const { status, body } of answers) {
    expect([201, 409], JSON.stringify(body)).toContain(status)
    if (status === 409) expect(body.detail).toMatch(/kept arriving in the window.*Try again/)
  }
  const last = await make()
  expect(last.status).toBe(201)
  const counted = await rows<{ version: number; total: number }>(
    service.store.read,
    `SELECT version, arraySum(counts) AS total FROM baseline_profiles WHERE model = 'shop' AND segment = '' AND role = 'feature'`,
  )
  const made = [...answers.filter(({ status }) => status === 201), last].map(({ body }) => body)
  for (const { version, rows: all } of made)
    expect(counted.filter((one) => one.version === version).map(({ total }) => total)).toEqual([all, all])
})
