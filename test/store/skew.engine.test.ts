import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { modelSchema } from '../../control/declared/model.ts'
import { generationClock } from '../../detectors/rollup/rollup.ts'
import { DEFAULT_SKEW, totalSkew } from '../../domain/skew.ts'
import { dirtyHours, settleDirty } from '../../store/events/dirty-hours.ts'
import { publish } from '../../store/profiles/profiles.ts'
import { readSkew } from '../../store/skew/read-skew.ts'
import { writeSkewCounts } from '../../store/skew/skew-counts.ts'
import { readSkewExamples } from '../../store/skew/skew-examples.ts'
import { joinedSkew } from '../support/samples/joined-skew.ts'
import { testService, type TestService } from '../support/service.ts'
import { plainSkew, type Reference, type Served } from '../support/samples/plain-skew.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const features = { a: 'numeric', c: 'categorical' } as const

let service: TestService
let name = ''
let count = 0
let model: ReturnType<typeof modelSchema.parse>
const period = { binning: 'b', from: new Date(START), to: new Date(START + 24 * HOUR) }
const nextGeneration = generationClock()

beforeAll(async () => {
  service = await testService({ models: [], monitors: [] })
})

async function declare(extra: object = {}) {
  name = `m${count++}`
  model = modelSchema.parse({ name, task: 'binary', features, ...extra })
  expect((await service.call('POST', '/models', { name, task: 'binary', features, ...extra })).status).toBe(
    201,
  )
}
beforeEach(() => declare())

async function send(kind: string, rows: object[]) {
  const answer = await service.call('POST', `/models/${name}/${kind}`, rows)
  expect(answer.body).toMatchObject({ accepted: rows.length })
  return answer.body
}
const served = (id: string, f: object, extra: object = {}) => ({
  id, ts: START, prediction: 'yes', features: f, ...extra,
}) // prettier-ignore
const offline = (id: string, f: object, extra: object = {}) => ({ id, features: f, ...extra })

/** As the roll-up does. */
async function countHours() {
  const { store } = service
  const now = new Date()
  const open = await dirtyHours(store, name, now)
  const hours = [...new Set(open.map(({ hour }) => hour.getTime()))].map((hour) => new Date(hour))
  if (hours.length === 0) return
  const rollup = { model: name, binning: 'b', hours, generation: nextGeneration() }
  await writeSkewCounts(store, model, rollup)
  await publish(store, { ...rollup, stream: 'predictions', columns: [], segments: [] }, now)
  await settleDirty(store, name, open, now)
}

const readCounted = (hours = 24) => readSkew(service.store, model, { ...period, hours, now: new Date() })
/** Over the hours in which the test runs. */
function readReceived() {
  const now = Date.now()
  const hour = now - (now % HOUR)
  const received = { from: new Date(hour - HOUR), to: new Date(hour + HOUR) }
  return readSkew(service.store, model, { ...period, ...received, hours: 2, now: new Date(now) })
}
async function read() {
  await countHours()
  return readCounted()
}
const column = async (of: string) => totalSkew((await read()).columns.get(of) ?? [])
const NONE = {
  rows: 0,
  differing: 0,
  missingServed: 0,
  missingReference: 0,
  both: 0,
  difference: 0,
  absolute: 0,
}

