import { beforeAll, expect, test } from 'vitest'
import { documents } from '../../../control/database/documents.ts'
import type { Control } from '../../../control/database/control.ts'
import { createLease, LeaseLost } from '../../../control/database/lease.ts'
import { openControl } from '../../../control/database/open.ts'
import { claimBaselineNumber } from '../../../control/declared/baselines.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { listAlertEvents } from '../../../control/alerting/alert-events.ts'
import { describeOnPostgres, query, startPostgres } from '../../support/stores/postgres.ts'
import { atEnd } from '../../support/runner/at-end.ts'
import { alertEvent } from '../../support/samples/alert-events.ts'

const now = new Date('2026-01-05T00:00:00Z')
const notes = documents<{ text: string }>('channels')

describeOnPostgres('processes that share PostgreSQL', () => {
  let url: string
  let controls: Control[]
  beforeAll(async () => {
    const server = await startPostgres()
    atEnd(() => server.stop())
    url = await server.createSchema()
    controls = await Promise.all(Array.from({ length: 4 }, () => openControl({ url })))
    for (const control of controls) atEnd(() => control.destroy())
  })
  const each = <T>(count: number, work: (control: Control, i: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, i) => work(controls[i % controls.length], i)))

  test('that start at once bring the tables up to date once', async () => {
    const applied = await query(url, 'SELECT name FROM control_migrations')
    expect(new Set(applied.map(({ name }) => name)).size).toBe(applied.length)
    expect(applied.length).toBeGreaterThan(0)
  })

  test('create a name once, however many try', async () => {
    const tries = await each(8, (control, i) => notes.create(control, 'one', { text: `${i}` }, now))
    expect(tries.filter((revision) => revision !== undefined)).toHaveLength(1)
  })

  test('replace a revision once, however many try', async () => {
    const { revision } = (await notes.read(controls[0], 'one'))!
    const tries = await each(8, (control, i) =>
      notes.replace(control, 'one', { text: `${i}` }, revision, now),
    )
    expect(tries.filter((one) => one !== undefined)).toHaveLength(1)
  })

  test('get numbers of baselines that nobody else gets', async () => {
    const numbers = await each(6, (control) => claimBaselineNumber(control, 'shop'))
    expect(numbers.toSorted()).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('change the same documents in transactions without a deadlock', async () => {
    await each(40, (control, i) =>
      control.transaction().execute(async (transaction) => {
        for (const name of i % 2 ? ['x', 'y'] : ['y', 'x'])
          await notes.put(transaction, name, { text: `${i}` }, now)
      }),
    )
    expect(await notes.list(controls[0])).toHaveLength(3)
  })

  test('hold a lease one at a time, and a former holder stores nothing', async () => {
    let time = 0
    const leases = controls.map((control, i) =>
      createLease(control, { name: 'work', holder: `${i}`, patience: 100, monotonic: () => time }),
    )
    const held = await Promise.all(leases.map((lease) => lease.hold()))
    expect(held.filter(Boolean)).toHaveLength(1)
    const former = leases[held.indexOf(true)]
    const others = leases.filter((lease) => lease !== former)
    await Promise.all(others.map((lease) => lease.hold()))
    time = 100
    const taken = await Promise.all(others.map((lease) => lease.hold()))
    expect(taken.filter(Boolean)).toHaveLength(1)
    const store = (lease: (typeof leases)[number]) =>
      insertAlertEvents(controls[0], [alertEvent('a', 1)], lease.fence)
    await expect(store(former)).rejects.toThrow(LeaseLost)
    expect(await listAlertEvents(controls[0], { limit: 10 })).toEqual([])
    await store(others[taken.indexOf(true)])
    expect(await listAlertEvents(controls[1], { limit: 10 })).toHaveLength(1)
  })
})
