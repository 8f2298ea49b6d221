/** Intake of features that were computed offline. What is made of them is in test/store/skew.engine.test.ts. */
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { openModels } from '../../../store/models.ts'
import { dirtyHours, markDirty } from '../../../store/events/dirty-hours.ts'
import { DEFAULT_RETENTION } from '../../../domain/retention.ts'
import { findOldRows } from '../../../store/retention/old-rows.ts'
import { rows } from '../../../store/engine/query.ts'
import { testService, type TestService } from '../../support/service.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const features = { a: 'numeric', c: 'categorical' } as const
const declared = (name: string, extra: object = {}) =>
  modelSchema.parse({ name, task: 'binary', features, ...extra })
const NDJSON = { 'content-type': 'application/x-ndjson' }

let service: TestService
beforeAll(async () => {
  const models = ['m', 'marks', 'erased', 'kept', 'letters', 'gone'].map((name) => declared(name))
  models.push(declared('strict', { unknown_features: 'strict' }))
  service = await testService({ models, monitors: [] })
})

const send = (body: unknown, { model = 'm', headers = {}, kind = 'reference-features' } = {}) =>
  service.call('POST', `/models/${model}/${kind}`, body, headers)
const stored = (model: string, select = 'id') =>
  rows<Record<string, unknown>>(
    service.store.read,
    `SELECT ${select} FROM reference_features_${model} FINAL ORDER BY id`,
  )
const predict = (model: string, id: string, ts: number) =>
  send([{ id, ts, prediction: 'yes', features: { a: 1, c: 'x' } }], { model, kind: 'predictions' })

describe('forms and faults', () => {
  test('arrays, lines and packed lines', async () => {
    const one = (id: string) => ({ id, features: { a: 1, c: 'x' } })
    expect((await send([one('1'), one('2')])).body).toEqual({ accepted: 2, rejected: 0, rejections: [], warnings: [] }) // prettier-ignore
    const lines = [one('3'), one('4')].map((row) => JSON.stringify(row)).join('\n')
    expect((await send(lines, { headers: NDJSON })).body).toMatchObject({ accepted: 2 })
    const packed = { ...NDJSON, 'content-encoding': 'gzip' }
    expect((await send(gzipSync(lines), { headers: packed })).body).toMatchObject({ accepted: 2 })
    expect((await stored('m')).map(({ id }) => id)).toEqual(['1', '2', '3', '4'])
  })

  test.each<[string, object | string, string]>([
    ['no object', [['x']], 'not_an_object'],
    ['no id', [{ features: {} }], 'bad_id'],
    ['another model', [{ id: '1', model: 'other', features: {} }], 'model_mismatch'],
    ['no features', [{ id: '1' }], 'bad_features'],
    ['features that are a list', [{ id: '1', features: [1] }], 'bad_features'],
    ['a time that is none', [{ id: '1', ts: 'soon', features: {} }], 'bad_ts'],
    ['a time ahead', [{ id: '1', ts: '2090-01-01T00:00:00Z', features: {} }], 'future_ts'],
    ['no JSON', '{"id":', 'not_json'],
  ])('%s is rejected, and becomes a dead letter', async (_, body, reason) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await send(body, { model: 'letters', headers })
    expect([answer.status, answer.body.rejections[0].reason]).toEqual([422, reason])
    const { body: letters } = await service.call('GET', `/dead-letters?model=letters&reason=${reason}`)
    expect(letters.dead_letters[0]).toMatchObject({
      source: 'http:reference-features',
      model: 'letters',
      reason,
    })
  })

  test('an undeclared feature is warned of, or rejected, as for predictions; neither is a problem of the input', async () => {
    const row = { id: '9', features: { a: 1, c: 'x', distanse: 1 }, extra: 1 }
    expect((await send([row])).body.warnings).toMatchObject([
      { field: 'features.distanse', reason: 'unknown_feature' },
      { field: 'extra', reason: 'unknown_key' },
    ])
    expect((await send([row], { model: 'strict' })).body.rejections).toMatchObject([{ reason: 'unknown_feature' }]) // prettier-ignore
    expect((await service.call('GET', '/models/m/quality?from=2020-01-01')).body.problems).toEqual([])
  })

  test('a dead letter is replayed once its cause is gone', async () => {
    const row = { id: 'later', features: { b: 1 } }
    expect((await send([row], { model: 'strict' })).status).toBe(422)
    await service.call('PATCH', '/models/strict', { features: { b: 'numeric' } })
    const { body } = await service.call('GET', '/dead-letters?model=strict&reason=unknown_feature')
    const letter = body.dead_letters.find(({ payload }: { payload: string }) => payload.includes('later'))
    const replayed = await service.call('POST', `/dead-letters/${encodeURIComponent(letter.id)}/replay`)
    expect([replayed.status, replayed.body]).toMatchObject([200, { outcome: 'replayed' }])
    expect(await stored('strict', 'id, f_b, uncompared')).toEqual([
      { id: 'later', f_b: 1, uncompared: ['a', 'c'] },
    ])
  })

  test('says nothing of a feature that is declared later', async () => {
    const rows = Array.from({ length: 3 }, (_, i) => ({ id: `early ${i}`, features: { a: 1 } }))
    expect((await send(rows, { model: 'gone' })).body).toMatchObject({ accepted: 3 })
    await service.call('PATCH', '/models/gone', { features: { later: 'numeric' } })
    const at = new Date(START).toISOString()
    const served = rows.map(({ id }) => ({ id, ts: START, features: { a: 1, later: 3 } }))
    expect((await send(served, { model: 'gone', kind: 'predictions' })).body).toMatchObject({ accepted: 3 })
    const now = new Date()
    const gone = (await openModels(service.store).find('gone'))!
    await baselineFromWindow(service.store, { model: gone, name: 'hour', source: { window: { from: at, to: new Date(START + HOUR).toISOString() } }, now }) // prettier-ignore
    await activate(service.store, 'gone', 1, now)
    const read = async () =>
      (await service.call('GET', `/models/gone/skew?from=${at}&to=${new Date(START + HOUR).toISOString()}`)).body // prettier-ignore
    expect(await read()).toMatchObject({ has_baseline: true, not_counted: 1, rows: 0 })
    // The feature is declared by a change of the table that runs in the background.
    const columns = async () => {
      await markDirty(service.store, 'gone', ['predictions'], [new Date(START)], now)
      await rollup({ store: service.store, model: gone, now: new Date(), nextGeneration: generationClock() })
      return (await read()).columns as { column: string; rows: number; differing: number }[]
    }
    await expect.poll(columns).toMatchObject([
      { column: 'a', rows: 3, differing: 0 },
      { column: 'c', rows: 0 },
      { column: 'later', rows: 0, differing: 0 },
    ])
  })

  test('a model that is not declared', async () => {
    expect((await send([{ id: '1', features: {} }], { model: 'nobody' })).status).toBe(404)
  })
})

