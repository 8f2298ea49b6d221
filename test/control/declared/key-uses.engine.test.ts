import { beforeEach, expect, test } from 'vitest'
import { apiKeyDocuments, removeKey } from '../../../control/declared/api-keys.ts'
import { noteKeyUses, readKeyUses } from '../../../control/declared/key-uses.ts'
import type { Control } from '../../../control/database/control.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'

const at = (second: number) => new Date(Date.UTC(2026, 0, 5, 0, 0, second))

describeOnBoth('the uses of keys', (open) => {
  let control: Control
  beforeEach(async () => {
    control = await open()
    for (const id of ['a', 'b'])
      await apiKeyDocuments.put(
        control,
        id,
        { id, name: id, scopes: ['read'], hash: '', createdAt: '' },
        at(0),
      )
  })
  const stored = async () => Object.fromEntries((await readKeyUses(control)).lastUsed)

  test('stay at the newest, whichever process writes last', async () => {
    await noteKeyUses(control, new Map([['a', at(5)], ['b', at(1)]])) // prettier-ignore
    await noteKeyUses(control, new Map([['a', at(3)], ['b', at(7)]])) // prettier-ignore
    expect(await stored()).toEqual({ a: at(5), b: at(7) })
  })

  test('go with the key, and do not come back with a late word', async () => {
    await noteKeyUses(control, new Map([['a', at(5)]]))
    await control.transaction().execute((transaction) => removeKey(transaction, 'a'))
    await noteKeyUses(control, new Map([['a', at(6)]]))
    expect(await stored()).toEqual({})
  })

  test('are recorded from the time at which the tables were made', async () => {
    const { recordedFrom } = await readKeyUses(control)
    expect(Math.abs(recordedFrom.getTime() - Date.now())).toBeLessThan(60_000)
  })
})
