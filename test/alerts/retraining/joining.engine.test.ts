import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { resumeRetrain } from '../../../alerts/retraining/manual-request.ts'
import { retrainData } from '../../../alerts/retraining/message.ts'
import { readRetrains } from '../../../alerts/retraining/retrain.ts'
import { retrainSentences } from '../../../alerts/retraining/retrain-sentences.ts'
import { currentAlerts } from '../../../control/alerting/alert-events.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { isUnderWay } from '../../../control/alerting/retrain-state.ts'
import { insertRetrain } from '../../../control/alerting/retrains.ts'
import { listAudit } from '../../../control/declared/audit.ts'
import type { Monitor } from '../../../control/declared/monitor.ts'
import { firedEvent, hourAt, retrainingOf, type Fired } from '../../support/samples/retraining.ts'
import { forgetAlerts, forgetRetrains } from '../../support/stores/control.ts'
import { temporaryStore } from '../../support/stores/store.ts'

let store: Awaited<ReturnType<typeof temporaryStore>>
let model: ReturnType<typeof retrainingOf>
let daily: Monitor
let hourly: Monitor
beforeAll(async () => {
  store = await temporaryStore()
  model = retrainingOf(store)
})
beforeEach(forget)

async function forget(): Promise<void> {
  await forgetRetrains(store.control)
  await forgetAlerts(store.control)
  daily = await model.declare('daily')
  hourly = await model.declare('hourly')
}

const only = async () => {
  const all = await model.all()
  expect(all).toHaveLength(1)
  return all[0]
}
const kindsOf = async () =>
  (await only()).request.evidence.alerts.map(({ monitor, kind }) => `${monitor} ${kind}`)
const standing = async () => (await model.all()).map(({ state }) => state.status)

