import { beforeEach, expect, test } from 'vitest'
import type { Control } from '../../control/database/control.ts'
import { createLease, LeaseLost, type Lease } from '../../control/database/lease.ts'
import { describeOnBoth } from '../support/stores/control-databases.ts'

const PATIENCE = 30_000

describeOnBoth('a lease', (open) => {
  let control: Control
  let time: number
  let first: Lease
  let second: Lease
  beforeEach(async () => {
    control = await open()
    time = 0
    const lease = (holder: string) =>
      createLease(control, { name: 'work', holder, patience: PATIENCE, monotonic: () => time })
    first = lease('first')
    second = lease('second')
  })

  const fenced = (lease: Lease) =>
    control.transaction().execute(async (transaction) => {
      await lease.fence(transaction)
      await transaction.insertInto('counters').values({ name: 'done', value: 1 }).execute()
    })

  test('is held by one of those who ask at once', async () => {
    expect((await Promise.all([first.hold(), second.hold()])).filter(Boolean)).toHaveLength(1)
  })

  test('is held for all parts of a process that ask at once', async () => {
    const answers = await Promise.all([first.hold(), first.hold(), first.hold()])
    expect(answers).toEqual([true, true, true])
  })

  test('stays with its holder for as long as it is heard of', async () => {
    expect(await first.hold()).toBe(true)
    for (time = 0; time < 10 * PATIENCE; time += PATIENCE / 2) {
      expect(await first.hold()).toBe(true)
      expect(await second.hold()).toBe(false)
    }
  })

  test('goes to another once its holder has been silent for as long as patience lasts, not before', async () => {
    await first.hold()
    expect(await second.hold()).toBe(false)
    time = PATIENCE - 1
    expect(await second.hold()).toBe(false)
    time = PATIENCE
    expect(await second.hold()).toBe(true)
    expect(await first.hold()).toBe(false)
  })

  test('goes to another at once when it is released', async () => {
    await first.hold()
    await first.release()
    expect(await second.hold()).toBe(true)
  })

  /** Without what the installation itself counts from. */
  const stored = () =>
    control.selectFrom('counters').selectAll().where('name', '!=', 'key uses recorded from').execute()

  test('refuses what a former holder still tries to store', async () => {
    await first.hold()
    await second.hold()
    time = PATIENCE
    await second.hold()
    await expect(fenced(first)).rejects.toThrow(LeaseLost)
    expect(await stored()).toEqual([])
    await fenced(second)
    expect(await stored()).toHaveLength(1)
  })

  test('is not released by a former holder', async () => {
    await first.hold()
    await second.hold()
    time = PATIENCE
    await second.hold()
    await first.release()
    expect(await first.hold()).toBe(false)
  })
})
