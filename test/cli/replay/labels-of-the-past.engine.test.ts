import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { labelDecoder } from '../../../ingest/decode/decode-label.ts'
import { command } from '../../support/command.ts'
import { seeded } from '../../support/samples/columns.ts'
import { queriedService, type QueriedService } from '../../support/queried-service.ts'
import { ask } from '../../support/ask.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2024, 0, 1)
const DAYS = 20
const PER_DAY = 480

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

let service: QueriedService
const call = (method: string, path: string, body?: object | string) =>
  ask(`${service.url}/api/v1${path}`, {
    method,
    ...(body !== undefined && {
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json' },
    }),
  })

const random = seeded(11)
const rows = Array.from({ length: DAYS * PER_DAY }, (_, i) => {
  const score = random()
  const label = random() < score ? 'yes' : 'no'
  return { id: `p${i}`, ts: START + Math.floor((i * DAY) / PER_DAY), x: random(), score, label }
})

let models = 0
/** A model with its predictions, a baseline of its first ten days, and a monitor of what needs labels. */
async function newModel(monitor: object = {}): Promise<string> {
  const name = `m${models++}`
  await call('POST', '/models', { name, task: 'binary', positive: 'yes', features: { x: 'numeric' } })
  const lines = rows.map(({ id, ts, x, score }) => JSON.stringify({ id, ts, score, features: { x } }))
  expect((await call('POST', `/models/${name}/predictions`, lines.join('\n'))).body.rejected).toBe(0)
  const checks = ['label', 'concept', 'performance']
  const declared = { name: `of-${name}`, model: name, checks, every: '24h', ...monitor }
  expect((await call('POST', '/monitors', declared)).status).toBe(201)
  return name
}

async function addBaseline(model: string): Promise<void> {
  const window = { from: new Date(START).toISOString(), to: new Date(START + 10 * DAY).toISOString() }
  expect((await call('POST', `/models/${model}/baselines`, { name: 'first', window })).status).toBe(201)
}

/** What a nightly export looks like: no time at all. */
function writeExport(name: string, columns: ('id' | 'label' | 'at')[] = ['id', 'label']): string {
  const path = join(directory, name)
  const lines = rows.map((row) =>
    columns.map((column) => (column === 'at' ? new Date(row.ts + 5 * HOUR).toISOString() : row[column])),
  )
  const heading = columns.map((column) => (column === 'at' ? 'labelled_at' : column))
  writeFileSync(path, [heading, ...lines].map((cells) => cells.join(',')).join('\n'))
  return path
}

const replay = (file: string, model: string, ...more: string[]) =>
  command(['replay', file, '--model', model, ...more], {
    DRIFTGAUGE_URL: service.url,
    DRIFTGAUGE_DATA: join(directory, 'data'),
  })

/** The delays of stored labels, in hours. */
async function delays(model: string): Promise<number[]> {
  await service.rollup(model)
  const found = await service.query<{ hours: number }>(
    `SELECT DISTINCT dateDiff('second', p.ts, l.labelled_at) / 3600 AS hours
     FROM (SELECT * FROM labels_${model} FINAL) AS l INNER JOIN (SELECT * FROM predictions_${model} FINAL) AS p
     ON p.id = l.id ORDER BY hours`,
  )
  return found.map(({ hours }) => hours)
}

const period = {
  from: new Date(START + 12 * DAY).toISOString(),
  to: new Date(START + DAYS * DAY).toISOString(),
}
const backtest = async (model: string) =>
  (await call('POST', `/monitors/of-${model}/backtest`, period)).body as {
    windows: number
    columns: number
    skipped: { kind: string; reason: string; windows: number; hint: string }[]
  }

beforeAll(async () => {
  service = await queriedService()
})

