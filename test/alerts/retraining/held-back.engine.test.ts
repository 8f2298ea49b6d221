import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { followAlerts } from '../../../alerts/retraining/follow-alerts.ts'
import { requestManually, resumeRetrain } from '../../../alerts/retraining/manual-request.ts'
import { releaseWaiting } from '../../../alerts/retraining/release-waiting.ts'
import { readRetrains } from '../../../alerts/retraining/retrain.ts'
import { eventId } from '../../../alerts/state/event-id.ts'
import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { monitors, monitorSchema } from '../../../control/declared/monitor.ts'
import { openModels } from '../../../store/models.ts'
import { forgetAlerts, forgetRetrains } from '../../support/stores/control.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const at = (hour: number) => new Date(Date.UTC(2026, 0, 5) + hour * 3_600_000)
const retrain = { target: 'train', on: ['feature' as const], approval: ['concept' as const] }
const monitor = monitorSchema.parse({ name: 'daily', model: 'flights', retrain })

let store: Awaited<ReturnType<typeof temporaryStore>>
beforeAll(async () => {
  store = await temporaryStore()
  const model = modelSchema.parse({ name: 'flights', task: 'binary', features: { distance: 'numeric' } })
  await openModels(store).declare(model, at(0))
  await monitors.put(store.control, monitor.name, monitor, at(0))
})
beforeEach(async () => {
  await forgetRetrains(store.control)
  await forgetAlerts(store.control)
})

function event(
  scope: AlertEvent['scope'],
  { kind, column = '', hour, ends = false }: { kind: string; column?: string; hour: number; ends?: boolean },
): AlertEvent {
  const member = { kind, column, segment: '', version: '' }
  const reason = scope === 'member' ? (ends ? 'resolved' : 'firing') : ends ? 'all_resolved' : 'first'
  return {
    ...member,
    id: eventId([scope, kind, column], at(hour), reason),
    scope,
    // Whichever monitor of the model found what is wrong with its data.
    monitor: kind === 'data' ? 'another' : monitor.name,
    model: 'flights',
    windowEnd: at(hour),
    reason,
    status: ends ? 'resolved' : 'firing',
    severity: 'critical',
    summary: 'Something has changed.',
    members: [{ ...member, severity: 'critical', since: at(hour - 1).toISOString() }],
    baseline: undefined,
    createdAt: at(hour),
    notify: true,
    channels: [],
  }
}

const finding = (column: string, hour: number, ends = false) =>
  insertAlertEvents(store.control, [event('member', { kind: 'data', column, hour, ends })])

async function drift(hour: number, { kind = 'feature', ends = false, policy = monitor } = {}): Promise<void> {
  await insertAlertEvents(store.control, [event('alert', { kind, hour, ends })])
  await followAlerts({
    store,
    monitor: policy,
    windowEnd: at(hour),
    kinds: ['feature', 'concept'],
    now: at(hour),
  })
}

const release = (hour: number, isHeld = false) =>
  releaseWaiting({ store, clock: () => at(hour), isHeld: () => isHeld })
const steps = async () =>
  (await readRetrains(store)).map(({ events }) => events.map(({ type }) => type)).toReversed()
const person = { by: 'ann', comment: '', requestId: undefined }
const byHand = (hour: number) =>
  requestManually(
    store,
    { monitor, policy: monitor.retrain!, reason: { windowEnd: at(hour) }, now: at(hour) },
    person,
  )

describe('a request to train on broken data', () => {
  test('is held back, with the reason, until the data are as they should be', async () => {
    for (const column of ['origin', 'distance', 'volume', 'duplicates']) await finding(column, 29)
    await drift(30)
    const [{ request, state, events }] = await readRetrains(store)
    expect(state).toMatchObject({ status: 'held', requestedAt: undefined })
    expect(events[0].comment).toMatch(/^waits until the data problem ends: .+, .+, .+ and 1 more$/)
    expect(request.kind).toBe('feature')

    for (const column of ['origin', 'distance', 'volume']) await finding(column, 32, true)
    expect(await release(32)).toBe(0)
    await finding('duplicates', 33, true)
    expect(await release(33, true)).toBe(0)
    expect(await release(33)).toBe(1)
    expect(await steps()).toEqual([['held', 'released']])
    expect((await readRetrains(store))[0].state).toMatchObject({ status: 'requested', requestedAt: at(33) })
  })

  test('is cancelled when its alert resolves first', async () => {
    await finding('origin', 29)
    await drift(30)
    await drift(33, { ends: true })
    await finding('origin', 34, true)
    expect(await release(34)).toBe(0)
    expect(await steps()).toEqual([['held', 'cancelled']])
  })

  test('goes on where a person approves it', async () => {
    await finding('origin', 29)
    await drift(30)
    const [{ request }] = await readRetrains(store)
    await resumeRetrain(store, request.id, { ...person, type: 'approved', at: at(31) })
    expect(await steps()).toEqual([['held', 'approved']])
  })

  test('blocks no second one that waits for a person, and by hand another is a conflict', async () => {
    await finding('origin', 29)
    await drift(30)
    await drift(31, { kind: 'concept' })
    expect((await byHand(32)).outcome).toBe('conflict')
    const [concept] = await readRetrains(store)
    expect(concept.state.status).toBe('awaiting_approval')
    expect(concept.events[0].comment).toBe('waits for approval, while a data problem is firing: origin')
  })

  test('by hand waits too, and says why', async () => {
    await finding('origin', 29)
    await byHand(30)
    const [{ events }] = await readRetrains(store)
    expect(events).toMatchObject([
      { type: 'held', by: 'ann', comment: 'waits until the data problem ends: origin' },
    ])
  })

  test('a monitor that fails says nothing about the data, nor does a finding of another model', async () => {
    await finding('error', 29)
    const other = event('member', { kind: 'data', column: 'origin', hour: 29 })
    await insertAlertEvents(store.control, [{ ...other, id: 'other', monitor: 'others', model: 'other' }])
    await drift(30)
    expect(await steps()).toEqual([['requested']])
  })

  test('a dry run is recorded as one', async () => {
    await finding('origin', 29)
    const dry = monitorSchema.parse({
      name: 'daily',
      model: 'flights',
      retrain: { ...retrain, dry_run: true },
    })
    await drift(30, { policy: dry })
    expect(await steps()).toEqual([['dry_run']])
  })
})
