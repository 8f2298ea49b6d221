import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createMlflow, type Mlflow } from '../../registry/mlflow/client.ts'
import { followAliases } from '../../registry/follow/follow.ts'
import type { Model } from '../../control/declared/model.ts'
import { setAlias } from '../../registry/mlflow/versions.ts'
import { runCommand, type Child } from '../support/child.ts'
import { describeMlflow, MlflowServer } from '../support/mlflow/server.ts'
import { describeBrowser, settled, startBrowser, type Browser } from '../support/pages/browser.ts'
import { ROOT } from '../support/root.ts'
import { RUNNER_SECRET } from '../support/samples/retrain-call.ts'
import { testService, type TestService } from '../support/service.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const PROJECT = join(ROOT, 'examples', 'mlproject')

/**
 * Monitor, retrain, register, compare, promote, monitor: with a real registry, a real training and a real browser. The
 * data are of these days, because the runner checks how old a signed call is; the clock of the service goes its own way.
 */
describeBrowser('the whole circle', () =>
  describeMlflow('from a drifted champion to a promoted challenger', (python) => {
    const directory = mkdtempSync(join(tmpdir(), 'driftgauge-circle-'))
    const file = join(directory, 'flights.csv')
    const base = Math.floor(Date.now() / HOUR) * HOUR
    const change = Math.floor(base / DAY) * DAY - 4 * DAY
    const iso = (time: number) => new Date(time).toISOString()
    let server: MlflowServer
    let mlflow: Mlflow
    let runner: Child
    let service: TestService
    let browser: Browser
    let page: Page

    const run = async (arguments_: string[], env = process.env) =>
      (await promisify(execFile)(python, arguments_, { encoding: 'utf8', maxBuffer: 100_000_000, env }))
        .stdout
    const script = (...line: string[]) =>
      run([join(ROOT, 'test', 'support', 'mlflow', 'flights.py'), ...line])
    const must = async (method: string, path: string, body?: unknown) => {
      const answer = await service.call(method, path, body)
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
      return answer.body
    }
    /** Sends what a version says of the flights of a period. */
    async function send(version: string, from: number, to: number, shadow = false) {
      const said = await script('score', file, server.url, version, iso(from), iso(to))
      const lines = said.trimEnd().split('\n')
      const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
      await must(
        'POST',
        '/models/flights/predictions',
        rows.map(({ label: _, ...row }) => ({ ...row, shadow })),
      )
      return rows
    }
    const label = (rows: readonly Record<string, unknown>[]) =>
      must(
        'POST',
        '/models/flights/labels',
        rows.map(({ id, ts, label }) => ({ id, label, prediction_ts: ts, labelled_at: ts })),
      )
    async function workAt(time: number) {
      vi.setSystemTime(time)
      await service.worker.run(new Date())
    }
    const follow = () =>
      followAliases(
        {
          store: service.store,
          mlflow,
          clock: () => new Date(),
          spool: join(service.directory, 'spool'),
          limits: { fileBytes: 1e9, freeBytes: 0 },
          writeBack: true,
        },
        models,
        new AbortController().signal,
      )
    let models: Model[]
    const alert = async () =>
      (await must('GET', '/alerts?model=flights')).alerts.find(
        ({ kind }: { kind: string }) => kind === 'feature',
      )
    const retrain = async () => (await must('GET', '/retrains?model=flights')).retrains[0]

    beforeAll(async () => {
      server = new MlflowServer(python)
      await server.start()
      mlflow = createMlflow({ uri: server.url, auth: undefined })
      await script('data', file, iso(change), '60000')
      await run(
        [
          join(PROJECT, 'train.py'),
          ...['--data', file, '--registered-model', 'flights'],
          ...['--training-from', iso(change - 20 * DAY), '--training-to', iso(change - 5 * DAY)],
        ],
        { ...process.env, MLFLOW_TRACKING_URI: server.url },
      )
      await setAlias(mlflow, { name: 'flights', version: '1' }, 'champion')
      runner = runCommand(
        {
          DRIFTGAUGE_RETRAIN_SECRET: RUNNER_SECRET,
          MLFLOW_TRACKING_URI: server.url,
          PATH: `${dirname(python)}${delimiter}${process.env.PATH}`,
        },
        ...['retrain-runner', '--port', '0', '--state', join(directory, 'runner')],
        ...['--project', PROJECT, '--env-manager', 'local', '--param', `data=${file}`],
      )
      const runnerUrl = (await runner.line(/^ready: /)).replace('ready: ', '')
      vi.useFakeTimers({ toFake: ['Date'], now: base - HOUR })
      service = await testService(undefined, {
        DRIFTGAUGE_WEBHOOK_ALLOW: '127.0.0.1',
        MLFLOW_TRACKING_URI: server.url,
      })
      await must('POST', '/mlflow/import', { name: 'flights', alias: 'champion' })
      models = await service.models.list()
      await must('POST', '/channels', { name: 'train', webhook: { url: runnerUrl, secret: RUNNER_SECRET } })
      await must('POST', '/monitors', {
        name: 'flights-hourly',
        model: 'flights',
        checks: ['feature'],
        alert: { fire: '1 of 1', resolve: 1 },
        retrain: { target: 'train', approval: ['feature'] },
      })
      browser = await startBrowser()
    }, 240_000)
    afterAll(async () => {
      vi.useRealTimers()
      await browser?.close()
      runner?.process.kill('SIGTERM')
      await runner?.ended
      await mlflow?.close()
      await server?.close()
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
    })

    test('the champion of the registry is watched, and its drift is told', { timeout: 120_000 }, async () => {
      expect((await must('GET', '/models/flights')).mlflow).toMatchObject({
        model: 'flights',
        alias: 'champion',
      })
      await label(await send('1', change, base))
      await workAt(base + 15 * 60_000)
      expect(await alert()).toMatchObject({
        status: 'firing',
        severity: 'critical',
        members: [{ column: 'distance' }],
      })
      expect(await retrain()).toMatchObject({ status: 'awaiting_approval' })
    })

    test(
      'an approved retraining runs the project, which registers version 2',
      { timeout: 180_000 },
      async () => {
        const { id } = await retrain()
        await must('POST', `/retrains/${id}/approve`, { comment: 'Train.' })
        vi.useRealTimers()
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
        await service.worker.run(new Date())
        await expect
          .poll(async () => (await retrain()).status, { timeout: 150_000, interval: 500 })
          .toMatch(/succeeded|failed/)
        expect(await retrain()).toMatchObject({ status: 'succeeded', version: '2' })
      },
    )

    test(
      'its shadow traffic is compared with the champion until it is decided',
      { timeout: 120_000 },
      async () => {
        await send('2', change, base, true)
        await must('POST', '/experiments', {
          ...{
            name: 'flights-v2',
            model: 'flights',
            champion: '1',
            challenger: 'shadow',
            metric: 'log_loss',
          },
          ...{ margin: 0.2, min_rows: 200, min_hours: 24, from: iso(change), label_delay: '1h' },
        })
        await workAt(base + 2 * HOUR)
        const { standing } = await must('GET', '/experiments/flights-v2')
        expect(standing, JSON.stringify(standing)).toMatchObject({
          state: expect.stringMatching(/equivalent|challenger_better/) as string,
        })
        expect((await must('GET', '/models/flights/segments')).versions).toMatchObject([
          { version: '1', shadow: 0 },
          { version: '2' },
        ])
      },
    )

    test('a person promotes it, and the alias and the baseline follow', { timeout: 120_000 }, async () => {
      page = await browser.open(`${service.url}/experiments/flights-v2`)
      await page.getByRole('button', { name: 'Promote the challenger…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('In MLflow, flights@champion moves to it.', { exact: false }).waitFor()
      if (process.env.SCREENSHOTS)
        await page.screenshot({ path: `${process.env.SCREENSHOTS}/circle-promote.png` })
      await dialog.getByLabel(/comment/i).fill('As good, and trained on what flies now.')
      await dialog.getByRole('button', { name: /^Promote/ }).click()
      await page.getByText('Version “2” promoted by').waitFor()
      await settled(page)
      if (process.env.SCREENSHOTS)
        await page.screenshot({ path: `${process.env.SCREENSHOTS}/circle.png`, fullPage: true })
      await follow()
      const { model_version: found } = await server.call(
        'GET',
        '/registered-models/alias?name=flights&alias=champion',
      )
      expect(found.version).toBe('2')
      const { active, baselines } = await must('GET', '/models/flights/baselines')
      expect(baselines.find(({ version }: { version: number }) => version === active).name).toBe(
        'flights 2 (MLflow)',
      )
    })

    test('the new champion serves, and the alert resolves', { timeout: 120_000 }, async () => {
      vi.setSystemTime(base + 26 * HOUR)
      await send('2', base, base + 26 * HOUR)
      await workAt(base + 25 * HOUR + 15 * 60_000)
      await workAt(base + 26 * HOUR + 15 * 60_000)
      const resolved = await alert()
      expect(resolved).toMatchObject({ status: 'resolved' })
      expect(resolved.summary).toMatch(/has ended for "distance"/)
      const bundle = await must('GET', `/alerts/${resolved.id}/bundle`)
      expect(bundle.mlflow.at(-1)).toMatchObject({
        ...{ model: 'flights', alias: 'champion', version: '1' },
        run_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      })
    })

    const status = async () => (await must('GET', '/mlflow?model=flights')).models[0]
    const lastWindow = async (): Promise<string> => {
      const period = `from=${iso(base)}&to=${iso(base + 2 * DAY)}`
      const { results } = await must('GET', `/models/flights/results?${period}&column=distance`)
      return results.at(-1).window_end
    }

    test('while MLflow is away for an hour, checks go on, and the alias is followed afterwards', async () => {
      await server.kill()
      const away = base + 27 * HOUR
      for (let minute = 0; minute <= 60; minute += 2) {
        vi.setSystemTime(away + minute * 60_000)
        await follow()
      }
      expect(await status()).toMatchObject({
        version: '2',
        problem: expect.stringMatching(/cannot be reached/),
        problem_since: iso(away),
        checked_at: expect.stringMatching(new RegExp(`^(?!${iso(away).slice(0, 16)})`)),
      })
      await workAt(away + HOUR + 15 * 60_000)
      expect(Date.parse(await lastWindow())).toBe(away + HOUR)
      await server.start()
      await setAlias(mlflow, { name: 'flights', version: '1' }, 'champion')
      vi.setSystemTime(away + HOUR + 20 * 60_000)
      await follow()
      expect(await status()).toMatchObject({ version: '1', problem: null })
      await setAlias(mlflow, { name: 'flights', version: '2' }, 'champion')
      vi.setSystemTime(away + HOUR + 25 * 60_000)
      await follow()
      expect(await status()).toMatchObject({ version: '2', problem: null })
    })

    test('whose version is deleted in MLflow keeps its baseline, and says what is missing', async () => {
      const { active } = await must('GET', '/models/flights/baselines')
      await server.call('DELETE', '/model-versions/delete', { name: 'flights', version: '2' })
      vi.setSystemTime(base + 30 * HOUR)
      await follow()
      expect(await status()).toMatchObject({
        version: '2',
        problem: expect.stringMatching(/no model "flights" with the alias "champion"/),
      })
      expect((await must('GET', '/models/flights/baselines')).active).toBe(active)
      await workAt(base + 30 * HOUR + 15 * 60_000)
      expect(Date.parse(await lastWindow())).toBe(base + 30 * HOUR)
      await page.goto(`${service.url}/models/flights`)
      await page.getByText(/no model “flights” with the alias/).waitFor()
      await settled(page)
      if (process.env.SCREENSHOTS)
        await page.screenshot({ path: `${process.env.SCREENSHOTS}/circle-model.png`, fullPage: true })
    })
  }),
)
