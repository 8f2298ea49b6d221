import { beforeAll, describe, expect, test } from 'vitest'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listAlertEvents } from '../../control/alerting/alert-events.ts'
import { lastEvaluations } from '../../store/results/evaluations.ts'
import { rows } from '../../store/engine/query.ts'
import { command } from '../support/command.ts'
import { apiFixture, DAY, START, type ApiFixture } from '../support/api.ts'
import { forgetAlerts } from '../support/stores/control.ts'

let fixture: ApiFixture
let key = ''
beforeAll(async () => {
  fixture = await apiFixture()
  await fixture.call('DELETE', '/monitors/daily')
  key = (await fixture.call('POST', '/keys', { name: 'writer', scopes: ['read', 'write'] })).body.key
})

const time = (ms: number) => new Date(ms).toISOString()
const environment = () => ({ DRIFTGAUGE_URL: fixture.service.url, DRIFTGAUGE_API_KEY: key })
const declaration = { model: 'shop', every: '6h', label_delay: '24h', checks: ['feature', 'prediction', 'label', 'concept', 'performance'], segments: ['c'], by_version: true } // prettier-ignore
const results = (monitor: string) =>
  rows<{ id: string; kind: string; window_end: string }>(
    fixture.service.store.read,
    `SELECT id, kind, window_end, verdict, round(effect, 9) AS effect FROM results FINAL WHERE monitor = '${monitor}' ORDER BY ALL`,
  )
const untold = async () => (await listAlertEvents(fixture.service.store.control, { limit: 1000 })).length

const period = { from: time(START + 7 * DAY), to: time(START + 9 * DAY) }
const line = (monitor: string) => ['backfill', monitor, '--from', period.from, '--to', period.to]

describe('a backfill', () => {
  test('stores what a live service stored, and tells nobody', async () => {
    await fixture.call('POST', '/monitors', { name: 'm', ...declaration })
    const { store, worker } = fixture.service
    const tenPast = (ms: number) => new Date(ms + 10 * 60_000)
    await worker.run(tenPast(START + 7.25 * DAY))
    await worker.run(tenPast(START + 10 * DAY))
    const within = (one: { window_end: string }) =>
      one.window_end > period.from.slice(0, 19).replace('T', ' ') &&
      one.window_end <= period.to.slice(0, 19).replace('T', ' ')
    const live = (await results('m')).filter(within)
    expect(new Set(live.map(({ kind }) => kind)).size).toBe(5)
    expect(await untold()).toBeGreaterThan(10)

    // The same monitor, as if nothing had been.
    for (const table of ['results', 'evaluations'])
      await store.rollup.command({ query: `TRUNCATE TABLE ${table}` })
    await forgetAlerts(store.control)
    const { code, stdout } = await command(line('m'), environment())
    expect(code).toBe(0)
    expect(stdout).toMatch(/^m: 16 windows evaluated from 2026-01-08 00:00 to 2026-01-10 00:00 UTC in [\d.]+ s\.\n$/) // prettier-ignore
    // Live windows of labels end a day earlier: those of the last day had not been evaluated.
    const liveIds = new Set(live.map(({ id }) => id))
    const found = await results('m')
    expect(found.filter(({ id }) => liveIds.has(id))).toEqual(live)
    const later = found.filter(({ id }) => !liveIds.has(id))
    expect(new Set(later.map(({ window_end }) => window_end)).size).toBeLessThanOrEqual(4)
    expect(await untold()).toBe(0)
  })

  test('again does nothing, until rows come or the monitor is changed', async () => {
    const again = async () => JSON.parse((await command([...line('m'), '--json'], environment())).stdout)
    const before = await results('m')
    expect(await again()).toMatchObject({ windows: 16, evaluated: 0, remaining: 0 })
    const late = { id: 'late', ts: START + 8.5 * DAY, features: { x: 0.5, c: 'a' }, prediction: 'no', score: 0.1 } // prettier-ignore
    await fixture.call('POST', '/models/shop/predictions', late)
    // Of both parts those of 24 hours that end at six of that evening and at midnight.
    expect(await again()).toMatchObject({ windows: 16, evaluated: 4 })
    expect((await results('m')).length).toBeGreaterThan(before.length)
    // A kill after results were stored and before that was noted.
    const stored = await results('m')
    await fixture.service.store.rollup.command({
      query: `DELETE FROM evaluations WHERE monitor = 'm' AND window_end > '2026-01-09 00:00:00'`,
    })
    expect(await again()).toMatchObject({ windows: 16, evaluated: 8 })
    expect(await results('m')).toEqual(stored)
    await fixture.call('PATCH', '/monitors/m', { false_alarms: '2 per 90d' })
    expect(await again()).toMatchObject({ windows: 16, evaluated: 16 })
  })

  test('does not let the schedule catch up with what lies between, and is no verdict of it', async () => {
    const { store, worker } = fixture.service
    expect(await lastEvaluations(store)).toEqual([])
    await worker.run(new Date(START + 30 * DAY))
    const found = await rows<{ n: number }>(
      store.read,
      `SELECT count() AS n FROM evaluations FINAL WHERE monitor = 'm' AND status != 'backfilled'`,
    )
    expect(found[0].n).toBe(2)
  })

  test('says what it leaves out, and refuses what it cannot do', async () => {
    const ask = (body: object, monitor = 'm') => fixture.call('POST', `/monitors/${monitor}/backfill`, body)
    const { body } = await ask({ from: time(Date.now() - 2 * DAY), to: time(Date.now() + 10 * DAY) })
    expect(body.skipped.map(({ kind, reason }: { kind: string; reason: string }) => [kind, reason])).toEqual([
      ['feature', 'not_complete'],
      ['prediction', 'not_complete'],
      ['label', 'not_mature'],
      ['concept', 'not_mature'],
      ['performance', 'not_mature'],
    ])
    expect((await ask({ from: '1975-01-01' })).body.detail).toMatch(/at most 50000 windows/)
    expect((await ask({ from: '2100-01-01' })).status).toBe(400)
    expect((await ask(period, 'none')).status).toBe(404)
    await fixture.call('POST', '/models', { name: 'bare', task: 'binary', features: {} })
    await fixture.call('POST', '/monitors', { name: 'bare', model: 'bare' })
    expect((await ask(period, 'bare')).status).toBe(409)
  })

  test('comes with what is applied', async () => {
    const file = join(fixture.service.directory, 'declared.yaml')
    writeFileSync(file, JSON.stringify({ monitors: [{ name: 'applied', ...declaration, every: '5d', checks: ['feature'] }] })) // prettier-ignore
    const days = Math.ceil((Date.now() - START) / DAY) + 1
    const { code, stdout } = await command(['apply', '-f', file, '--backfill', `${days}d`], environment())
    expect(code).toBe(0)
    expect(stdout).toMatch(/applied: \d+ windows evaluated from/)
    expect((await results('applied')).length).toBeGreaterThan(0)
    const again = await command(['apply', '-f', file, '--backfill', '10d'], environment())
    expect(again.stdout).not.toMatch(/windows evaluated/)
  })
})