describe('hours to be counted again', () => {
  const dirty = async () =>
    (await dirtyHours(service.store, 'marks', new Date())).map(({ stream, hour }) => `${stream} ${(hour.getTime() - START) / HOUR}`) // prettier-ignore
  const settle = () => service.store.rollup.command({ query: 'TRUNCATE TABLE dirty_hours' })

  test('are those of the served predictions, whichever comes first', async () => {
    await predict('marks', '1', START)
    await predict('marks', '1', START + 3 * HOUR)
    await settle()
    await send([{ id: '1', features: { a: 1 } }], { model: 'marks' })
    expect((await dirty()).sort()).toEqual(['predictions 0', 'predictions 3'])
    await settle()
    await send([{ id: '1', ts: START + 3 * HOUR + 5, features: { a: 1 } }], { model: 'marks' })
    expect(await dirty()).toEqual(['predictions 3'])
    await settle()
    await send([{ id: '1', ts: START + 9 * HOUR, features: { a: 1 } }, { id: '2', features: { a: 1 } }], { model: 'marks' }) // prettier-ignore
    expect(await dirty()).toEqual([])
    await predict('marks', '2', START + HOUR)
    expect(await dirty()).toContain('predictions 1')
  })
})

describe('deletion', () => {
  test('erased ids are deleted, and stay away', async () => {
    const row = (id: string) => ({ id, features: { a: 1, c: 'x' } })
    await send([row('person'), row('other')], { model: 'erased' })
    const erased = await service.call('POST', '/models/erased/erase', { ids: ['person', 'nobody'] })
    expect(erased.body).toMatchObject({ reference_features: 1, not_found: 1 })
    expect((await send([row('person')], { model: 'erased' })).body).toMatchObject({ accepted: 0, erased: 1 })
    expect(await stored('erased')).toEqual([{ id: 'other' }])
  })

  test('rows age by the hour that they name, or by when they came; predictions alone tell what is new', async () => {
    await predict('kept', '1', Date.UTC(2024, 5, 5))
    await predict('kept', '2', Date.UTC(2024, 11, 5))
    await send([{ id: '1', ts: Date.UTC(2024, 5, 5), features: { a: 1 } }, { id: '2', features: { a: 1 } }], { model: 'kept' }) // prettier-ignore
    const found = await findOldRows(service.store, { ...DEFAULT_RETENTION, events: '90d' }, new Date())
    const old = found.find(({ model, kind }) => model === 'kept' && kind === 'events')!
    expect(old.months.map(({ table, partition }) => `${table} ${partition}`).sort()).toEqual([
      'predictions_kept 202406',
      'reference_features_kept 202406',
    ])
  })

  test('goes with the model', async () => {
    await send([{ id: '1', features: { a: 1 } }], { model: 'gone' })
    expect((await service.call('DELETE', '/models/gone')).status).toBe(200)
    await service.call('POST', '/models', { name: 'gone', task: 'binary', features })
    expect(await stored('gone')).toEqual([])
  })
})