describe('alerts that fire together', () => {
  test.each<[string, Fired[], string]>([
    [
      'the more severe one leads',
      [
        { hour: 30, kind: 'label' },
        { hour: 30, severity: 'critical' },
      ],
      'feature',
    ],
    ['of equally severe ones the label', [{ hour: 30 }, { hour: 30, kind: 'label' }], 'label'],
  ])('make one request: %s', async (_name, events, kind) => {
    await model.fire(daily, ...events)
    const { request, events: steps } = await only()
    expect([request.kind, request.evidence.alerts.length]).toEqual([kind, 2])
    expect(request.alert).toBe(request.evidence.alerts[0].id)
    expect(request.evidence.summary).toBe(`${kind} of daily has drifted.`)
    expect(steps.map(({ type }) => type)).toEqual(['requested'])
  })

  test('name all alerts and the columns of each to the pipeline, within what GitHub takes', async () => {
    const columns = Array.from({ length: 30 }, (_, i) => `column ${i}`)
    await model.fire(daily, { hour: 30, columns }, { hour: 30, kind: 'label', columns: ['label'] })
    const { request } = await only()
    const data = retrainData({ request, publicUrl: 'https://drift.example.com', token: 't' })
    expect(Object.keys(data)).toHaveLength(10)
    expect(data.alerts.map(({ kind, link }) => [kind, link])).toEqual(
      request.evidence.alerts.map(({ kind, id }) => [kind, `https://drift.example.com/alerts/${id}`]),
    )
    expect(data.evidence.columns.slice(0, 3).map(({ column }) => column)).toEqual([
      'label',
      'column 0',
      'column 1',
    ])
    expect(data.evidence.columns).toHaveLength(20)
  })

  test('join a request of the model that is not sent yet, whichever monitor they are of', async () => {
    await model.fire(daily, { hour: 30 })
    await model.fire(hourly, { hour: 31, kind: 'label', severity: 'critical', columns: ['label'] })
    await model.fire(hourly, { hour: 32 })
    expect(await kindsOf()).toEqual(['hourly label', 'daily feature', 'hourly feature'])
    const { request, events, state } = await only()
    expect(request).toMatchObject({ kind: 'label', monitor: 'daily', evidence: { severity: 'critical' } })
    expect(request.evidence.training).toMatchObject({
      from: hourAt(5).toISOString(),
      to: hourAt(32).toISOString(),
    })
    expect(events.map(({ type, comment }) => [type, comment])).toEqual([
      ['requested', ''],
      ['joined', 'label (critical)'],
      ['joined', 'feature (warning)'],
    ])
    expect(state.status).toBe('requested')
    const audit = await listAudit(store.control, { subject: 'retraining', name: request.id, limit: 10 })
    expect(audit.map(({ action }) => action)).toContain('retrain.joined')
    // It is found by each of its alerts, and by what they are of.
    for (const { id } of request.evidence.alerts)
      expect(await readRetrains(store, { alert: id })).toHaveLength(1)
    expect(await readRetrains(store, { monitor: 'hourly', kind: 'feature' })).toHaveLength(1)
  })

  test('ask for nothing twice where windows run again, or after a crash in between', async () => {
    const events: Fired[] = [{ hour: 30 }, { hour: 30, kind: 'label' }]
    const made = async () => (await only()).events.map(({ type }) => type)
    await model.fire(daily, ...events)
    // What a crash leaves: a request without its first event, of the same id.
    const { request } = await only()
    await forgetRetrains(store.control)
    await insertRetrain(store.control, request)
    expect(await model.all()).toEqual([])
    await Promise.all([model.follow(daily, 30), model.follow(daily, 30)])
    expect((await only()).request.id).toBe(request.id)
    await model.fire(hourly, { hour: 31 })
    await model.fire(hourly, { hour: 32, reason: 'severity_raised', severity: 'critical' })
    for (const hour of [30, 31, 32]) for (const one of [daily, hourly]) await model.follow(one, hour)
    expect(await made()).toEqual(['requested', 'joined', 'joined'])
    expect(await kindsOf()).toEqual(['hourly feature', 'daily label', 'daily feature'])
  })

  test('what needs approval and what does not keep apart, and neither waits for the other', async () => {
    await model.fire(daily, { hour: 30, kind: 'concept' }, { hour: 30 })
    await model.fire(hourly, { hour: 31, kind: 'concept' }, { hour: 31, kind: 'label' })
    const [awaiting, automatic] = (await model.all()).toSorted((a, b) =>
      a.state.status < b.state.status ? -1 : 1,
    )
    const alerts = (one: typeof awaiting) => one.request.evidence.alerts.map(({ kind }) => kind)
    expect([awaiting.state.status, alerts(awaiting)]).toEqual(['awaiting_approval', ['concept', 'concept']])
    expect([automatic.state.status, alerts(automatic)]).toEqual(['requested', ['label', 'feature']])
  })

  test('an alert of a monitor with another pipeline makes a request of its own, which waits', async () => {
    const other = await model.declare('hourly', { target: 'other' })
    await model.fire(daily, { hour: 30 })
    await model.fire(other, { hour: 31 })
    expect(await standing()).toEqual(['requested', 'deferred'])
  })

  test('a dry run joins nothing, and nothing joins it', async () => {
    const dry = await model.declare('hourly', { dry_run: true })
    await model.fire(dry, { hour: 30 })
    await model.fire(daily, { hour: 31 })
    await model.fire(dry, { hour: 32 })
    expect(await standing()).toEqual(['dry_run', 'requested', 'refused'])
  })

  test('a request stays as long as one of its alerts fires, and goes with the last', async () => {
    await model.fire(daily, { hour: 30 }, { hour: 30, kind: 'label' })
    await model.fire(hourly, { hour: 30 })
    await model.fire(
      daily,
      { hour: 33, reason: 'all_resolved' },
      { hour: 33, kind: 'label', reason: 'all_resolved' },
    )
    expect(await standing()).toEqual(['requested'])
    await model.fire(hourly, { hour: 34, reason: 'all_resolved' })
    expect(await standing()).toEqual(['cancelled'])
    expect((await only()).events.at(-1)!.comment).toBe('all its alerts have resolved')
  })
})