describe('an export of labels without any time', () => {
  test('counts as received 24 hours after the predictions, and the windows of the past are judged', async () => {
    const model = await newModel()
    const { code, stdout } = await replay(writeExport('a.csv'), model)
    expect(code).toBe(0)
    expect(stdout).toContain(
      `${(DAYS * PER_DAY).toLocaleString('en-US')} labels without labelled_at: treated as received 24h after the prediction; use --label-delay to change this.`,
    )
    expect(await delays(model)).toEqual([24])
    await addBaseline(model)
    const found = await backtest(model)
    expect(found).toMatchObject({ windows: 8, columns: 4, skipped: [] })
  })

  test('takes the delay that a monitor declares, and the one that is given', async () => {
    const declared = await newModel({ label_delay: '3d' })
    expect((await replay(writeExport('b.csv'), declared)).stdout).toContain('received 3d after')
    expect(await delays(declared)).toEqual([72])
    const given = await newModel({ label_delay: '3d' })
    const { stdout } = await replay(writeExport('c.csv'), given, '--label-delay', '6h', '--json')
    expect(JSON.parse(stdout).undated).toEqual({ '6h': DAYS * PER_DAY })
    expect(await delays(given)).toEqual([6])
    expect((await replay(writeExport('c.csv'), given, '--label-delay', 'soon')).code).toBe(2)
  })

  test('is of no account where the labels say when they came', async () => {
    const model = await newModel()
    const file = writeExport('d.csv', ['id', 'label', 'at'])
    const { stdout } = await replay(file, model, '--label-delay', '6h')
    expect(stdout).not.toContain('without labelled_at')
    expect(await delays(model)).toEqual([5])
  })
})

describe('labels over HTTP', () => {
  const lines = rows.map(({ id, label }) => JSON.stringify({ id, label }))

  test('came when they are received, so that a backtest says that they look too late, and how to go on', async () => {
    const model = await newModel()
    await call('POST', `/models/${model}/labels`, lines.join('\n'))
    const [least] = await delays(model)
    expect(least).toBeGreaterThan(365 * 24)
    await addBaseline(model)
    // Labels that took so long are those of predictions too old to tell how long labels take today.
    const { windows, columns, skipped } = await backtest(model)
    expect([windows, columns]).toEqual([0, 0])
    expect(skipped.map(({ kind, windows: left }) => [kind, left])).toEqual([['label', 8], ['concept', 8], ['performance', 8]]) // prettier-ignore
    for (const { reason, hint } of skipped) {
      expect(['labels_too_late', 'label_delay_unknown']).toContain(reason)
      expect(hint).toMatch(/label_delay/)
    }
    const { stdout } = await command(['backtest', `of-${model}`, '--from', period.from, '--to', period.to], {
      DRIFTGAUGE_URL: service.url,
    })
    expect(stdout).toMatch(/0 windows evaluated, 0 columns/)
    expect(stdout).toMatch(/performance: 8 windows skipped/)
    await call('PATCH', `/monitors/of-${model}`, { label_delay: '24h' })
    expect(await backtest(model)).toMatchObject({ windows: 8, columns: 4, skipped: [] })
  })

  test('say by the query how long they took, or each by itself', async () => {
    const model = await newModel()
    const own = JSON.stringify({ id: 'p0', label: 'yes', label_delay: '2h' })
    const path = `/models/${model}/labels?label_delay=36h`
    expect((await call('POST', path, [...lines.slice(1), own].join('\n'))).body.rejected).toBe(0)
    expect(await delays(model)).toEqual([2, 36])
    expect((await call('POST', `/models/${model}/labels?label_delay=x`, lines[0])).status).toBe(400)
    const refused = await call('POST', path, JSON.stringify({ id: 'p0', label: 'yes', label_delay: 24 }))
    expect(refused.body.rejections[0].reason).toBe('bad_label_delay')
  })
})

test('a label never comes later than it is received, and its own time goes before', () => {
  const decode = labelDecoder(modelSchema.parse({ name: 'm', task: 'regression', features: {} }), {
    delay: DAY,
  })
  const now = START + 10 * DAY
  const of = (event: object) => decode({ id: 'a', label: 1, ...event }, now, now)
  expect(of({ prediction_ts: START })).toMatchObject({ labelledAt: START + DAY, labelledAfter: undefined })
  expect(of({ prediction_ts: now - HOUR })).toMatchObject({ labelledAt: now })
  expect(of({ prediction_ts: START, labelled_at: START + 5 })).toMatchObject({ labelledAt: START + 5 })
  expect(of({ prediction_ts: START, label_delay: '2h' })).toMatchObject({ labelledAt: START + 2 * HOUR })
  expect(of({})).toMatchObject({ labelledAt: now, labelledAfter: DAY })
  const live = labelDecoder(modelSchema.parse({ name: 'm', task: 'regression', features: {} }))
  expect(live({ id: 'a', label: 1, prediction_ts: START }, now, now)).toMatchObject({ labelledAt: now })
})
