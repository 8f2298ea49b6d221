import { beforeAll, expect, test } from 'vitest'
import type { Control } from '../../../control/database/control.ts'
import { insertErasedIds, readAllErasedIds, readErasedIds } from '../../../control/erasure/erased-ids.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'

describeOnBoth('erased ids', (open) => {
  let control: Control
  beforeAll(async () => {
    control = await open()
  })

  test('are known of their model alone, from the moment they are stored', async () => {
    const none = await readErasedIds(control, 'flights')
    expect([none.revision, none.has('a')]).toEqual([0, false])

    await insertErasedIds(control, 'flights', ['a', 'Zażółć'])
    const some = await readErasedIds(control, 'flights')
    expect(['a', 'Zażółć', 'b', ''].map(some.has)).toEqual([true, true, false, false])
    expect((await readErasedIds(control, 'trains')).has('a')).toBe(false)
    expect([...(await readAllErasedIds(control)).keys()]).toEqual(['flights'])
  })

  test('have a revision that grows with every request, also for an id that is known', async () => {
    const { revision } = await readErasedIds(control, 'flights')
    await insertErasedIds(control, 'flights', ['a'])
    expect((await readErasedIds(control, 'flights')).revision).toBeGreaterThan(revision)
    expect(await control.selectFrom('erased_ids').selectAll().execute()).toHaveLength(2)
  })

  test('are stored as hashes, as many as one request may have, by several at once', async () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => `many-${i}`)
    await Promise.all([insertErasedIds(control, 'cars', ids), insertErasedIds(control, 'cars', ids.slice(5))])
    const { has } = await readErasedIds(control, 'cars')
    expect(ids.every(has)).toBe(true)
    const stored = await control.selectFrom('erased_ids').selectAll().execute()
    expect(JSON.stringify(stored)).not.toContain('many-')
  })
})
