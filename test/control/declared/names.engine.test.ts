import { beforeAll, expect, test } from 'vitest'
import { apiKeyDocuments, openApiKeys } from '../../../control/declared/api-keys.ts'
import { channels } from '../../../control/declared/channel.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { monitors, monitorSchema } from '../../../control/declared/monitor.ts'
import { documents } from '../../../control/database/documents.ts'
import type { Control } from '../../../control/database/control.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'

const now = new Date('2026-01-05T00:00:00Z')
const secret = 'a secret of twenty-four bytes'
const models = documents<{ name: string }>('models')

describeOnBoth('what is declared', (open) => {
  let control: Control
  beforeAll(async () => {
    control = await open()
  })

  test('has names that differ in case, and is listed in the order of bytes', async () => {
    for (const name of ['b', 'B', 'a', 'A.1', 'A-1', 'A_1', '10', '9'])
      await channels.put(control, name, { name, webhook: { url: `http://x/${name}`, secret } }, now)
    const listed = (await channels.list(control)).map(({ name }) => name)
    expect(listed).toEqual(['10', '9', 'A-1', 'A.1', 'A_1', 'B', 'a', 'b'])
    expect(await channels.remove(control, 'B')).toBe(true)
    expect(await channels.find(control, 'b')).toMatchObject({ name: 'b' })
  })

  test('comes back with any character that others gave it', async () => {
    const name = 'a\0b \u0001 😀 \' " \\ %'
    const model = modelSchema.parse({ name: 'ugly', task: 'binary', features: { [name]: 'numeric' } })
    await models.put(control, 'ugly', model, now)
    expect(await models.find(control, 'ugly')).toEqual(model)
  })

  test('refers only to what is there', async () => {
    const monitor = monitorSchema.parse({ name: 'm', model: 'absent' })
    await expect(monitors.put(control, 'm', monitor, now)).rejects.toThrow()
    expect(await monitors.find(control, 'm')).toBeUndefined()
    await monitors.put(control, 'm', { ...monitor, model: 'ugly' }, now)
    await expect(models.remove(control, 'ugly')).rejects.toThrow()
    expect(await monitors.remove(control, 'm')).toBe(true)
    expect(await models.remove(control, 'ugly')).toBe(true)
  })

  test('is remembered of keys for a few seconds only', async () => {
    let clock = 0
    const [keys, others] = [openApiKeys(control, () => clock), openApiKeys(control, () => clock)]
    const key = { id: 'k', name: 'n', scopes: [], hash: 'h', createdAt: now.toISOString() }
    expect(await others.list()).toEqual([])
    await apiKeyDocuments.put(control, 'k', key, now)
    keys.forget()
    expect(await keys.list()).toEqual([key])
    expect(await others.list()).toEqual([])
    clock = 6_000
    expect(await others.list()).toEqual([key])
    await apiKeyDocuments.remove(control, 'k')
    keys.forget()
    expect(await keys.list()).toEqual([])
  })
})
