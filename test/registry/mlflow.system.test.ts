import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMlflow, type Mlflow } from '../../registry/mlflow/client.ts'
import { deleteAlias, setAlias } from '../../registry/mlflow/versions.ts'
import { signatureOf } from '../../registry/webhook/verify.ts'
import { runCommand, runService, type Child } from '../support/child.ts'
import { describeMlflow, MlflowServer } from '../support/mlflow/server.ts'
import { ask, type Answer } from '../support/ask.ts'

const SECRET = 'a-secret-for-the-webhooks-of-mlflow'
const HOUR = 3_600_000

describeMlflow('a model in MLflow', (python) => {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
  let server: MlflowServer
  let mlflow: Mlflow
  let child: Child
  let url: string
  let environment: Record<string, string>

  const call = (method: string, path: string, body?: unknown, headers = {}): Promise<Answer> =>
    ask(`${url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  const status = async () => (await call('GET', '/mlflow?model=flights')).body.models[0]
  const deliver = (id: string, body: object, secret = SECRET) => {
    const sent = JSON.stringify(body)
    const timestamp = String(Math.floor(Date.now() / 1000))
    const signature = signatureOf({ id, timestamp }, Buffer.from(sent), secret)
    return call('POST', '/mlflow/webhook', sent, {
      'x-mlflow-delivery-id': id,
      'x-mlflow-timestamp': timestamp,
      'x-mlflow-signature': signature,
    })
  }
  /** By a delivery of our own, where a test must not wait for the next look. */
  const lookNow = () => deliver(randomUUID(), { entity: 'x', action: 'y', data: { name: 'flights' } })
  const version = (name: string) => ({ name: 'flights', version: name })

  beforeAll(async () => {
    server = new MlflowServer(python)
    await server.start()
    mlflow = createMlflow({ uri: server.url, auth: undefined })
    server.train('flights', 1, '--baseline', '--alias', 'champion')
    environment = {
      DRIFTGAUGE_DATA: join(directory, 'data'),
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_WEBHOOK_SECRET: SECRET,
    }
    child = runService(environment)
    url = await (child as ReturnType<typeof runService>).url
  }, 240_000)
  afterAll(async () => {
    child?.process.kill('SIGTERM')
    await child?.ended
    await mlflow?.close()
    await server?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('is imported with its baseline, and again without a change', { timeout: 120_000 }, async () => {
    const dry = runCommand(environment, 'mlflow', 'import', 'flights@champion', '--dry-run')
    expect(await dry.ended).toMatchObject({ code: 0, stderr: '' })
    expect(dry.lines[0]).toBe(
      'Would declare the model "flights" from version 1 in MLflow: binary, 4 features.',
    )
    expect((await call('GET', '/models/flights')).status).toBe(404)

    const first = runCommand(environment, 'mlflow', 'import', 'flights@champion')
    expect(await first.ended).toMatchObject({ code: 0, stderr: '' })
    expect(first.lines).toEqual([
      'Declared the model "flights" from version 1 in MLflow: binary, 4 features.',
      'Active baseline: 1 "flights 1 (MLflow)", 2,000 rows.',
    ])
    const model = await call('GET', '/models/flights')
    expect(model.body).toEqual({
      name: 'flights',
      task: 'binary',
      positive: '1',
      segments: [],
      mlflow: { model: 'flights', alias: 'champion', baseline: 'monitoring/baseline.parquet' },
      features: { hour: 'numeric', distance: 'numeric', carrier: 'categorical', weekend: 'categorical' },
    })
    const { body } = await call('GET', '/models/flights/baselines')
    expect(body).toMatchObject({ active: 1, baselines: [{ has_labels: true }] })
    expect(body.baselines[0].source.mlflow).toMatchObject({ model: 'flights', version: '1' })

    const again = await call('POST', '/mlflow/import', { name: 'flights' })
    expect(again.body).toMatchObject({ created: false, version: '1', baseline: { version: 1 }, note: '' })
    expect((await call('GET', '/models/flights')).headers.get('etag')).toBe(model.headers.get('etag'))
    expect((await call('GET', '/models/flights/baselines')).body.baselines).toHaveLength(1)
    expect(await status()).toMatchObject({ version: '1', baseline: 1, problem: null, registered: 'flights' })
  })

  test('that is not there, or not by that name, is an error that says so', async () => {
    const refused = async (body: object) => {
      const { status: code, body: problem } = await call('POST', '/mlflow/import', body)
      return [code, problem.detail]
    }
    expect(await refused({ name: 'flights', alias: 'none' })).toEqual([
      404,
      'The model "flights" in MLflow does not have the alias "none"; its newest versions are 1.',
    ])
    expect(await refused({ name: 'nothing' })).toEqual([404, expect.stringContaining('no model "nothing"')])
    expect(await refused({ name: 'flights', version: '9' })).toEqual([
      404,
      expect.stringContaining('version "9"'),
    ])
  })

  test('follows its alias at once when MLflow tells of it', { timeout: 180_000 }, async () => {
    await server.call('POST', '/webhooks', {
      name: 'driftgauge',
      url: `${url}/api/v1/mlflow/webhook`,
      secret: SECRET,
      status: 'ACTIVE',
      events: [{ entity: 'MODEL_VERSION_ALIAS', action: 'CREATED' }],
    })
    await expect.poll(async () => (await status()).checked_at, { timeout: 30_000 }).not.toBeNull()
    expect(server.train('flights', 2, '--baseline')).toBe('2')
    const began = Date.now()
    await setAlias(mlflow, version('2'), 'champion')
    await expect.poll(async () => (await status()).version, { timeout: 60_000, interval: 250 }).toBe('2')
    expect(Date.now() - began).toBeLessThan(60_000)
    const { body } = await call('GET', '/models/flights/baselines')
    expect([body.active, body.baselines[1].name]).toEqual([2, 'flights 2 (MLflow)'])
    expect((await status()).versions.map((seen: { version: string }) => seen.version)).toEqual(['2', '1'])
    const { entries } = (await call('GET', '/audit?name=flights')).body
    expect(entries[0]).toMatchObject({ actor: 'driftgauge', action: 'mlflow.moved', subject: 'model' })
    expect(entries[0].detail).toBe('flights@champion: version 2, was 1; baseline 2 (flights 2 (MLflow))')
  })

  test('takes no delivery that is forged, and none twice', async () => {
    const body = {
      entity: 'model_version_alias',
      action: 'created',
      data: { name: 'flights', alias: 'champion' },
    }
    expect(await deliver('one', body)).toMatchObject({ status: 200, body: { models: ['flights'] } })
    expect(await deliver('one', body)).toMatchObject({ status: 200, body: { models: [] } })
    expect((await deliver('two', body, 'another-secret-of-someone')).status).toBe(401)
    expect((await call('POST', '/mlflow/webhook', body)).status).toBe(401)
    expect((await deliver('three', { ...body, data: { name: 'others' } })).body).toEqual({ models: [] })
    expect((await deliver('four', {})).status).toBe(400)
  })

  test('whose version has no baseline keeps the one before, and says so', { timeout: 120_000 }, async () => {
    expect(server.train('flights', 3)).toBe('3')
    await setAlias(mlflow, version('3'), 'champion')
    await lookNow()
    await expect.poll(async () => (await status()).version, { timeout: 30_000 }).toBe('3')
    expect(await status()).toMatchObject({
      baseline: null,
      note: expect.stringContaining('its run has no artifact "monitoring/baseline.parquet"'),
    })
    expect((await call('GET', '/models/flights/baselines')).body.active).toBe(2)
  })

  test('whose alias is removed is left as it is', async () => {
    await deleteAlias(mlflow, 'flights', 'champion')
    await lookNow()
    await expect
      .poll(async () => (await status()).problem, { timeout: 30_000 })
      .toMatch(/no model "flights" with the alias "champion"/)
    expect(await status()).toMatchObject({ version: '3', problem_since: expect.any(String) })
    await setAlias(mlflow, version('2'), 'champion')
    await lookNow()
    await expect.poll(async () => (await status()).problem, { timeout: 30_000 }).toBeNull()
    expect(await status()).toMatchObject({ version: '2', baseline: 2 })
    expect((await call('GET', '/models/flights/baselines')).body.baselines).toHaveLength(2)
  })

  const tagsOf = async (of: string): Promise<Record<string, string>> => {
    const { model_version } = await server.call('GET', `/model-versions/get?name=flights&version=${of}`)
    const tags = (model_version.tags ?? []) as { key: string; value: string }[]
    return Object.fromEntries(tags.map(({ key, value }) => [key, value]))
  }
  const runs = async () => {
    const { experiment } = await server.call('GET', '/experiments/get-by-name?experiment_name=driftgauge')
    const search = { experiment_ids: [experiment.experiment_id] }
    return (await server.call('POST', '/runs/search', search)).runs as { info: { run_id: string }; data: { metrics: { key: string }[] } }[] // prettier-ignore
  }
  /** Every value of a metric, over all runs. */
  const history = async (key: string) => {
    const values: { value: number; timestamp: number; step: number }[] = []
    for (const { info } of await runs()) {
      const query = `run_id=${info.run_id}&metric_key=${encodeURIComponent(key)}`
      values.push(...((await server.call('GET', `/metrics/get-history?${query}`)).metrics ?? []))
    }
    return values
  }
  /** The windows that MLflow has values of, by how many hours ago they ended; one that it has twice is there twice. */
  const told = async (key: string) =>
    (await history(key).catch(() => []))
      .map(({ timestamp }) => (END - timestamp) / HOUR)
      .toSorted((a, b) => b - a)
  const END = Math.floor(Date.now() / HOUR) * HOUR
  /** An hour of predictions like those of the baseline, and the monitor's verdict on it. */
  const pass = async (hoursAgo: number) => {
    const end = END - hoursAgo * HOUR
    const rows = Array.from({ length: 1_000 }, (_, i) => ({
      id: `${hoursAgo}-${i}`,
      ts: end - HOUR + i * 1_000,
      version: '2',
      features: {
        hour: i % 24,
        distance: 200 + ((i * 7919) % 1600),
        carrier: ['AA', 'B6', 'UA'][i % 3],
        weekend: i % 7 < 2,
      },
      prediction: i % 24 > 18 ? 1 : 0,
      score: (i % 24) / 24,
    }))
    expect((await call('POST', '/models/flights/predictions', rows)).status).toBe(200)
    // Long enough after the window that it is complete.
    const asOf = new Date(end + HOUR - 1).toISOString()
    expect(await call('POST', '/monitors/hourly/run', { asOf })).toMatchObject({ status: 200 })
  }

  test('is told how it stands, and each window once', { timeout: 180_000 }, async () => {
    const monitor = {
      name: 'hourly',
      model: 'flights',
      cadence: 'hourly',
      window: '1h',
      checks: ['feature', 'prediction'],
    }
    expect((await call('POST', '/monitors', monitor)).status).toBe(201)
    const key = 'hourly/feature/worst_effect'
    await pass(4)
    await pass(3)
    await expect.poll(() => told(key), { timeout: 90_000, interval: 1_000 }).toEqual([4, 3])
    // One that is caught up with, once later ones are written.
    await pass(6)
    await expect.poll(() => told(key), { timeout: 90_000, interval: 1_000 }).toEqual([6, 4, 3])
    const tags = await tagsOf('2')
    expect(['ok', 'warning', 'critical', 'no_data']).toContain(tags['driftgauge.status'])
    expect(Date.parse(tags['driftgauge.checked_at'])).toBeGreaterThan(Date.now() - 300_000)
    const [first] = await history(key)
    const start = new Date(first.timestamp)
    expect(first.timestamp % HOUR).toBe(0)
    expect(first.step).toBe(
      Math.floor((first.timestamp - Date.UTC(start.getUTCFullYear(), start.getUTCMonth())) / HOUR),
    )
    const found = await runs()
    expect(found.flatMap(({ data }) => data.metrics.map((metric) => metric.key))).toContain(
      'hourly/prediction/worst_effect',
    )
  })

  test('whose MLflow is away is checked all the same, and told later', { timeout: 240_000 }, async () => {
    const key = 'hourly/feature/worst_effect'
    await server.kill()
    await lookNow()
    await expect
      .poll(async () => (await status()).problem, { timeout: 30_000 })
      .toMatch(/cannot be reached \(ECONNREFUSED\)/)
    await pass(1)
    await pass(2)
    expect((await ask(`${url}/readyz`)).status).toBe(200)
    expect((await ask(`${url}/metrics`)).body).toMatch(/^driftgauge_mlflow_failing_models 1$/m)
    expect((await call('POST', '/mlflow/import', { name: 'flights' })).status).toBe(502)
    await server.start()
    await lookNow()
    await expect.poll(async () => (await status()).problem, { timeout: 30_000 }).toBeNull()
    await expect.poll(() => told(key), { timeout: 90_000, interval: 1_000 }).toEqual([6, 4, 3, 2, 1])
    for (const verdict of ['ok', 'warning', 'critical'])
      expect(await told(`hourly/feature/columns_${verdict}`)).toEqual([6, 4, 3, 2, 1])
    child.process.kill('SIGTERM')
    const { code, stderr } = await child.ended
    expect(code).toBe(0)
    expect(stderr.match(/MLflow is not followed/g)).toHaveLength(1)
    expect(stderr).not.toContain(SECRET)
  })
})
