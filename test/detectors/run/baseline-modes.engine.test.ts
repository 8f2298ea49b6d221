import { beforeAll, describe, expect, test } from 'vitest'
import { readFlights } from '../../../cli/demo/flights.ts'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { command } from '../../support/command.ts'
import { testService, type TestService } from '../../support/service.ts'

/** Real flights of nine weeks, with the day of the week among the features. */
const HOUR = 3_600_000
const DAY = 24 * HOUR
const FROM = Date.UTC(2001, 0, 1)
const TO = Date.UTC(2001, 2, 5)
const JANUARY = { from: '2001-01-01T00:00:00.000Z', to: '2001-02-01T00:00:00.000Z' }

let service: TestService
const nextGeneration = generationClock()
const must = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
  const answer = await service.call(method, path, body, headers)
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
  return answer.body
}
const count = async () =>
  rollup({
    store: service.store,
    model: (await service.models.find('flights'))!,
    now: new Date(),
    nextGeneration,
  })
const declare = (name: string, baseline: unknown, more: object = {}) =>
  must('POST', '/monitors', { name, model: 'flights', checks: ['feature', 'prediction'], baseline, ...more })
const run = (name: string, end: number) =>
  must('POST', `/monitors/${name}/run`, { asOf: new Date(end + 10 * 60_000).toISOString() })

interface Row {
  id: string
  column: string
  verdict: string
  reason: string
  explanation: string
}
const columnOf = ({ results }: { results: Row[] }, column: string) =>
  results.find((result) => result.column === column)!

beforeAll(async () => {
  service = await testService()
  await must('POST', '/models', {
    name: 'flights',
    task: 'binary',
    positive: 'late',
    features: { hour: 'numeric', distance: 'numeric', origin: 'categorical', day_of_week: 'categorical' },
  })
  const flights = await readFlights(service.store.read, { from: FROM, to: TO, every: 25 })
  const lines = flights.map(({ row, ts, hour, distance, origin }) =>
    JSON.stringify({
      id: String(row),
      ts,
      version: row % 2 ? '1' : '2',
      features: { hour, distance, origin, day_of_week: String(new Date(ts).getUTCDay()) },
      prediction: hour >= 17 ? 'late' : 'on-time',
      score: hour / 24,
    }),
  )
  for (let i = 0; i < lines.length; i += 10_000)
    await must('POST', '/models/flights/predictions', lines.slice(i, i + 10_000).join('\n'), {
      'content-type': 'application/x-ndjson',
    })
  await must('POST', '/models/flights/baselines', { name: 'january', window: JANUARY })
  await must('POST', '/models/flights/baselines', {
    name: 'ten days',
    window: { from: JANUARY.from, to: '2001-01-11T00:00:00Z' },
  })
  await count()
}, 120_000)

const MODES: Record<string, unknown> = {
  training: 'training',
  named: { data: 'ten days' },
  pinned: { window: { from: '2001-01-08', to: '2001-01-29' } },
  rolling: { rolling: '14d' },
  seasonal: { seasonal: '4w' },
  version: { seasonal: '3w', version: '1' },
}

describe('the day of the week', () => {
  const warned = (answer: { warnings: { column: string }[] }) => answer.warnings.map(({ column }) => column)

  test('raises a warning under every baseline that is not seasonal', async () => {
    for (const [name, baseline] of Object.entries(MODES)) {
      const answer = await declare(name, baseline)
      const isSeasonal = name === 'seasonal' || name === 'version'
      expect([name, warned(answer)]).toEqual([name, isSeasonal ? [] : ['day_of_week']])
    }
    const { warnings } = await must('PATCH', '/monitors/training', { grace: '10m' })
    expect(warnings[0]).toMatchObject({ code: 'cyclic_column', kind: 'feature', column: 'day_of_week' })
    expect(warnings[0].effect).toBeGreaterThan(5)
    expect(warnings[0].message).toMatch(/windows of 24h would already be critical.*seasonal: 4w/)
    expect(warned(await declare('weekly', 'training', { window: '7d' }))).toEqual([])
  })

  test('alarms under the fixed baseline all month, and never under the seasonal one', async () => {
    await count()
    const members = async (name: string) => {
      const period = { from: '2001-02-01', to: '2001-03-01' }
      const { alerts } = await must('POST', `/monitors/${name}/backtest`, period)
      return alerts.flatMap((alert: { members: { column: string }[] }) =>
        alert.members.map(({ column }) => column),
      )
    }
    expect(await members('training')).toContain('day_of_week')
    expect(await members('seasonal')).not.toContain('day_of_week')
  })
})

