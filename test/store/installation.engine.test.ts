import { beforeAll, expect, test } from 'vitest'
import { installationId } from '../../control/database/installation.ts'
import { openControl } from '../../control/database/open.ts'
import type { Store } from '../../store/engine/client.ts'
import { insertObjects } from '../../store/engine/query.ts'
import { adoptStore, claimStore, ForeignStore } from '../../store/installation.ts'
import { describeOnBoth } from '../support/stores/control-databases.ts'
import { atEnd } from '../support/runner/at-end.ts'
import { temporaryStore } from '../support/stores/store.ts'

let first: Store
/** The same ClickHouse with another control database. */
let second: Store
beforeAll(async () => {
  first = await temporaryStore()
  const control = await openControl('memory')
  atEnd(() => control.destroy())
  second = { ...first, control }
})

test('the first control database has ClickHouse for itself', async () => {
  await claimStore(first)
  await claimStore(first)
  await expect(claimStore(second)).rejects.toThrow(ForeignStore)
  const [ours, theirs] = [await installationId(first.control), await installationId(second.control)]
  await expect(claimStore(second)).rejects.toThrow(
    new RegExp(`belongs to another control database \\(installation ${ours}\\).+\\(${theirs}\\)`),
  )
  await expect(claimStore(second)).rejects.toThrow(/DATABASE_URL.+DRIFTGAUGE_DATA.+"driftgauge adopt"/)
})

test('a claim that came later, or at the same time, changes nothing', async () => {
  await insertObjects(first.rollup, 'installation', [{ term: 1, id: await installationId(second.control) }])
  await claimStore(first)
  await expect(claimStore(second)).rejects.toThrow(ForeignStore)
})

test('one that adopts it has it instead', async () => {
  const [ours, theirs] = [await installationId(first.control), await installationId(second.control)]
  expect(await adoptStore(first)).toEqual({ outcome: 'ours_already', id: ours })
  expect(await adoptStore(second)).toEqual({ outcome: 'adopted', id: theirs, from: ours })
  await claimStore(second)
  await expect(claimStore(first)).rejects.toThrow(ForeignStore)
  expect(await adoptStore(first)).toEqual({ outcome: 'adopted', id: ours, from: theirs })
  await claimStore(first)
  await expect(claimStore(second)).rejects.toThrow(ForeignStore)
})

describeOnBoth('the id of a control database', (open) => {
  test('stays the same, whoever asks first, and differs from that of any other', async () => {
    const control = await open()
    const ids = await Promise.all([1, 2, 3].map(() => installationId(control)))
    expect(new Set(ids).size).toBe(1)
    expect(await installationId(await open())).not.toBe(ids[0])
  })
})
