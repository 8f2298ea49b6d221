import { beforeEach, expect, test } from 'vitest'
import type { Control } from '../../../control/database/control.ts'
import { documents } from '../../../control/database/documents.ts'
import { monitors, monitorSchema } from '../../../control/declared/monitor.ts'
import {
  addMissedWindows,
  leaveMissedWindows,
  listMissedWindows,
} from '../../../control/scheduling/missed-windows.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'
import { atHour } from '../../support/samples/alert-events.ts'

const now = new Date('2026-01-05T00:00:00Z')
const models = documents<{ name: string }>('models')
const missed = (monitor: string, from: number, to: number, stream = 'predictions') => ({
  monitor,
  stream,
  first: atHour(from),
  last: atHour(to),
})

describeOnBoth('missed windows', (open) => {
  let control: Control
  beforeEach(async () => {
    control = await open()
    await models.put(control, 'shop', { name: 'shop' }, now)
    for (const name of ['a', 'B'])
      await monitors.put(control, name, monitorSchema.parse({ name, model: 'shop' }), now)
  })

  test('are noted beside those before, and are listed in the order of bytes', async () => {
    await addMissedWindows(control, missed('a', 3, 4))
    await addMissedWindows(control, missed('a', 1, 2))
    await addMissedWindows(control, missed('a', 2, 9))
    await addMissedWindows(control, missed('B', 1, 1, 'labels'))
    await addMissedWindows(control, missed('B', 1, 1))
    expect(await listMissedWindows(control)).toEqual([
      missed('B', 1, 1, 'labels'),
      missed('B', 1, 1),
      missed('a', 1, 9),
    ])
  })

  test('are made up for from the newest on, and end with their monitor', async () => {
    await addMissedWindows(control, missed('a', 1, 9))
    await addMissedWindows(control, missed('B', 1, 9))
    await leaveMissedWindows(control, { monitor: 'a', stream: 'predictions' }, atHour(5))
    expect(await listMissedWindows(control)).toEqual([missed('B', 1, 9), missed('a', 1, 5)])
    await leaveMissedWindows(control, { monitor: 'a', stream: 'predictions' }, undefined)
    expect(await listMissedWindows(control)).toEqual([missed('B', 1, 9)])
    await monitors.remove(control, 'B')
    expect(await listMissedWindows(control)).toEqual([])
  })
})
