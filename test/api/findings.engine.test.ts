import { beforeAll, describe, expect, test } from 'vitest'
import { insertAlertEvents } from '../../control/alerting/insert-alert-events.ts'
import { insertEvaluation } from '../../store/results/evaluations.ts'
import { insertResults } from '../../store/results/results.ts'
import {
  countHours,
  DAY,
  HISTORY_DAYS,
  openQualityModel,
  PER_HOUR,
  sendDay,
  START,
  type Features,
} from '../support/samples/quality-model.ts'
import { outcome } from '../support/samples/results.ts'
import { testService, type TestService } from '../support/service.ts'

type Json = any // eslint-disable-line @typescript-eslint/no-explicit-any

const ROWS = 24 * PER_HOUR
const HOSTILE = `'); DROP TABLE x; -- <b>\`"\\`
const end = (day: number) => new Date(START + day * DAY).toISOString()
/** Days after the history: the first is in order, on the second everything breaks, on the third nothing is left of it. */
const [GOOD, BAD, BETTER] = [HISTORY_DAYS, HISTORY_DAYS + 1, HISTORY_DAYS + 2]

function broken({ distance, carrier, age, country, volume }: Features, i: number): Features {
  return {
    distance: i % 4 === 0 ? '12 km' : distance,
    carrier: i % 4 === 1 ? HOSTILE : i % 4 === 2 ? null : carrier,
    age: i % 4 === 0 ? -1 : age,
    country: i % 4 === 0 ? 'XX' : country,
    volume: i % 4 === 0 ? Number(volume ?? 0) + 50 : volume,
    ...(i % 4 === 0 ? { [HOSTILE]: 1 } : {}),
  }
}