describe('what was served against what was computed offline', () => {
  test('numbers, categories and booleans', async () => {
    await send('predictions', [
      served('1', { a: 10, c: 'x' }),
      served('2', { a: 12, c: true }),
      served('3', { a: 5, c: 'X' }),
      served('4', { a: 1, c: 'x' }),
    ])
    await send('reference-features', [
      offline('1', { a: 10, c: 'x' }),
      offline('2', { a: 10, c: '1' }),
      offline('3', { a: 8, c: 'x' }),
    ])
    const { rows, unmatched, notCounted } = await read()
    expect([rows, unmatched, notCounted]).toEqual([3, 0, 0])
    expect(await column('a')).toEqual({
      ...NONE,
      rows: 3,
      differing: 2,
      both: 3,
      difference: -1,
      absolute: 5,
    })
    expect(await column('c')).toEqual({ ...NONE, rows: 3, differing: 1, both: 3 })
  })

  test('a value that one side lacks differs; what a row does not have, or cannot say, is not compared', async () => {
    await send('predictions', [
      served('1', { c: 'x' }),
      served('2', { a: 1, c: 'x' }),
      served('3', { a: 1, c: 'x' }),
      served('4', { a: 1 }),
      served('5', {}),
    ])
    await send('reference-features', [offline('1', { a: 1, c: 'x' }), offline('2', { a: null, c: '' }), offline('3', { c: 'x' }), offline('5', { a: null, c: null })]) // prettier-ignore
    const { warnings } = await send('reference-features', [offline('4', { a: 'many', c: 'x' })])
    expect(warnings).toMatchObject([{ field: 'features.a', reason: 'text_for_number' }])
    expect(await column('a')).toEqual({
      ...NONE,
      rows: 3,
      differing: 2,
      missingServed: 1,
      missingReference: 1,
    })
    expect(await column('c')).toEqual({
      ...NONE,
      rows: 5,
      differing: 2,
      missingServed: 1,
      missingReference: 1,
      both: 2,
    })
  })

  test('single precision is no difference, an hour in a time in seconds is one', async () => {
    const values = [0.1, 1 / 3, 16_777_217, 1e-30, -123.456, 1_767_571_200 + 7, 3e38, 2 ** 53 - 1]
    await send(
      'predictions',
      values.map((a, i) => served(String(i), { a: Math.fround(a) })),
    )
    await send(
      'reference-features',
      values.map((a, i) => offline(String(i), { a })),
    )
    expect(await column('a')).toMatchObject({ rows: values.length, differing: 0 })
    await send('reference-features', [offline('5', { a: 1_767_571_200 + 3600 })])
    expect(await column('a')).toMatchObject({ rows: values.length, differing: 1 })
  })

  test('numbers too far apart for a double, and whole numbers with every digit', async () => {
    await send('predictions', [served('1', { a: 1.7e308 }), served('2', { a: 9_007_199_254_740_991 })])
    await send('reference-features', [
      offline('1', { a: -1.7e308 }),
      offline('2', { a: 9_007_199_254_740_991 }),
    ])
    expect(await column('a')).toEqual({
      ...NONE,
      rows: 2,
      differing: 1,
      both: 2,
      difference: NaN,
      absolute: NaN,
    })
  })

  test('the tolerance that is declared', async () => {
    await declare({ skew: { tolerance: 0.1, absolute: 1 } })
    await send('predictions', [served('1', { a: 111 }), served('2', { a: 112 }), served('3', { a: 1 })])
    await send('reference-features', [
      offline('1', { a: 100 }),
      offline('2', { a: 100 }),
      offline('3', { a: 0 }),
    ])
    expect(await column('a')).toMatchObject({ rows: 3, differing: 1 })
  })

  test('corrections of both sides replace, and what is sent again counts once', async () => {
    await send('predictions', [served('1', { a: 1 }), served('2', { a: 1 })])
    await send('reference-features', [offline('1', { a: 2 }), offline('2', { a: 1 })])
    await send('reference-features', [offline('1', { a: 2 }), offline('2', { a: 1 })])
    expect(await column('a')).toMatchObject({ rows: 2, differing: 1 })
    await send('reference-features', [offline('1', { a: 1 })])
    expect(await column('a')).toMatchObject({ rows: 2, differing: 0 })
    await send('predictions', [served('2', { a: 7 })])
    expect(await column('a')).toMatchObject({ rows: 2, differing: 1, difference: 6 })
  })

  test('shadow traffic is left out, two versions of an id both count', async () => {
    await send('predictions', [
      served('1', { a: 1 }, { version: 'v1' }),
      served('1', { a: 2 }, { version: 'v2' }),
      served('1', { a: 3 }, { version: 'v3', shadow: true }),
      served('2', { a: 3 }, { version: 'v3', shadow: true }),
    ])
    await send('reference-features', [offline('1', { a: 1 }), offline('2', { a: 1 })])
    expect((await readReceived()).unmatchedWithoutTime).toBe(1)
    expect([(await read()).rows, await column('a')]).toEqual([2, { ...NONE, rows: 2, differing: 1, both: 2, difference: 1, absolute: 1 }]) // prettier-ignore
  })

  test('the hour of a row narrows it to that of an id that is used again, and counts before a row without', async () => {
    await send('predictions', [served('1', { a: 1 }), served('1', { a: 1 }, { ts: START + 2 * HOUR })])
    await send('reference-features', [offline('1', { a: 9 }, { ts: START + 10 })])
    expect(await column('a')).toMatchObject({ rows: 1, differing: 1 })
    await send('reference-features', [offline('1', { a: 1 })])
    expect(await column('a')).toMatchObject({ rows: 2, differing: 1 })
  })

  test('rows without a served prediction are counted', async () => {
    await send('predictions', [served('1', { a: 1 })])
    await send('reference-features', [
      offline('1', { a: 1 }, { ts: START + 3 * HOUR }),
      offline('1', { a: 1 }, { ts: START - HOUR }),
      offline('2', { a: 1 }, { ts: START }),
      offline('3', { a: 1 }),
    ])
    expect(await read()).toMatchObject({ rows: 0, unmatched: 2, unmatchedWithoutTime: 0 })
    expect(await readReceived()).toMatchObject({ rows: 0, unmatched: 0, unmatchedWithoutTime: 1 })
  })

  test('a reference row of two versions is matched once', async () => {
    await send('predictions', [served('1', { a: 1 }, { version: 'v1' }), served('1', { a: 1 }, { version: 'v2' })]) // prettier-ignore
    await send('reference-features', [offline('1', { a: 1 }, { ts: START }), offline('2', { a: 1 }, { ts: START })]) // prettier-ignore
    expect(await read()).toMatchObject({ rows: 2, unmatched: 1 })
  })

  test('hours that are to be counted are said, and their reference rows are not called unmatched', async () => {
    await send('predictions', [served('1', { a: 1 }), served('2', { a: 1 }, { ts: START + HOUR })])
    await send('reference-features', [offline('1', { a: 2 }, { ts: START })])
    expect(await readCounted()).toMatchObject({ rows: 0, unmatched: 0, notCounted: 2, columns: new Map() })
    expect(await read()).toMatchObject({ rows: 1, unmatched: 0, notCounted: 0 })
    expect(await column('a')).toMatchObject({ rows: 1, differing: 1 })
    await send('reference-features', [offline('2', { a: 2 }, { ts: START + HOUR })])
    expect(await readCounted()).toMatchObject({ rows: 1, unmatched: 0, notCounted: 1 })
    expect(await readSkew(service.store, model, { ...period, binning: undefined, hours: 24, now: new Date() })).toMatchObject({ rows: 0, unmatched: 0, notCounted: 2 }) // prettier-ignore
  })

  test('more features than one statement counts', async () => {
    const names = Array.from({ length: 150 }, (_, i) => `f${i}`)
    const all = (value: number) => Object.fromEntries(names.map((one) => [one, value]))
    await declare({ features: Object.fromEntries(names.map((one) => [one, 'numeric'])) })
    await send('predictions', [served('1', all(1)), served('2', all(1))])
    await send('reference-features', [offline('1', all(2), { ts: START })])
    const { rows, unmatched, columns } = await read()
    expect([rows, unmatched, columns.size]).toEqual([1, 0, 150])
    expect(totalSkew(columns.get('f149')!)).toMatchObject({ rows: 1, differing: 1 })
  })

  test('hours that were counted with another tolerance are said', async () => {
    await send('predictions', [served('1', { a: 1 }), served('2', { a: 1 }, { ts: START + HOUR })])
    await send('reference-features', [offline('1', { a: 2 }), offline('2', { a: 2 })])
    expect(await read()).toMatchObject({ rows: 2, otherTolerance: 0 })
    model = { ...model, skew: { tolerance: 0, absolute: 1 } }
    expect(await read()).toMatchObject({ rows: 2, otherTolerance: 2, columns: new Map() })
    await send('reference-features', [offline('1', { a: 2 })])
    expect(await read()).toMatchObject({ rows: 2, otherTolerance: 1 })
    expect(await column('a')).toMatchObject({ rows: 1, differing: 0 })
  })

  test('nothing sent is not nothing wrong', async () => {
    await send('predictions', [served('1', { a: 1 })])
    expect(await read()).toMatchObject({ hasReference: false, rows: 0, columns: new Map() })
    const [feature] = model.features
    expect(await readSkewExamples(service.store, model, feature, period)).toEqual([])
  })
})

