import { beforeAll, expect, test } from 'vitest'
import { systemSchema, type System } from '../../../api/contract/operation/system.ts'
import { insertDeadLetters } from '../../../store/events/dead-letters.ts'
import { apiFixture, type ApiFixture } from '../../support/api.ts'

let fixture: ApiFixture
beforeAll(async () => {
  fixture = await apiFixture()
}, 120_000)

const system = async (): Promise<System> => {
  const { status, body } = await fixture.call('GET', '/system')
  expect(status).toBe(200)
  return systemSchema.parse(body)
}

test('try', async () => {
  const started = performance.now()
  const found = await system()
  console.log(performance.now() - started, JSON.stringify(found, null, 1))
  for (let i = 0; i < 5; i++) {
    const t = performance.now()
    await system()
    console.log(performance.now() - t)
  }
  void insertDeadLetters
})
