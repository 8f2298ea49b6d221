import { beforeAll, describe, expect, test } from 'vitest'
import { readMutes } from '../../../alerts/muting/read-mutes.ts'
import { muteOf } from '../../../alerts/muting/mute.ts'
import { recommendation } from '../../../alerts/message/message.ts'
import { chartPath } from '../../../alerts/message/links.ts'
import { currentAlerts } from '../../../control/alerting/alert-events.ts'
import { monitorSchema } from '../../../control/declared/monitor.ts'
import { chosenReference } from '../../../detectors/run/run.ts'
import { createWindowBatch } from '../../../service/schedule/window-batch.ts'
import {
  countHours,
  DAY,
  HISTORY_DAYS,
  model,
  openQualityModel,
  sendDay,
  START,
  type Features,
} from '../../support/samples/quality-model.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const monitor = monitorSchema.parse({
  name: 'daily',
  model: 'm',
  checks: ['feature', 'quality'],
  window: '24h',
  alert: { fire: '1 of 1', resolve: 1 },
})
const store = await temporaryStore()
let day = HISTORY_DAYS

async function live(change?: (features: Features, i: number) => Features): Promise<void> {
  await sendDay(store, day, change)
  await countHours(store)
  day++
  await evaluate()
}

async function evaluate(): Promise<void> {
  const end = new Date(START + day * DAY)
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
  expect(await batch.store()).toEqual([])
}

const alerts = async (kind: string) => (await currentAlerts(store.control, { scope: 'alert', kind })).at(0)

beforeAll(() => openQualityModel(store), 60_000)

describe('alerts on the quality of the data', () => {
  test('fire at the first window, say what broke and what to do', async () => {
    await live((one, i) => ({ ...one, carrier: i % 2 ? null : one.carrier }))
    const alert = (await alerts('data'))!
    expect(alert).toMatchObject({ status: 'firing', severity: 'critical', reason: 'first' })
    expect(alert.summary).toMatch(/^m has had a problem with the data of "carrier" since 23 Jan 2026 00:00 UTC \(critical\): the value is missing from 50% of rows\. The baseline has none\.$/) // prettier-ignore
    expect(recommendation(alert)).toBe('Check the join or the source that fills this column.')
    expect(chartPath(alert, alert.members[0])).toMatch(
      /^\/models\/m\/columns\/carrier\?monitor=daily&kind=feature&/,
    )
  })

  test('mute drift of the feature that they explain', async () => {
    const drift = (await alerts('feature'))!
    expect(drift.members.map(({ column }) => column)).toEqual(['carrier'])
    const mutes = await readMutes(store, new Date())
    expect(muteOf(drift, drift.members[0], mutes, new Date())).toMatchObject({ status: 'inhibited' })
  })

  test('end with the first window that is in order', async () => {
    await live()
    const alert = (await alerts('data'))!
    expect(alert).toMatchObject({ status: 'resolved', reason: 'all_resolved' })
    expect(alert.summary).toMatch(/^The data problem of m with "carrier" has ended after 24 hours/)
  })

  test('leave drift alone that they do not explain', async () => {
    await live((one, i) => ({ ...one, distance: i % 20 ? 100 + Number(one.distance) / 10 : '12 km' }))
    const data = (await alerts('data'))!
    expect(data.members).toMatchObject([{ column: 'distance', finding: 'invalid', explainsDrift: false }])
    const drift = (await alerts('feature'))!
    expect(muteOf(drift, drift.members[0], await readMutes(store, new Date()), new Date())).toBeUndefined()
  })

  test('several are told of in one message', async () => {
    await live(({ distance, ...one }) => ({ ...one, distanse: distance, age: -1 }))
    const alert = (await alerts('data'))!
    expect(alert.reason).toBe('severity_raised')
    expect(alert.members.map(({ column, finding }) => `${column}: ${finding}`)).toEqual([
      'age: range',
      'distance: schema',
      'unknown_features: unknown_features',
    ])
    expect(alert.summary).toMatch(/^m has had 3 data problems since /)
  })

  test('stay as they are where too few rows came to judge', async () => {
    await sendDay(store, day, undefined, { perHour: 1 })
    await countHours(store)
    const before = (await alerts('data'))!
    day++
    await evaluate()
    const after = (await alerts('data'))!
    expect(after.status).toBe('firing')
    expect(after.members.map(({ column }) => column)).toEqual(expect.arrayContaining(before.members.slice(0, 2).map(({ column }) => column))) // prettier-ignore
  })
})