describe('of one column', () => {
  test('the newest examples, and how the share went', async () => {
    const hostile = `'); DROP TABLE x; --\`"\\ {{1}} <b>`
    await send('predictions', [
      ...Array.from({ length: 6 }, (_, i) =>
        served(`r${i}`, { a: i + 0.5, c: hostile }, { ts: START + i * HOUR }),
      ),
      served(hostile, { c: hostile }, { ts: START + 7 * HOUR }),
    ])
    await send('reference-features', [
      ...Array.from({ length: 6 }, (_, i) => offline(`r${i}`, { a: i === 0 ? 0.5 : i, c: 'ü' })),
      offline(hostile, { a: 3, c: hostile }),
    ])
    await countHours()
    const [a, c] = model.features
    const found = await readSkewExamples(service.store, model, a, period)
    expect(found.map(({ id, served, reference }) => [id, served, reference])).toEqual([
      [hostile, null, '3'],
      ...[5, 4, 3, 2].map((i) => [`r${i}`, String(i + 0.5), String(i)]),
    ])
    expect(found[0].ts).toBe(START + 7 * HOUR)
    expect((await readSkewExamples(service.store, model, c, period))[0]).toMatchObject({ served: hostile, reference: 'ü' }) // prettier-ignore
    expect((await readCounted(6)).columns.get('a')).toMatchObject([
      { at: START, rows: 6, differing: 5 },
      { at: START + 6 * HOUR, rows: 1, differing: 1 },
    ])
  })

  test('examples are looked for in the newest hours that have some, whatever they lie apart', async () => {
    await send('predictions', Array.from({ length: 20 }, (_, i) => served(`r${i}`, { a: 1 }, { ts: START + i * HOUR }))) // prettier-ignore
    await send('reference-features', Array.from({ length: 20 }, (_, i) => offline(`r${i}`, { a: i % 6 === 0 ? 2 : 1 }))) // prettier-ignore
    await countHours()
    const found = await readSkewExamples(service.store, model, model.features[0], period)
    expect(found.map(({ id }) => id)).toEqual(['r18', 'r12', 'r6', 'r0'])
  })
})