let service: TestService
const get = async (path: string) => {
  const { status, body } = await service.call('GET', path)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

beforeAll(async () => {
  service = await testService()
  const { store } = service
  await openQualityModel(store)
  await sendDay(store, GOOD)
  await sendDay(store, BAD, broken)
  await sendDay(store, BETTER)
  await countHours(store)
  const must = async (path: string, body: unknown) =>
    expect((await service.call('POST', path, body)).status).toBeLessThan(300)
  const shared = { model: 'm', window: '24h', every: '24h' }
  await must('/monitors', { ...shared, name: 'alone', checks: ['feature'] })
  await must('/monitors', { ...shared, name: 'daily', checks: ['feature', 'quality'] })
  await must('/monitors', { ...shared, name: 'moving', checks: ['quality'], baseline: { rolling: '14d' } })
  for (const monitor of ['daily', 'moving'])
    for (const day of [GOOD, BAD, BETTER])
      await must(`/monitors/${monitor}/run`, {
        asOf: new Date(START + (day + 1) * DAY + 900_000).toISOString(),
      })
}, 120_000)

describe('findings of a monitor', () => {
  const column = (body: Json, name: string) => body.columns.find((one: Json) => one.column === name)

  test('are columns over time, the most severe first, and what is wrong with all data', async () => {
    const body = await get(`/models/m/findings?to=${end(BAD + 1)}`)
    expect(body).toMatchObject({ monitor: 'daily', checked: true, window_hours: 24, step: 1 })
    expect(body.window_ends).toEqual([end(GOOD + 1), end(BAD + 1)].map((time) => time))
    expect(body.columns.map((one: Json) => one.column).toSorted()).toEqual(['age', 'carrier', 'country', 'distance', 'volume']) // prettier-ignore
    for (const one of body.columns) expect(one.severities).toEqual(['ok', 'critical'])
    expect(column(body, 'carrier')).toMatchObject({ kind: 'feature', decided: true, missing: [0, 0.25], out_of_range: [null, null] }) // prettier-ignore
    expect(column(body, 'carrier').unseen[1]).toBeCloseTo(1 / 3)
    expect(column(body, 'carrier').findings.map((one: Json) => one.finding)).toEqual(['missing', 'unseen'])
    expect(column(body, 'distance')).toMatchObject({
      missing: [0, 0],
      invalid: [0, 0.25],
      unseen: [null, null],
    })
    expect(column(body, 'country').out_of_range).toEqual([0, 0.25])
    expect(column(body, 'volume').findings).toMatchObject([{ finding: 'range', severity: 'critical' }])
    expect(body.model).toMatchObject([
      { finding: 'unknown_features', severities: [null, 'warning'], newest: { severity: 'warning' } },
    ])
    expect(body.model[0].shares).toEqual([null, 0.25])
    expect(body.model[0].newest.explanation).toContain('not declared')
    expect(body.newest).toMatchObject({ window_end: end(BAD + 1), rows: ROWS, columns: 7, undecided_columns: 0 }) // prettier-ignore
  })

  test('that have ended stay in the period, without a sentence', async () => {
    const body = await get('/models/m/findings')
    expect(body.newest.window_end).toBe(end(BETTER + 1))
    expect(column(body, 'carrier')).toMatchObject({ severities: ['ok', 'critical', 'ok'], findings: [] })
    expect(body.model).toMatchObject([{ finding: 'unknown_features', newest: null }])
  })

  test('are also given of columns in order, and of one column', async () => {
    const all = await get('/models/m/findings?columns=all')
    expect(all.columns).toHaveLength(7)
    expect(all.columns.at(-1)).toMatchObject({ severities: ['ok', 'ok', 'ok'] })
    const score = await get('/models/m/findings?column=score&kind=prediction')
    expect(score.columns).toMatchObject([{ kind: 'prediction', column: 'score', missing: [0, 0, 0] }])
    // A feature that is called like a finding about all data.
    const volume = await get('/models/m/findings?column=volume')
    expect(volume.columns).toMatchObject([{ kind: 'feature', column: 'volume', severities: ['ok', 'critical', 'ok'] }]) // prettier-ignore
    expect(volume.model).toEqual([])
  })

  test('of a monitor that does not look are none, which is said', async () => {
    const body = await get('/models/m/findings?monitor=alone')
    expect(body).toMatchObject({ checked: false, window_ends: [], newest: null, model: [], columns: [] })
    expect((await service.call('GET', '/models/m/findings?monitor=none')).status).toBe(404)
    expect((await service.call('GET', '/models/m/findings?from=2026-02-01&to=2026-01-01')).status).toBe(400)
  })

  test('name windows without data', async () => {
    const evaluation = {
      monitor: 'daily',
      stream: 'predictions' as const,
      evaluatedAt: new Date(),
      detail: '',
    }
    const windowEnd = new Date(START + (BETTER + 2) * DAY)
    await insertEvaluation(service.store, { ...evaluation, windowEnd, status: 'no_data' })
    const body = await get(`/models/m/findings?to=${windowEnd.toISOString()}`)
    expect(body.window_ends).toHaveLength(4)
    expect(body.model[0]).toMatchObject({ finding: 'no_data', severities: [null, null, null, 'warning'], newest: { severity: 'warning' } }) // prettier-ignore
    expect(body.newest.window_end).toBe(end(BETTER + 1))
  })

  test('of many windows are joined to the worst and the largest, a newer check counting alone', async () => {
    const summary = (day: number, missing: number, severity?: string) => ({
      rows: 1000,
      columns: [
        {
          column: 'carrier',
          decided: true,
          missing,
          invalid: 0,
          findings: severity ? [{ finding: 'missing', severity, explanation: `on ${day}`, share: missing, expected: 0 }] : [], // prettier-ignore
        },
      ],
      model: [],
      undecided: [{ finding: 'volume', until: 'two weeks have been recorded' }],
    })
    let made = 0
    const stored = (day: number, evaluation: unknown, evaluated = 0) =>
      outcome({
        id: `f${String(made++).padStart(31, '0')}`,
        model: 'm',
        monitor: 'daily',
        kind: 'data',
        column: '',
        windowEnd: new Date(START + (400 + day) * DAY),
        evaluatedAt: new Date(START + 900 * DAY + evaluated),
        verdict: 'ok',
        effect: undefined,
        evaluation,
      })
    await insertResults(service.store, [
      ...Array.from({ length: 401 }, (_, day) => stored(day, summary(day, 0.01))),
      stored(400, summary(400, 0.3, 'warning'), 1),
      stored(399, summary(399, 0.5, 'critical'), 1),
      stored(396, summary(396, 0.9, 'critical'), 1),
      stored(396, summary(396, 0.2), 2),
    ])
    const body = await get(`/models/m/findings?from=${end(399)}&to=${end(801)}`)
    expect(body.step).toBe(3)
    expect(body.window_ends).toHaveLength(134)
    expect(body.window_ends.at(-1)).toBe(end(800))
    const [carrier] = body.columns
    expect(carrier.severities.slice(-2)).toEqual(['ok', 'critical'])
    expect(carrier.missing.slice(-2)).toEqual([0.2, 0.5])
    expect(carrier.findings.map((one: Json) => one.explanation)).toEqual(['on 400'])
    expect(body.newest.undecided).toEqual([{ finding: 'volume', until: 'two weeks have been recorded' }])
  })
})

test('changes of the declared features are told with them', async () => {
  const patch = (features: object) => service.call('PATCH', '/models/m', { features })
  expect((await patch({ extra: 'numeric', "other'": 'categorical' })).status).toBe(200)
  expect((await patch({ age: { kind: 'numeric', min: 0, max: 130 } })).status).toBe(200)
  expect((await patch({ extra: null, "other'": null })).status).toBe(200)
  expect((await patch({ age: { kind: 'numeric', min: 0, max: 120 } })).status).toBe(200)
  const now = Date.now()
  const { declared } = await get(`/models/m/findings?from=2026-01-01&to=${new Date(now + DAY).toISOString()}`)
  expect(declared).toMatchObject([
    { added: ['extra', "other'"], removed: [] },
    { added: [], removed: ['extra', "other'"] },
  ])
  expect(Math.abs(Date.parse(declared[0].at) - now)).toBeLessThan(60_000)
  expect((await get(`/models/m/findings?to=${end(BAD + 1)}`)).declared).toEqual([])
})

test('an alert on data says of each member what is wrong, as documented', async () => {
  const member = { kind: 'data', column: 'carrier', segment: '', version: '', severity: 'critical' as const, since: end(BAD), finding: 'missing', explainsDrift: true } // prettier-ignore
  await insertAlertEvents(service.store.control, [
    { id: 'a'.repeat(32), scope: 'alert', monitor: 'daily', model: 'm', kind: 'data', column: '', segment: '', version: '', windowEnd: new Date(end(BAD + 1)), reason: 'first', status: 'firing', severity: 'critical', summary: '', members: [member], baseline: undefined, createdAt: new Date(), notify: false, channels: [] }, // prettier-ignore
  ])
  const { members } = await get(`/alerts/${'a'.repeat(32)}`)
  const { explainsDrift: _, ...documented } = { ...member, explains_drift: true }
  expect(members).toEqual([documented])
  expect((await get('/overview')).models[0].data_findings).toBe(1)
})

describe('offending rows', () => {
  const at = end(BAD + 1)
  const rowsOf = (finding: string, column: string, monitor = 'daily') =>
    get(`/models/m/offending?${new URLSearchParams({ finding, column, monitor, at }).toString()}`)

  test.each(['daily', 'moving'])('have the values that are unseen, counted, of %s', async (monitor) => {
    const body = await rowsOf('unseen', 'carrier', monitor)
    expect(body).toMatchObject({ monitor, window_start: end(BAD), window_end: at, rows: ROWS, affected: ROWS / 4, limits: null }) // prettier-ignore
    expect(body.values).toEqual([{ value: HOSTILE, rows: ROWS / 4 }])
    expect(body.examples).toHaveLength(5)
    const times = body.examples.map(({ ts }: Json) => Date.parse(ts))
    expect(times).toEqual(times.toSorted((a: number, b: number) => b - a))
    for (const { value } of body.examples) expect(value).toBe(HOSTILE)
  })

  test('are those without a value', async () => {
    const body = await rowsOf('missing', 'carrier')
    expect(body).toMatchObject({ affected: ROWS / 4, values: [] })
    expect(body.examples[0]).toMatchObject({ value: null, version: '' })
    expect(body.examples[0].id).toMatch(/^\d+$/)
  })

  test('with unusable values show what came', async () => {
    const body = await rowsOf('invalid', 'distance')
    expect(body).toMatchObject({ affected: ROWS / 4, values: [] })
    expect(body.received).toEqual([{ reason: 'text_for_number', events: ROWS / 4, example: '"12 km"' }])
    expect((await rowsOf('missing', 'distance')).affected).toBe(0)
  })

  test('break what is declared, each rule counted', async () => {
    const age = await rowsOf('range', 'age')
    expect(age).toMatchObject({ affected: ROWS / 4, values: [{ value: '-1', rows: ROWS / 4 }] })
    expect(age.limits).toEqual({ from: 'declared', rules: [{ rule: 'min', rows: ROWS / 4 }, { rule: 'max', rows: 0 }] }) // prettier-ignore
    const country = await rowsOf('range', 'country')
    expect(country.values).toEqual([{ value: 'XX', rows: ROWS / 4 }])
  })

  test('lie outside the range of the baseline where nothing is declared', async () => {
    const body = await rowsOf('range', 'volume')
    expect(body.affected).toBe(ROWS / 4)
    expect(body.limits).toMatchObject({ from: 'baseline' })
    expect(body.limits.max).toBeLessThanOrEqual(1)
    expect(body.values).toHaveLength(20)
    for (const { value } of body.examples) expect(Number(value)).toBeGreaterThan(49)
  })

  test('have undeclared features, whose names are counted', async () => {
    const body = await get(`/models/m/offending?finding=unknown_features&at=${at}`)
    expect(body).toMatchObject({ rows: ROWS, affected: ROWS / 4, values: [{ value: HOSTILE, rows: ROWS / 4 }] }) // prettier-ignore
    expect(body.examples[0].value).toBeNull()
  })

  test('agree with the shares that were found', async () => {
    const { columns } = await get(`/models/m/findings?to=${at}`)
    for (const { column, findings } of columns)
      for (const { finding, share } of findings) {
        const { rows, affected, values } = await rowsOf(finding, column)
        const of = finding === 'unseen' ? rows - (await rowsOf('missing', column)).affected : rows
        if (!['range', 'constant'].includes(finding)) expect(affected / of, `${column} ${finding}`).toBeCloseTo(share) // prettier-ignore
        expect(values.every(({ rows: one }: Json) => one <= affected)).toBe(true)
      }
  })

  test('are refused where the question makes no sense', async () => {
    const status = async (query: string) => (await service.call('GET', `/models/m/offending?${query}`)).status
    expect(await status('finding=missing')).toBe(400)
    expect(await status('finding=volume')).toBe(400)
    expect(await status(`finding=missing&column=none&at=${at}`)).toBe(404)
    expect(await status('finding=missing&column=score')).toBe(404)
    expect(await status('finding=missing&column=score&kind=prediction')).toBe(200)
    expect(await status('finding=missing&column=label&kind=prediction')).toBe(404)
    expect(await status('finding=missing&column=carrier&at=1970-01-02')).toBe(400)
  })
})
