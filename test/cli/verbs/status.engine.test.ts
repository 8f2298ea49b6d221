import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { problemsOf } from '../../../cli/status/problems.ts'
import { renderStatus } from '../../../cli/status/render.ts'
import { displayWidth } from '../../../cli/shared/text.ts'
import { command } from '../../support/command.ts'
import { alertEvent } from '../../support/channels.ts'
import { testService } from '../../support/service.ts'
import { atEnd } from '../../support/runner/at-end.ts'

test('names what each model still lacks, and what fires, with exit code 1', async () => {
  const service = await testService()
  const status = (...options: string[]) => command(['status', ...options], { DRIFTGAUGE_URL: service.url })
  expect(await status()).toEqual({ code: 0, stderr: '', stdout: 'No models are declared. "driftgauge apply -f FILE" declares them.\n' }) // prettier-ignore

  await service.call('POST', '/models', {
    name: 'flights',
    task: 'binary',
    features: { distance: 'numeric' },
  })
  await service.call('POST', '/models', { name: 'other', task: 'binary', features: {} })
  const quiet = await status()
  expect([quiet.code, quiet.stdout]).toEqual([0, expect.stringMatching(/^○ No alert fires on 2 models, 0 of them evaluated\.\n/)]) // prettier-ignore
  expect(quiet.stdout).toMatch(/\n○ no predictions +flights +0 +0 +none\n/)

  await service.call('POST', '/monitors', { name: 'flights-daily', model: 'flights' })
  await insertAlertEvents(service.store.control, [alertEvent()])
  const loud = await status()
  expect([loud.code, loud.stdout]).toEqual([1, expect.stringMatching(/^✖ 1 alert firing on 1 of 2 models\.\n/)]) // prettier-ignore
  expect(loud.stdout).toMatch(/\nFiring:\n {2}✖ Feature "distance" of flights has drifted/)
  const json = JSON.parse((await status('--json')).stdout) as object
  expect(json).toMatchObject({
    running: true,
    missed_windows: [],
    broken_parts: [],
    reasons: [],
    warnings: [],
  })
})

test('of a service that cannot work says why, and an answer that is none is no sign of health', async () => {
  let ready = '{"status":"not ready","reasons":["ClickHouse does not respond"],"warnings":["clocks differ"]}'
  const server = createServer((request, response) => {
    const answers: Record<string, string> = {
      '/readyz': ready,
      '/api/v1/overview': '{"models":[]}',
      '/api/v1/missed-windows': '{"missed_windows":[]}',
      '/api/v1/store/broken-parts': '{"broken_parts":[]}',
    }
    response.writeHead(request.url === '/readyz' ? 503 : 200).end(answers[request.url!])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => void server.close())
  const status = () =>
    command(['status'], { DRIFTGAUGE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  const { stdout } = await status()
  expect(stdout).toContain(
    '  ! The service cannot do its work: ClickHouse does not respond\n  ! clocks differ\n',
  )
  ready = '<html>'
  expect((await status()).stdout).toContain(
    '! The service cannot do its work: /readyz does not answer as expected',
  )
})

const PART = {
  table: 'predictions_shop',
  model: 'shop',
  month: null,
  rows: 7,
  bytes: 1,
  written_at: '',
  name: 'x',
}

test('counts missed windows and broken parts, each in a line', () => {
  const problems = problemsOf({
    isRunning: true,
    missed: [
      { monitor: 'daily', model: 'shop', part: 'labels', windows: 3, oldest_end: '2026-01-01T00:00:00Z', newest_end: '2026-01-03T00:00:00Z' },
      { monitor: 'hourly', model: 'shop', part: 'predictions', windows: 1, oldest_end: '2026-01-01T00:00:00Z', newest_end: '2026-01-01T00:00:00Z' },
    ],
    broken: [PART, { ...PART, name: 'y' }, { ...PART, table: 'results', model: null, rows: null }],
    readiness: { reasons: [], warnings: ['3 broken parts …; the log and GET /store/broken-parts name them', 'other'] },
  })
  expect(problems).toEqual([
    'daily: 3 missed windows of labels, which ended from 2026-01-01 00:00 to 2026-01-03 00:00 UTC, still to be evaluated',
    'hourly: 1 missed window of predictions, which ended 2026-01-01 00:00 UTC, still to be evaluated',
    'shop: 2 broken parts of the table predictions_shop: 14 rows are missing; docs/operations.md says what to do',
    'results: 1 broken part of the table results: an unknown number of rows is missing; docs/operations.md says what to do',
    'other',
  ])
}) // prettier-ignore

test.each([60, 80, 200])('fits %i columns, whatever models are called', (width) => {
  const summary = `Feature "x" has drifted. ${'It moved far. '.repeat(20)}`
  const alert = { id: '3'.repeat(32), monitor: 'm', kind: 'feature', severity: 'critical' as const, summary, window_end: '' }
  const model = {
    model: '機械学習'.repeat(15), task: 'binary' as const, state: 'evaluated' as const, status: 'insufficient_data' as const,
    firing: [alert], worst: null, drifted: { columns: 0, of: 0 }, data_findings: 0, latest_window_end: '2026-01-01T00:00:00Z',
    sparkline: [], warning_from: null, predictions: { last_24h: 1_234_567, until: null }, label_lag_hours: null,
  }
  const problems = ['Something needs attention. '.repeat(20).trim()]
  const lines = renderStatus({ models: [model], problems, width, paint: (_, text) => text })
  expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width)
  expect(lines.join(' ').replace(/\s+/g, ' ')).toContain(alert.id)
}) // prettier-ignore
