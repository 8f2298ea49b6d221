import { beforeAll, expect, test } from 'vitest'
import { testService, type TestService } from '../support/service.ts'

const KEY = 'a-key-of-sixteen-characters-or-more'
let service: TestService
beforeAll(async () => {
  service = await testService(undefined, { DRIFTGAUGE_API_KEYS: KEY })
})

const send = (headers: Record<string, string>) => service.call('GET', '/models', undefined, headers)

test('who keeps sending wrong keys is told to wait; a correct key is taken all the same', async () => {
  const answers = []
  for (let n = 0; n < 210; n++) answers.push(await send({ authorization: `Bearer wrong-${n}` }))
  const statuses = answers.map(({ status }) => status)
  expect(statuses.slice(0, 200)).toEqual(Array(200).fill(401))
  const refused = answers.find(({ status }) => status === 429)!
  expect(Number(refused.headers.get('retry-after'))).toBe(1)
  expect(refused.body).toMatchObject({ status: 429, title: 'Too many wrong keys' })
  for (let n = 0; n < 20; n++) {
    await send({ 'x-api-key': `dg_wrong-${n}` })
    expect((await send({ authorization: `Bearer ${KEY}` })).status).toBe(200)
    expect((await send({})).status, 'no key is no guess').toBe(401)
  }
})