describe('every mode', () => {
  const ends = Array.from({ length: 3 }, (_, i) => Date.UTC(2001, 1, 5) + i * 30 * HOUR)

  test.each(Object.keys(MODES))(
    '%s: a backtest says what runs say, which can be reproduced',
    async (name) => {
      await must('PATCH', `/monitors/${name}`, { every: '6h' })
      await count()
      let breaches = 0
      for (const end of ends) {
        const { results } = (await run(name, end)) as { results: Row[] }
        expect(results).toHaveLength(6)
        expect(results.filter(({ verdict }) => verdict === 'insufficient_data')).toEqual([])
        breaches += results.filter(({ verdict }) => verdict !== 'ok').length
        for (const { id } of end === ends[0] ? results : []) {
          const found = await must('POST', `/results/${id}/reproduce`)
          expect([found.evaluation, found.window, found.baseline]).toEqual(
            Array(3).fill({ status: 'agrees' }),
          )
        }
      }
      let tested = 0
      for (const end of ends) {
        const period = { from: new Date(end - HOUR).toISOString(), to: new Date(end).toISOString() }
        const found = await must('POST', `/monitors/${name}/backtest`, period)
        expect(found.windows).toBe(1)
        tested += found.breaches
      }
      expect(tested).toBe(breaches)
      if (name === 'training') expect(breaches).toBeGreaterThan(0)
    },
  )

  test('stores the hours that a moving baseline was counted from, and a hash of what was in them', async () => {
    const end = Date.UTC(2001, 1, 6)
    const detail = async (name: string) =>
      must('GET', `/results/${columnOf(await run(name, end), 'hour').id}`)
    const { baseline: rolling } = await detail('rolling')
    expect(rolling.hours).toEqual({
      spans: [{ from: '2001-01-22T00:00:00.000Z', to: '2001-02-05T00:00:00.000Z' }],
    })
    const { baseline: versioned } = await detail('version')
    expect(versioned.hours).toEqual({
      version: '1',
      spans: ['15', '22', '29'].map((day) => ({
        from: `2001-01-${day}T00:00:00.000Z`,
        to: `2001-01-${day === '29' ? '30' : Number(day) + 1}T00:00:00.000Z`,
      })),
    })
    const { baseline: fixed } = await detail('training')
    expect(fixed.hours).toBeNull()
    expect(new Set([rolling.hash, versioned.hash, fixed.hash]).size).toBe(3)
    const sum = (counts: number[]) => counts.reduce((all, n) => all + n, 0)
    expect(sum(versioned.profile.counts)).toBeLessThan(sum(rolling.profile.counts) / 4)
    expect((await detail('named')).baseline.version).toBe(2)
  })

  test('without enough rows to compare with gives no verdict, and says so', async () => {
    const few = columnOf(await run('rolling', FROM + 32 * HOUR), 'hour')
    expect(few).toMatchObject({ verdict: 'insufficient_data', reason: 'too_few_rows' })
    expect(few.explanation).toMatch(
      /^Too few rows for a verdict: \d+ in the baseline and [\d,]+ in the window; each side needs at least 200\.$/,
    )
    const none = columnOf(await run('seasonal', FROM + 5 * DAY), 'hour')
    expect(none).toMatchObject({ verdict: 'insufficient_data', reason: 'empty' })
    expect(none.explanation).toBe('The baseline has no rows.')
  })
})

describe('declaring', () => {
  test('refuses a baseline that the model does not have, and a name that two have', async () => {
    const refused = async (baseline: unknown) => {
      const monitor = { name: 'refused', model: 'flights', baseline }
      const { status, body } = await service.call('POST', '/monitors', monitor)
      return [status, body.errors?.[0]]
    }
    expect(await refused({ data: 9 })).toEqual([
      422,
      { path: 'baseline.data', message: 'the model has no baseline 9' },
    ])
    await must('POST', '/models/flights/baselines', { name: 'twice', window: JANUARY })
    await must('POST', '/models/flights/baselines', { name: 'twice', window: JANUARY })
    expect(await refused({ data: 'twice' })).toEqual([
      422,
      {
        path: 'baseline.data',
        message: '2 baselines are named "twice": use the number of one, such as 3',
      },
    ])
    expect(await refused({ rolling: '7d', own_version: true })).toEqual([
      422,
      { path: 'baseline.own_version', message: 'requires "by_version: true"' },
    ])
    expect((await refused({ rolling: '7d', seasonal: '4w' }))[0]).toBe(400)
    expect((await refused({ data: 1, version: '1' }))[0]).toBe(400)
    expect((await refused({ seasonal: '10d' }))[0]).toBe(400)
  })

  test('by apply prints the warning, and a patch changes the mode', async () => {
    const { writeFileSync } = await import('node:fs')
    const file = `${service.directory}/monitors.yaml`
    writeFileSync(file, 'monitors:\n  - { name: applied, model: flights, baseline: { rolling: 14d } }\n')
    const environment = { DRIFTGAUGE_URL: service.url }
    const { code, stdout } = await command(['apply', '-f', file], environment)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^warning: monitor "applied": feature "day_of_week" varies with the hour/m)
    const patch = { baseline: { rolling: null, seasonal: '4w' } }
    expect(await must('PATCH', '/monitors/applied', patch)).toMatchObject({
      baseline: { seasonal: '4w' },
      warnings: [],
    })
    const json = await command(['apply', '-f', file, '--json'], environment)
    expect(JSON.parse(json.stdout)).toMatchObject({
      changes: [
        {
          fields: [
            { field: 'baseline.seasonal', from: '4w' },
            { field: 'baseline.rolling', to: '14d' },
          ],
        },
      ],
      warnings: [{ kind: 'monitor', name: 'applied' }],
    })
  })
})