describe('what cannot be made now', () => {
  async function sent(hour: number, ends = true) {
    await model.fire(daily, { hour })
    const { id } = (await model.all()).at(-1)!.request
    await model.send(id, hour)
    if (ends) await model.step(id, 'failed', hour + 1)
    return id
  }

  test('waits for the cooldown, and is made when that is over', async () => {
    await sent(30)
    await model.fire(hourly, { hour: 40 })
    const [, waiting] = await model.all()
    const reason =
      'waits until 7 Jan 2026 06:00 UTC, because 1 was requested within 24 hours and max_per_day is 1'
    expect(waiting.events).toMatchObject([{ type: 'deferred', comment: reason }])
    const event = firedEvent({ monitor: 'hourly', hour: 40 })
    const said = (await retrainSentences(store, [event])).get(event.id)
    expect(said).toBe(`Retraining ${waiting.request.id.slice(0, 8)} ${reason}, unless you approve it before.`)
    await model.fire(hourly, { hour: 41, kind: 'label' })
    const joined = firedEvent({ monitor: 'hourly', kind: 'label', hour: 41 })
    expect((await retrainSentences(store, [joined])).get(joined.id)).toBe(
      `This alert was added to retraining ${waiting.request.id.slice(0, 8)}, which ${reason}.`,
    )
    expect(await model.release(53.9)).toBe(0)
    expect(await model.release(54)).toBe(1)
    expect(await standing()).toEqual(['failed', 'requested'])
  })

  test('waits for the retraining in progress, and is cancelled when its alert resolves first', async () => {
    const id = await sent(30, false)
    await model.fire(hourly, { hour: 40 })
    const [, waiting] = await model.all()
    expect(waiting.events[0].comment).toContain(
      `for retraining ${id.slice(0, 8)}, which counts as lost at 7 Jan 2026 06:00 UTC unless it reports before`,
    )
    await model.fire(hourly, { hour: 42, reason: 'all_resolved' })
    expect(await standing()).toEqual(['sent', 'cancelled'])
  })

  test('is cancelled too where nobody followed the end of its alert, or the policy is gone', async () => {
    await sent(30)
    await model.fire(hourly, { hour: 40 })
    await insertAlertEvents(store.control, [
      firedEvent({ monitor: 'hourly', hour: 41, reason: 'all_resolved' }),
    ])
    await model.release(41)
    expect(await standing()).toEqual(['failed', 'cancelled'])
    await model.fire(hourly, { hour: 42 })
    await model.declare('hourly', { dry_run: true })
    await model.release(43)
    expect(await standing()).toEqual(['failed', 'cancelled', 'cancelled'])
  })

  test('is held back where the data break meanwhile, and waits again where that ends first', async () => {
    await sent(30)
    await model.fire(hourly, { hour: 40 })
    const finding = (hour: number, ends: boolean) =>
      insertAlertEvents(store.control, [
        {
          ...firedEvent({ kind: 'data', hour }),
          id: `finding ${hour}`,
          scope: 'member',
          column: 'origin',
          status: ends ? 'resolved' : 'firing',
        },
      ])
    await finding(50, false)
    expect(await model.release(51), 'both').toBe(0)
    expect(await model.release(54), 'only the data').toBe(1)
    await finding(56, true)
    expect(await model.release(56)).toBe(1)
    const [, { events }] = await model.all()
    expect(events.map(({ type }) => type)).toEqual(['deferred', 'held', 'released'])
  })

  test('of two that wait the older one goes first, and the other waits for it', async () => {
    await sent(30)
    await model.fire(hourly, { hour: 40 })
    const other = await model.declare('daily', { target: 'other' })
    await model.fire(other, { hour: 41 })
    expect(await model.release(54)).toBe(1)
    expect(await standing()).toEqual(['failed', 'requested', 'deferred'])
  })

  test('a person may send it at once, but not beside another', async () => {
    const id = await sent(30, false)
    await model.fire(hourly, { hour: 40 })
    const [, { request }] = await model.all()
    const approved = { type: 'approved', by: 'ann', comment: '', at: hourAt(41) } as const
    expect((await resumeRetrain(store, request.id, approved)).outcome).toBe('conflict')
    await model.step(id, 'failed', 42)
    expect((await resumeRetrain(store, request.id, approved)).outcome).toBe('applied')
    expect(await standing()).toEqual(['failed', 'requested'])
  })
})

