import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readDeclarations } from '../../declare/declarations.ts'
import { describeWithPython } from '../support/python.ts'
import { testService } from '../support/service.ts'
import { ROOT } from '../support/root.ts'

const examples = join(ROOT, 'examples')
const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`

test('examples/retraining.yaml declares what docs/retraining.md says', () => {
  const environment = { RETRAIN_SECRET: SECRET, GITHUB_TOKEN: 'github_pat_0123456789abcdefghij' }
  const { monitors, channels } = readDeclarations(join(examples, 'retraining.yaml'), environment)
  expect(monitors[0].retrain).toMatchObject({
    target: 'train',
    on: ['feature', 'label'],
    approval: ['concept'],
  })
  expect(channels.map(({ name }) => name)).toEqual(['train', 'train-on-github'])
})

describeWithPython('the receiver of the examples', ['http.server'], (python) => {
  test('trains once and reports', async () => {
    const port = await freePort()
    const receiver = spawn(python, [join(examples, 'retrain_receiver.py'), String(port)], {
      env: { PATH: process.env.PATH, RETRAIN_SECRET: SECRET },
      stdio: 'ignore',
    })
    afterAll(() => receiver.kill())
    const service = await testService(undefined, { DRIFTGAUGE_WEBHOOK_ALLOW: '127.0.0.1' })
    const url = `http://127.0.0.1:${port}/`
    await expect.poll(() => fetch(url, { method: 'POST', body: '{}' }).then(({ status }) => status, () => 0)).toBe(401) // prettier-ignore
    await service.call('POST', '/models', { name: 'flights', task: 'binary', features: { x: 'numeric' } })
    await service.call('POST', '/channels', { name: 'train', webhook: { url, secret: SECRET } })
    await service.call('POST', '/monitors', { name: 'daily', model: 'flights', retrain: { target: 'train' } })
    const asked = await service.call('POST', '/retrains', { monitor: 'daily' })
    expect(asked.status, JSON.stringify(asked.body)).toBe(201)
    await service.worker.run(new Date())
    const stands = async () => (await service.call('GET', `/retrains/${asked.body.id}`)).body
    await expect.poll(async () => (await stands()).status).toBe('succeeded')
    expect((await stands()).version).toMatch(/^\d{10}$/)
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
