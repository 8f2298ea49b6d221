import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMlflow, type Mlflow } from '../../registry/mlflow/client.ts'
import { setAlias } from '../../registry/mlflow/versions.ts'
import { signatureOf } from '../../registry/webhook/verify.ts'
import { runService, type Child } from '../support/child.ts'
import { describeMlflow, MlflowServer } from '../support/mlflow/server.ts'
import { ask } from '../support/ask.ts'

const SECRET = 'a-secret-for-the-webhooks-of-mlflow'

describeMlflow('a model in MLflow', (python) => {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
  let server: MlflowServer
  let mlflow: Mlflow
  let child: Child
  let url: string

  const call = (method: string, path: string, body?: unknown, headers = {}) =>
    ask(`${url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const status = async () => (await call('GET', '/mlflow?model=flights')).body.models[0]
  /** By a webhook of our own, so that no test waits for the next look. */
  const lookNow = () => {
    const body = { entity: 'x', action: 'y', data: { name: 'flights' } }
    const [id, timestamp] = [randomUUID(), String(Math.floor(Date.now() / 1000))]
    return call('POST', '/mlflow/webhook', body, {
      'x-mlflow-delivery-id': id,
      'x-mlflow-timestamp': timestamp,
      'x-mlflow-signature': signatureOf({ id, timestamp }, Buffer.from(JSON.stringify(body)), SECRET),
    })
  }

  beforeAll(async () => {
    server = new MlflowServer(python)
    await server.start()
    mlflow = createMlflow({ uri: server.url, auth: undefined })
    server.train('flights', 1, '--baseline')
    server.train('flights', 2, '--baseline')
    await setAlias(mlflow, { name: 'flights', version: '2' }, 'champion')
    child = runService({
      DRIFTGAUGE_DATA: join(directory, 'data'),
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_WEBHOOK_SECRET: SECRET,
    })
    url = await (child as ReturnType<typeof runService>).url
    expect((await call('POST', '/mlflow/import', { name: 'flights' })).status).toBe(200)
  }, 240_000)
  afterAll(async () => {
    child?.process.kill('SIGTERM')
    await child?.ended
    await mlflow?.close()
    await server?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const experiment = (name: string, champion: string, challenger: string) =>
    call('POST', '/experiments', { name, model: 'flights', champion, challenger, metric: 'accuracy' })
  const promote = (name: string) => call('POST', `/experiments/${name}/promote`, { force: true })
  const aliasAt = async () =>
    (await server.call('GET', '/registered-models/alias?name=flights&alias=champion')).model_version.version
  const lastAudit = async (action: string) =>
    (await call('GET', `/audit?name=flights&action=${action}`)).body.entries.at(0)
  const promotion = async () => (await status()).promotion
  const active = async () => (await call('GET', '/models/flights/baselines')).body.active

  test('whose challenger is promoted gets the alias', { timeout: 240_000 }, async () => {
    expect(await promotion()).toBeNull()
    for (const [name, champion, challenger] of [
      ['back', '2', '1'],
      ['forth', '1', '2'],
      ['nowhere', '2', '99'],
    ])
      expect((await experiment(name, champion, challenger)).status).toBe(201)
    // They are looked at with the minute.
    const waiting = async () =>
      (await call('GET', '/experiments')).body.experiments.filter(
        ({ standing }: { standing: unknown }) => standing === null,
      )
    await expect.poll(waiting, { timeout: 120_000, interval: 500 }).toEqual([])
    expect(await promote('back')).toMatchObject({
      status: 200,
      body: { standing: { closed: { version: '1' } } },
    })
    await expect.poll(aliasAt, { timeout: 60_000, interval: 250 }).toBe('1')
    await expect.poll(active, { timeout: 60_000, interval: 250 }).toBe(2)
    expect(await status()).toMatchObject({
      version: '1',
      baseline: 2,
      promotion: { state: 'moved', version: '1' },
    })
    const { detail } = await lastAudit('mlflow.alias_moved')
    expect(detail).toMatch(/^flights@champion: version 1, promoted by .+ in the experiment "back"$/)
    expect((await lastAudit('mlflow.moved')).detail).toContain('version 1, was 2; baseline 2')
  })

  test('is not given an alias to a version that it does not have', { timeout: 120_000 }, async () => {
    expect((await promote('nowhere')).status).toBe(200)
    await expect
      .poll(promotion, { timeout: 60_000, interval: 250 })
      .toMatchObject({ state: 'failed', reason: 'the model "flights" in MLflow has no version "99"' })
    expect([await aliasAt(), (await status()).problem]).toEqual(['1', null])
    expect((await lastAudit('mlflow.alias_not_moved')).detail).toContain('has no version "99"')
  })

  test(
    'whose challenger is promoted while MLflow is away gets the alias later',
    { timeout: 240_000 },
    async () => {
      await server.kill()
      const began = Date.now()
      expect((await promote('forth')).status).toBe(200)
      expect(Date.now() - began).toBeLessThan(5_000)
      await expect.poll(async () => (await status()).problem, { timeout: 60_000 }).toMatch(/ECONNREFUSED/)
      expect(await promotion()).toMatchObject({ state: 'pending', experiment: 'forth', version: '2' })
      await server.start()
      await lookNow()
      await expect.poll(active, { timeout: 60_000, interval: 250 }).toBe(1)
      expect(await aliasAt()).toBe('2')
      expect(await status()).toMatchObject({ version: '2', problem: null, promotion: { state: 'moved' } })
      const { body } = await call('GET', '/audit?name=flights&action=mlflow.alias_moved')
      expect(body.entries).toHaveLength(2)
    },
  )
})
