import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import { runCommand } from '../../support/child.ts'
import { freePorts } from '../../support/free-ports.ts'
import { describeWithPython } from '../../support/python.ts'
import { Listener, status } from '../../support/retraining.ts'
import { ROOT } from '../../support/root.ts'
import { atEnd } from '../../support/runner/at-end.ts'
import { callRunner, CALL_ID, retrainEvent, RUNNER_SECRET } from '../../support/samples/retrain-call.ts'

const PROJECT = join(ROOT, 'examples', 'mlproject')
const MODULES = ['mlflow', 'pandas', 'sklearn', 'pyarrow']

describeWithPython('with MLflow', MODULES, (python) => {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-mlflow-'))
  const listener = new Listener()
  const reports = () => listener.heard.map(({ json }) => json)
  let tracking: string

  beforeAll(async () => {
    const [port] = await freePorts(1)
    tracking = `http://127.0.0.1:${port}`
    const server = spawn(
      python,
      ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1']
        .concat(['--backend-store-uri', `sqlite:///${join(directory, 'mlflow.db')}`])
        .concat(['--artifacts-destination', join(directory, 'artifacts')]),
      {
        cwd: directory,
        detached: true,
        stdio: 'ignore',
        env: { ...process.env, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' },
      },
    )
    listener.answer(status(200))
    await listener.start()
    atEnd(() => {
      listener.stop()
      process.kill(-server.pid!, 'SIGKILL')
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
    })
    const isUp = () => fetch(`${tracking}/health`).then((answer) => answer.ok, () => false) // prettier-ignore
    await vi.waitUntil(isUp, { timeout: 80_000, interval: 250 })
  })

  async function startRunner(name: string, ...options: string[]) {
    const environment = {
      DRIFTGAUGE_RETRAIN_SECRET: RUNNER_SECRET,
      MLFLOW_TRACKING_URI: tracking,
      PATH: `${dirname(python)}${delimiter}${process.env.PATH}`,
    }
    const state = join(directory, name)
    const line = [
      'retrain-runner',
      '--port',
      '0',
      '--state',
      state,
      '--registered-model',
      'flights',
      ...options,
    ]
    const child = runCommand(environment, ...line)
    atEnd(() => child.process.kill('SIGTERM'))
    const url = (await child.line(/^ready: /)).replace('ready: ', '')
    return { url, log: (id: string) => readFileSync(join(state, id, 'log.txt'), 'utf8') }
  }

  const get = async (path: string) =>
    (await (await fetch(`${tracking}/api/2.0/mlflow/${path}`)).json()) as any // eslint-disable-line @typescript-eslint/no-explicit-any

  const callback = () => ({ url: `${listener.url}/status`, token: 'dgr_1' })

  test('the example project trains on the period, registers a tagged version, and it is reported', async () => {
    const data = join(directory, 'flights.csv')
    execFileSync(python, [join(PROJECT, 'make_data.py'), data])
    const runner = await startRunner(
      'a',
      '--project',
      PROJECT,
      '--env-manager',
      'local',
      '--param',
      `data=${data}`,
    )
    const training = {
      from: '2001-04-01T00:00:00.000Z',
      to: '2001-04-10T00:00:00.000Z',
      basis: 'change_point',
      exclude: [{ from: '2001-04-02T03:00:00.000Z', to: '2001-04-02T05:00:00.000Z', reason: 'carrier' }],
    }
    await callRunner(runner.url, retrainEvent({ training, callback: callback() }))
    await expect.poll(() => reports().at(-1)?.status, { timeout: 85_000 }).toMatch(/succeeded|failed/)
    expect(reports().at(-1), runner.log(CALL_ID)).toEqual({ status: 'succeeded', version: '1' })
    expect(reports().map((report) => report.status)).toEqual(['accepted', 'running', 'succeeded'])
    expect(runner.log(CALL_ID)).toMatch(/leaves out [1-9]\d* rows: carrier/)
    const { model_version: version } = await get('model-versions/get?name=flights&version=1')
    expect(version.tags).toContainEqual({ key: 'driftgauge.retrain_id', value: CALL_ID })
    const { files } = await get(`artifacts/list?run_id=${version.run_id}&path=monitoring`)
    expect(files).toMatchObject([{ path: 'monitoring/baseline.parquet', is_dir: false }])
  })

  test('without a result file, the version is the one that the registry has with the tag of the request', async () => {
    const script = join(directory, 'register.mjs')
    writeFileSync(
      script,
      `const call = (path, body) => fetch('${tracking}/api/2.0/mlflow/' + path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
       await call('registered-models/create', { name: 'flights' })
       const { run } = await (await call('runs/create', { experiment_id: '0' })).json()
       const tags = [{ key: 'driftgauge.retrain_id', value: process.env.DRIFTGAUGE_RETRAIN_ID }]
       const about = { name: 'flights', run_id: run.info.run_id, source: run.info.artifact_uri + '/model' }
       console.log(await (await call('model-versions/create', { ...about, tags })).text())
       console.log(await (await call('model-versions/create', about)).text())`,
    )
    const runner = await startRunner('b', '--', process.execPath, script)
    const before = await get("model-versions/search?filter=name%3D'flights'")
    const id = 'ab'.repeat(16)
    listener.forget()
    listener.answer(status(200))
    await callRunner(runner.url, retrainEvent({ id, callback: callback() }))
    await expect.poll(() => reports().at(-1)?.status).toMatch(/succeeded|failed/)
    const version = String((before.model_versions ?? []).length + 1)
    expect(reports().at(-1), runner.log(id)).toEqual({ status: 'succeeded', version })
  })
})
