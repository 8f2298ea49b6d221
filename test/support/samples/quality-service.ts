import { monitorSchema } from '../../../control/declared/monitor.ts'
import { chosenReference } from '../../../detectors/run/run.ts'
import { createWindowBatch } from '../../../service/schedule/window-batch.ts'
import { testService, type TestService } from '../service.ts'
import { countHours, DAY, HISTORY_DAYS, model, openQualityModel, sendDay, START, type Features } from './quality-model.ts' // prettier-ignore

/** A value, a name and an id that must be shown as they are. */
export const HOSTILE = `<img src=x onerror=alert(1)> '); DROP TABLE x; --\`"\\ {{1}}`
/** On the last day of this many everything breaks. */
export const STORY_DAYS = 8
export const BROKEN_END = new Date(START + (HISTORY_DAYS + STORY_DAYS) * DAY)

function broken({ distance, carrier, age, country, volume }: Features, i: number): Features {
  return {
    distance: i % 4 === 0 ? '12 km' : distance,
    carrier: i % 4 === 1 ? HOSTILE : i % 4 === 2 ? null : carrier,
    age: i % 4 === 0 ? -1 : age,
    country: i % 4 === 0 ? ['XX', 'YY', 'ZZ'][i % 3] : country,
    volume,
    ...(i % 4 === 0 ? { [HOSTILE]: 1, distanse: 2 } : {}),
  }
}

/** A service whose monitor `daily` has found the data of model `m` in order for a week, and then broken in many ways. */
export async function brokenService(): Promise<TestService> {
  const service = await testService()
  const { store } = service
  await openQualityModel(store)
  const declared = { name: 'daily', model: 'm', checks: ['feature', 'prediction', 'quality'], window: '24h', every: '24h', alert: { fire: '1 of 1' } } // prettier-ignore
  const answer = await service.call('POST', '/monitors', declared)
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
  const monitor = monitorSchema.parse(declared)
  let sent = 0
  for (let day = HISTORY_DAYS; day < HISTORY_DAYS + STORY_DAYS; day++) {
    const isLast = day === HISTORY_DAYS + STORY_DAYS - 1
    await sendDay(store, day, isLast ? broken : undefined, isLast ? { id: () => `${HOSTILE} ${sent++}` } : {})
  }
  await countHours(store)
  for (let day = HISTORY_DAYS; day < HISTORY_DAYS + STORY_DAYS; day++) {
    const end = new Date(START + (day + 1) * DAY)
    const reference = await chosenReference(store, model, monitor)
    const batch = createWindowBatch({ store }, end)
    await batch.add({
      model,
      monitor,
      stream: 'predictions',
      end,
      labelDelay: undefined,
      mode: 'live',
      reference,
    })
    const failed = await batch.store()
    if (failed.length > 0) throw new Error(JSON.stringify(failed))
  }
  return service
}
