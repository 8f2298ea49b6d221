import { beforeAll, describe, expect, test } from 'vitest'
import { listAlertEvents } from '../../control/alerting/alert-events.ts'
import { rows } from '../../store/engine/query.ts'
import { apiFixture, DAY, START, type ApiFixture } from '../support/api.ts'
import { command } from '../support/command.ts'

let fixture: ApiFixture
beforeAll(async () => {
  fixture = await apiFixture()
})

const time = (ms: number) => new Date(ms).toISOString()
const backtest = (monitor: string, body: object) =>
  fixture.call('POST', `/monitors/${monitor}/backtest`, body)
/** The first window, and all that follow it, which a tick catches up with one by one. */
async function runAt(...times: number[]): Promise<void> {
  for (const now of times) await fixture.service.worker.run(new Date(now + 10 * 60_000))
}
const counts = async () => {
  const { read, control } = fixture.service.store
  return [
    await rows(read, 'SELECT (SELECT count() FROM results) AS r, (SELECT count() FROM evaluations) AS v'),
    await listAlertEvents(control, { limit: 1000 }),
  ]
}

describe('a backtest', () => {
  const period = { from: time(START + 5.75 * DAY), to: time(START + 10.5 * DAY) }

  test('says what the live monitor would have done, and leaves no trace', async () => {
    await fixture.call('POST', '/monitors', {
      name: 'live',
      model: 'shop',
      every: '6h',
      cadence: 'daily',
      label_delay: '24h',
    })
    // Nothing else is to be evaluated below.
    await fixture.call('DELETE', '/monitors/daily')
    const before = await counts()
    const { status, body } = await backtest('live', period)
    expect(status).toBe(200)
    expect(await counts()).toEqual(before)

    await runAt(START + 6 * DAY, START + 10.5 * DAY)
    const events = (
      await listAlertEvents(fixture.service.store.control, { monitor: 'live', scope: 'alert', limit: 100 })
    )
      .filter(({ kind }) => kind !== 'data')
      .reverse()
    expect(events.map(({ reason }) => reason)).toContain('all_resolved')
    const live = events.flatMap((event) =>
      event.status === 'firing' && event.reason === 'first'
        ? [[event.kind, event.windowEnd.toISOString()]]
        : [],
    )
    expect(
      body.alerts.map((alert: { kind: string; fired_at: string }) => [alert.kind, alert.fired_at]),
    ).toEqual(live)
    expect(body.fired).toBe(live.length)
    expect(body.fired).toBeGreaterThan(0)
    const [first] = body.alerts
    expect(first.messages).toBe(events.filter(({ kind }) => kind === first.kind).length)
    const resolution = events.find(({ reason, kind }) => reason === 'all_resolved' && kind === first.kind)
    expect(first.resolved_at).toBe(resolution!.windowEnd.toISOString())
    const members = new Map(
      events
        .filter(({ kind, status: s }) => kind === first.kind && s === 'firing')
        .flatMap(({ members: all }) => all.map(({ column, severity }) => [column, severity] as const)),
    )
    expect(
      new Map(first.members.map((m: { column: string; severity: string }) => [m.column, m.severity])),
    ).toEqual(members)
    expect(first.severity).toBe('critical')
    expect(body.windows).toBe(19 + 19)
  })

  test('says the same of concept and performance', async () => {
    // So lenient that chance alone makes breaches: nothing changed in these data.
    const lenient = { warning: 0.001, critical: 0.9 }
    await fixture.call('POST', '/monitors', {
      name: 'labelled',
      model: 'shop',
      checks: ['concept', 'performance'],
      every: '12h',
      cadence: 'daily',
      label_delay: '24h',
      false_alarms: '700 per 90d',
      thresholds: { concept: lenient, performance: lenient },
    })
    const { body } = await backtest('labelled', period)
    expect(body).toMatchObject({ windows: 10, columns: 4 })
    await runAt(START + 7 * DAY, START + 11.5 * DAY)
    const results = await fixture.call(
      'GET',
      `/models/shop/results?monitor=labelled&from=${period.from}&to=${period.to}&limit=1000`,
    )
    const breached = results.body.results.filter(({ verdict }: { verdict: string }) =>
      ['warning', 'critical'].includes(verdict),
    )
    expect(breached.length).toBeGreaterThan(0)
    expect(body.breaches).toBe(breached.length)
    const fired = (
      await listAlertEvents(fixture.service.store.control, {
        monitor: 'labelled',
        scope: 'alert',
        limit: 100,
      })
    )
      // That predictions no longer come is nothing that a backtest could foretell.
      .filter(({ reason, kind }) => reason === 'first' && kind !== 'data')
      .map(({ kind, windowEnd }) => [kind, windowEnd.toISOString()])
    expect(
      body.alerts.map((alert: { kind: string; fired_at: string }) => [alert.kind, alert.fired_at]),
    ).toEqual(fired.reverse())
    await fixture.call('DELETE', '/monitors/labelled')
  })

  test('takes other thresholds', async () => {
    const { body } = await backtest('live', {
      ...period,
      thresholds: { psi: { warning: 50, critical: 100 } },
    })
    // The share of unseen categories has thresholds of its own, which hold on.
    const members = body.alerts.flatMap((alert: { members: { column: string }[] }) => alert.members)
    expect(members.map(({ column }: { column: string }) => column)).toEqual(['c'])
    expect((await fixture.call('GET', '/monitors/live')).body.thresholds.psi.warning).toBe(0.1)
  })

  test('is bounded, and says so', async () => {
    const long = await backtest('live', { from: '2020-01-01', to: '2026-01-01' })
    expect([long.status, long.body.detail]).toEqual([422, expect.stringMatching(/2000 windows/)])
    expect((await backtest('live', { from: '1970-01-02', to: '1970-01-03' })).status).toBe(422)
    expect((await backtest('live', { from: period.to, to: period.from })).status).toBe(400)
    expect((await backtest('none', period)).status).toBe(404)
    const { body } = await backtest('live', { from: '2100-01-01', to: '2100-01-02' })
    expect(body).toMatchObject({ windows: 0, fired: 0 })
    await fixture.call('POST', '/models', { name: 'bare', task: 'binary', features: {} })
    await fixture.call('POST', '/monitors', { name: 'bare', model: 'bare' })
    expect((await backtest('bare', period)).status).toBe(409)
  })
})

