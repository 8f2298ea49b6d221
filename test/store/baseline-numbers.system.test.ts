import { beforeAll, expect, test } from 'vitest'
import { openStore, type Store } from '../../store/engine/client.ts'
import { claimBaselineNumber } from '../../control/declared/baselines.ts'
import { describeOnServer } from '../support/clickhouse-server.ts'
import { atEnd } from '../support/runner/at-end.ts'
import { temporaryServerStore } from '../support/store.ts'

describeOnServer('the number of a new baseline', () => {
  let stores: Store[]
  beforeAll(async () => {
    const first = await temporaryServerStore()
    const others = await Promise.all([1, 2, 3].map(() => openStore(first.location)))
    for (const store of others) atEnd(() => store.close())
    stores = [first, ...others]
  })

  test('is given once, to whichever process asks', async () => {
    const claimed = await Promise.all(
      stores.map(async (store) => {
        const numbers: number[] = []
        for (let i = 0; i < 8; i++) numbers.push(await claimBaselineNumber(store.control, 'flights'))
        return numbers
      }),
    )
    expect(new Set(claimed.flat()).size).toBe(32)
    for (const numbers of claimed) expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  })

  test('counts up by one where nobody else asks, for each model by itself', async () => {
    const numbers: number[] = []
    for (let i = 0; i < 3; i++) numbers.push(await claimBaselineNumber(stores[i].control, 'alone'))
    expect(numbers).toEqual([1, 2, 3])
  })
})
