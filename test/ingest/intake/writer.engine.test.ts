import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createWriter, type Insert, type Write } from '../../../ingest/intake/writer.ts'
import { dirtyHours } from '../../../store/events/dirty-hours.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { countPredictions } from '../../../store/events/predictions.ts'
import { silverTables, syncSilver } from '../../../store/events/silver.ts'
import { temporaryStore } from '../../support/store.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const model = modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric' } })
const now = new Date()

const store = await temporaryStore()
let inserts: Insert[]
beforeAll(() => syncSilver(store, model))
beforeEach(() => (inserts = []))
const writer = () => createWriter(store, (insert) => inserts.push(insert))
const stored = () => countPredictions(store, 'm', new Date(START), new Date(START + 24 * HOUR))

function write(id: string, hour = 0, of = model): Write {
  const line = JSON.stringify([id, START + hour * HOUR, '', 0, null, null, {}, [], [], 1])
  return {
    model: of,
    target: 'predictions',
    lines: [line],
    characters: line.length,
    hours: new Set([START + hour * HOUR]),
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

  test('without rows nothing is done', async () => {
    await writer().write({ ...write('none'), lines: [] })
    expect(inserts).toEqual([])
  })
})