describe('driftgauge backtest', () => {
  const period = ['--from', time(START + 5.75 * DAY), '--to', time(START + 10.5 * DAY)]
  let key = ''
  beforeAll(async () => {
    key = (await fixture.call('POST', '/keys', { name: 'reader', scopes: ['read'] })).body.key
  })
  const run = (...line: string[]) =>
    command(['backtest', ...line], { DRIFTGAUGE_URL: fixture.service.url, DRIFTGAUGE_API_KEY: key })

  test('tells when the alerts would have fired, exit code 1', async () => {
    const { code, stdout, stderr } = await run('live', ...period)
    expect([code, stderr]).toEqual([1, ''])
    const lines = stdout.trimEnd().split('\n')
    expect(lines[0]).toMatch(
      /^live would have fired once from .* UTC: 38 windows evaluated, \d columns, \d+ verdicts/,
    )
    expect(lines[2]).toMatch(/^severity +drift +fired +resolved +messages +columns$/)
    expect(lines.slice(3)).toContainEqual(
      expect.stringMatching(/^■ critical +feature +\d{4}-\d\d-\d\d \d\d:\d\d/),
    )
  })

  test('with other thresholds, as JSON, the other ones kept', async () => {
    const { code, stdout } = await run('live', ...period, '--warning', '50', '--critical', '100', '--json')
    expect(code).toBe(1)
    const { alerts } = JSON.parse(stdout) as { alerts: { members: { column: string }[] }[] }
    expect(alerts.flatMap(({ members }) => members.map(({ column }) => column))).toEqual(['c'])
    // By another statistic, whose thresholds are in its own unit.
    const other = await run('live', ...period, '--decide', 'ks', '--json')
    expect(other.stdout).toContain('largest difference in shares')
    expect(await run('live', ...period, '--decide', 'ks', '--warning', '0.99', '--critical', '1')).toMatchObject({ code: 1 }) // prettier-ignore
    expect(await run('live', ...period, '--decide', 'guess')).toMatchObject({ code: 2 })
    // Above the monitor's own critical threshold.
    expect(await run('live', ...period, '--warning', '0.3')).toMatchObject({ code: 2, stdout: '' })
  })

  test('where it would not have fired, exit code 0; what cannot be is refused', async () => {
    const quiet = await run('live', '--from', '2100-01-01', '--to', '2100-01-02')
    expect(quiet).toMatchObject({ code: 0, stdout: expect.stringMatching(/would have fired 0 times/) })
    expect(await run('none', ...period)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no monitor "none"/),
    })
    expect(await run('live', ...period, '--warning', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/number above 0/),
    })
    expect((await run('live')).code).toBe(2)
  })
})
