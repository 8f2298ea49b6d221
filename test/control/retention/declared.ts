import type { Control } from '../../../control/database/control.ts'
import { documents } from '../../../control/database/documents.ts'
import { channels, channelSchema } from '../../../control/declared/channel.ts'
import { monitors, monitorSchema } from '../../../control/declared/monitor.ts'
import { deleteOld } from '../../../control/retention/retention.ts'
import type { ServiceKind } from '../../../domain/retention.ts'
import { atHour } from '../../support/samples/alert-events.ts'

const COOLDOWN_DAYS = 3
const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`

/** Declares the model `shop`, its monitor `daily`, and the channels `team` and `ops`. */
export async function declare(control: Control): Promise<void> {
  await documents<{ name: string }>('models').put(control, 'shop', { name: 'shop' }, atHour(0))
  const retrain = { target: 'pipeline', on: ['feature'], cooldown: `${COOLDOWN_DAYS}d` }
  await monitors.put(
    control,
    'daily',
    monitorSchema.parse({ name: 'daily', model: 'shop', retrain }),
    atHour(0),
  )
  for (const name of ['team', 'ops']) {
    const webhook = { url: 'https://example.com', secret }
    await channels.put(control, name, channelSchema.parse({ name, webhook }), atHour(0))
  }
}

/** Deletes all that is old in small batches, and returns how many rows that were. */
export async function deleteAll(control: Control, kind: ServiceKind, before: Date): Promise<number> {
  let all = 0
  for (;;) {
    const deleted = await deleteOld(control, kind, before, { limit: 3 })
    if (deleted === 0) return all
    all += deleted
  }
}
