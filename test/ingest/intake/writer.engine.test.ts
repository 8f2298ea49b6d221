import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createWriter, type Insert, type Write } from '../../../ingest/intake/writer.ts'
import { dirtyHours } from '../../../store/events/dirty-hours.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { countPredictions } from '../../../store/events/predictions.ts'
import { silverTables, syncSilver } from '../../../store/events/silver.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const model = modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric' } })
const now = new Date()

const store = await temporaryStore()
let inserts: Insert[]
beforeAll(() => syncSilver(store, model))
beforeEach(() => (inserts = []))
const writer = () => createWriter(store, { onInsert: (insert) => inserts.push(insert) })
const stored = () => countPredictions(store, 'm', new Date(START), new Date(START + 24 * HOUR))

function write(id: string, hour = 0, of = model): Write {
  const line = JSON.stringify([id, START + hour * HOUR, '', 0, null, null, {}, 0, [], [], 1])
  return {
    model: of,
    target: 'predictions',
    lines: [line],
    characters: line.length,
    hours: [START + hour * HOUR],
    now,
  }
}

describe('group commit', () => {
  test('what comes while an insert is under way goes into the next one together', async () => {
    const put = writer().write
    await Promise.all(Array.from({ length: 50 }, (_, i) => put(write(`together ${i}`, i % 3))))
    expect(inserts.map(({ rows }) => rows)).toEqual([1, 49])
    expect(await stored()).toBe(50)
    const dirty = await dirtyHours(store, 'm', now)
    expect(new Set(dirty.map(({ hour }) => hour.getTime()))).toEqual(
      new Set([0, 1, 2].map((h) => START + h * HOUR)),
    )
  })

  test('each write resolves only when its rows can be read and its hours are marked', async () => {
    const put = writer().write
    const before = await stored()
    const checked = Array.from({ length: 20 }, async (_, i) => {
      await put(write(`seen ${i}`, 10 + i))
      const dirty = await dirtyHours(store, 'm', now)
      return dirty.some(({ hour }) => hour.getTime() === START + (10 + i) * HOUR)
    })
    expect(await Promise.all(checked)).toEqual(checked.map(() => true))
    expect(await stored()).toBe(before + 14) // six of them lie beyond the day
  })

  test('models, and states of a model, are not mixed', async () => {
    const other = modelSchema.parse({ name: 'other', task: 'binary', features: { a: 'numeric' } })
    await syncSilver(store, other)
    const put = writer().write
    const again = { ...model }
    await Promise.all([
      put(write('x')),
      put(write('y')),
      put(write('z', 0, again)),
      put(write('o', 0, other)),
      put(write('p', 0, other)),
    ])
    expect(inserts.map(({ rows }) => rows).sort()).toEqual([1, 1, 1, 1, 1])
    expect(await countPredictions(store, 'other', new Date(START), new Date(START + HOUR))).toBe(2)
  })

  test('a failed insert fails its own writes, and the next ones go on', async () => {
    const put = writer().write
    const { predictions } = silverTables('m')
    await store.rollup.command({ query: `RENAME TABLE ${predictions} TO gone` })
    const failing = ['a', 'b', 'c'].map((id) => put(write(`failed ${id}`)))
    const outcomes = await Promise.allSettled(failing)
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await store.rollup.command({ query: `RENAME TABLE gone TO ${predictions}` })
    const before = await stored()
    await put(write('after'))
    expect(await stored()).toBe(before + 1)
  })

  test('of many writes, ClickHouse refuses only the bad lines, and each writer learns of its own', async () => {
    const { predictions } = silverTables('m')
    await store.rollup.command({
      query: `ALTER TABLE ${predictions} ADD CONSTRAINT no_x CHECK id NOT LIKE 'bad%'`,
    })
    const put = writer().write
    const before = await stored()
    const ids = Array.from({ length: 30 }, (_, i) => (i % 10 === 7 ? `bad ${i}` : `good ${i}`))
    const refused = await Promise.all(ids.map((id) => put(write(id))))
    const mixed = [write('good a', 1), write('bad a', 2), write('good b', 3), write('bad b', 4)]
    const lines = mixed.flatMap((one) => one.lines)
    const together = await put({ ...mixed[0], lines, hours: mixed.flatMap((one) => one.hours) })
    await store.rollup.command({ query: `ALTER TABLE ${predictions} DROP CONSTRAINT no_x` })
    expect(refused.map((one) => one.length)).toEqual(ids.map((id) => (id.startsWith('bad') ? 1 : 0)))
    expect(together).toEqual([1, 3].map((index) => ({ index, message: expect.stringContaining('no_x') })))
    expect(await stored()).toBe(before + 27 + 2)
    expect(inserts.length).toBeLessThan(60)
  })

  test('a batch that ClickHouse refuses line by line ends, with every line refused', async () => {
    const { predictions } = silverTables('m')
    await store.rollup.command({ query: `ALTER TABLE ${predictions} ADD CONSTRAINT none CHECK id = ''` })
    const one = write('x')
    const lines = Array.from({ length: 5000 }, () => one.lines[0])
    const refused = await writer().write({ ...one, lines, hours: lines.map(() => START) })
    await store.rollup.command({ query: `ALTER TABLE ${predictions} DROP CONSTRAINT none` })
    expect(refused.map(({ index }) => index)).toEqual(lines.map((_, i) => i))
  })

  test('a write of two hundred months is stored by a few inserts', async () => {
    const put = writer().write
    const times = Array.from({ length: 200 }, (_, i) => Date.UTC(2000, i, 3))
    const lines = times.map((time, i) =>
      JSON.stringify([`month ${i}`, time, '', 0, null, null, {}, 0, [], [], 1]),
    )
    expect(await put({ ...write('x'), lines, hours: times })).toEqual([])
    expect(inserts.map(({ rows }) => rows)).toEqual([90, 90, 20])
    expect(await countPredictions(store, 'm', new Date(Date.UTC(2000, 0)), new Date(Date.UTC(2017, 0)))).toBe(
      200,
    )
  })

  test('without rows nothing is done', async () => {
    await writer().write({ ...write('none'), lines: [] })
    expect(inserts).toEqual([])
  })
})