const hours = fc.integer({ min: 0, max: 2 })
const value = fc.oneof(fc.constantFrom(null, 0, 1, 1.0000005, 1.1, -1), fc.double({ noNaN: true, min: -1e6, max: 1e6 })) // prettier-ignore
const category = fc.constantFrom(null, 'x', 'y', '')
const id = fc.constantFrom('p', 'q', 'r', 's')
const servedRow: fc.Arbitrary<Served> = fc.record({ id, hour: hours, version: fc.constantFrom('v1', 'v2'), shadow: fc.boolean(), a: value, c: category }) // prettier-ignore
const referenceRow: fc.Arbitrary<Reference> = fc.record({ id, hour: fc.option(hours, { nil: undefined }), a: fc.option(value, { nil: undefined }), c: fc.option(category, { nil: undefined }) }) // prettier-ignore

test('counts are those of a plain reference, whatever is sent', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(servedRow, { maxLength: 12 }),
      fc.array(referenceRow, { minLength: 1, maxLength: 8 }),
      async (predictions, references) => {
        await declare()
        for (const { hour, a, c, ...row } of predictions)
          await send('predictions', [served(row.id, { a, c }, { ...row, ts: START + hour * HOUR + 7 })])
        for (const { hour, ...row } of references)
          await send('reference-features', [{ id: row.id, features: { ...(row.a === undefined ? {} : { a: row.a }), ...(row.c === undefined ? {} : { c: row.c }) }, ...(hour === undefined ? {} : { ts: START + hour * HOUR }) }]) // prettier-ignore
        const expected = plainSkew(predictions, references, DEFAULT_SKEW)
        const found = await read()
        expect(found.rows).toBe(expected.rows)
        expect([found.unmatched, found.notCounted]).toEqual([expected.unmatched, 0])
        expect((await readReceived()).unmatchedWithoutTime).toBe(expected.unmatchedWithoutTime)
        const series = (await readCounted(1)).columns
        for (const feature of model.features) {
          const of = feature.name as 'a' | 'c'
          expect(series.get(of) ?? []).toEqual(await joinedSkew(service.store, model, feature, { ...period, hours: 1 })) // prettier-ignore
          const { difference, absolute, ...counts } = totalSkew(found.columns.get(of) ?? [])
          const { difference: d, absolute: s, ...plain } = expected.columns[of]
          expect(counts).toEqual(plain)
          expect(difference).toBeCloseTo(d, 4)
          expect(absolute).toBeCloseTo(s, 4)
        }
      },
    ),
    { numRuns: 25, endOnFailure: true },
  )
})