/** What may happen in an hour. */
const HAPPENINGS = ['fire', 'raise', 'resolve', 'send', 'fail', 'succeed', 'break', 'mend', 'approve', 'expire', 'rerun'] as const // prettier-ignore
const happening = fc.record({
  what: fc.constantFrom(...HAPPENINGS),
  kind: fc.constantFrom('feature', 'label', 'concept'),
  by: fc.constantFrom('daily', 'hourly'),
  hours: fc.integer({ min: 1, max: 20 }),
})

test('whatever happens: never two under way for a model, and an alert that still fires is never lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 25 }), async (all) => {
      await forget()
      const firing = new Map<string, Fired>()
      let hour = 30
      for (const { what, kind, by, hours } of all) {
        hour += hours
        await live({ what, kind, by, hour }, firing)
        await model.release(hour)
        const requests = await model.all()
        expect(requests.filter(({ state }) => isUnderWay(state.status)).length).toBeLessThanOrEqual(1)
        const alerts = await currentAlerts(store.control, { scope: 'alert', model: 'flights' })
        for (const event of firing.values()) {
          const { id } = firedEvent(event)
          expect(alerts.some((one) => one.status === 'firing' && one.kind === event.kind)).toBe(true)
          const asked = requests.filter(({ askedBy }) => askedBy.has(id))
          expect(asked).toHaveLength(1)
          expect(['refused', 'cancelled', 'rejected', 'dry_run', 'undeliverable']).not.toContain(
            asked[0].state.status,
          )
        }
      }
    }),
    { numRuns: 25 },
  )
}, 120_000)

async function live(
  { what, kind, by, hour }: { what: (typeof HAPPENINGS)[number]; kind: string; by: string; hour: number },
  firing: Map<string, Fired>,
): Promise<void> {
  const monitor = by === 'daily' ? daily : hourly
  const key = `${by} ${kind}`
  const before = firing.get(key)
  const [going] = (await model.all()).filter(({ state }) => isUnderWay(state.status))
  const is = (...statuses: string[]) => going !== undefined && statuses.includes(going.state.status)
  const finding = (ends: boolean) =>
    insertAlertEvents(store.control, [
      { ...firedEvent({ kind: 'data', hour }), id: `finding ${hour}`, scope: 'member', column: 'origin', status: ends ? 'resolved' : 'firing' },
    ]) // prettier-ignore
  switch (what) {
    case 'fire':
    case 'raise': {
      const reason = before === undefined ? 'first' : 'severity_raised'
      if ((what === 'raise') !== (before !== undefined) || before?.reason === 'severity_raised') return
      const event: Fired = { monitor: by, kind, hour, reason, severity: before ? 'critical' : 'warning' }
      firing.set(key, event)
      return model.fire(monitor, event)
    }
    case 'resolve':
      if (!firing.delete(key)) return
      return model.fire(monitor, { kind, hour, reason: 'all_resolved' })
    case 'rerun':
      return before && model.follow(monitor, before.hour)
    case 'break':
      return void (await finding(false))
    case 'mend':
      return void (await finding(true))
    case 'send':
      return is('requested') ? model.send(going.request.id, hour) : undefined
    case 'fail':
      return void (is('sent') && (await model.step(going.request.id, 'failed', hour)))
    case 'succeed':
      return void (is('sent') && (await model.step(going.request.id, 'succeeded', hour, { version: '2' })))
    case 'expire':
      return void (is('sent') && (await model.step(going.request.id, 'expired', hour)))
    case 'approve': {
      const waiting = (await model.all()).find(({ state }) => state.status === 'awaiting_approval')
      const step = { type: 'approved', by: 'ann', comment: '', at: hourAt(hour) } as const
      return void (waiting && (await resumeRetrain(store, waiting.request.id, step)))
    }
  }
}
