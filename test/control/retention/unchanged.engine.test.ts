import fc from 'fast-check'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { planOutbox } from '../../../alerts/delivery/outbox.ts'
import type { OutboxItem } from '../../../alerts/delivery/outbox-item.ts'
import { decideRetraining } from '../../../alerts/retraining/decide.ts'
import { retrainStateAfter } from '../../../control/alerting/retrain-state.ts'
import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import {
  currentAlerts,
  findAlertEvents,
  hasOpenEvents,
  lastEventsBefore,
} from '../../../control/alerting/alert-events.ts'
import { channelsSinceFirst, firstEventId } from '../../../control/alerting/alert-episode.ts'
import {
  insertDeliveries,
  pendingDeliveries,
  type DeliveryStatus,
} from '../../../control/alerting/deliveries.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { lastDelivered } from '../../../control/alerting/last-delivered.ts'
import {
  insertRetrain,
  insertRetrainEvent,
  listRetrains,
  RETRAIN_EVENT_TYPES,
} from '../../../control/alerting/retrains.ts'
import { listSilences, putSilence } from '../../../control/alerting/silences.ts'
import type { Control } from '../../../control/database/control.ts'
import { monitors } from '../../../control/declared/monitor.ts'
import { countDeletable } from '../../../control/retention/retention.ts'
import { SERVICE_KINDS } from '../../../domain/retention.ts'
import { alertEvent, atHour, memberEvent } from '../../support/samples/alert-events.ts'
import { forgetAlerts, forgetRetrains } from '../../support/stores/control.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'
import { declare, deleteAll } from './declared.ts'

const CHANNELS = ['team', 'ops']
const KINDS = ['feature', 'label'] as const
const END = 200
const NOW = atHour(END)
const MEMBER = {
  kind: 'feature',
  column: 'x',
  segment: '',
  version: '',
  severity: 'warning',
  since: '',
} as const
const NO_MUTES = { silences: [], findings: [], ended: [], acknowledged: new Set<string>(), now: NOW }

const outcome = fc.constantFrom<DeliveryStatus | 'not tried'>(
  'delivered', 'delivered', 'delivered', 'failed', 'given_up', 'silenced', 'not tried',
) // prettier-ignore
const history = fc.record({
  /** What happens at the hours of the history, one after the other. */
  windows: fc.array(
    fc.record({
      wait: fc.integer({ min: 1, max: 12 }),
      monitor: fc.constantFrom('daily', 'daily', 'gone'),
      kind: fc.constantFrom(...KINDS),
      ends: fc.boolean(),
      member: fc.boolean(),
      channels: fc.subarray(CHANNELS),
      outcomes: fc.array(outcome, { minLength: 8, maxLength: 8 }),
    }),
    { minLength: 5, maxLength: 30 },
  ),
  silences: fc.array(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 3 }), {
    maxLength: 4,
  }),
  retrains: fc.array(
    fc.record({
      hour: fc.integer({ min: 1, max: END - 1 }),
      kind: fc.constantFrom(...KINDS),
      types: fc.array(fc.constantFrom(...RETRAIN_EVENT_TYPES), { maxLength: 5 }),
    }),
    { maxLength: 6 },
  ),
  cutoffs: fc.record({
    alerts: fc.integer({ min: 20, max: END - 24 }),
    deliveries: fc.integer({ min: 20, max: END - 24 }),
  }),
})
type History = typeof history extends fc.Arbitrary<infer T> ? T : never

describeOnBoth('after everything old was deleted', (open) => {
  let control: Control
  beforeAll(async () => {
    control = await open()
    await declare(control)
  })
  beforeEach(forget)

  async function forget() {
    await forgetAlerts(control)
    await forgetRetrains(control)
    await control.deleteFrom('silences').execute()
  }

  /** Takes every message that is due through the real plan, with the given outcomes. */
  async function send(hour: number, outcomes: readonly (DeliveryStatus | 'not tried')[]) {
    const { drop, send } = await plan(await pendingItems())
    let next = 0
    const attempts = [
      ...drop.map(({ item, status }) => ({ item, status })),
      ...send.flat().map((item) => ({ item, status: outcomes[next++ % outcomes.length] })),
    ]
    for (const { item, status } of attempts) {
      if (status === 'not tried') continue
      const { eventId, channel, attempts: before } = item
      await insertDeliveries(control, [{ eventId, channel, attempt: before + 1, at: atHour(hour), status }])
    }
  }

  async function pendingItems(): Promise<OutboxItem[]> {
    const pending = await pendingDeliveries(control)
    const events = await findAlertEvents(control, pending.map(({ eventId }) => eventId)) // prettier-ignore
    return pending.map((item) => ({ ...item, event: events.find(({ id }) => id === item.eventId)! }))
  }

  const plan = async (items: OutboxItem[]) =>
    planOutbox(items, { ...NO_MUTES, delivered: await lastDelivered(control, ['daily', 'gone']) })

  async function live({ windows, silences, retrains }: History) {
    const standing = new Map<string, string>()
    let hour = 0
    for (const { wait, monitor, kind, ends, member, channels, outcomes } of windows) {
      hour += wait
      if (hour >= END) break
      const key = `${member} ${monitor} ${kind}`
      const status = !standing.has(key) ? 'firing' : ends ? 'resolved' : 'firing'
      const reason = !standing.has(key) ? 'first' : ends ? 'all_resolved' : 'repeat'
      if (status === 'resolved') standing.delete(key)
      else standing.set(key, status)
      const about = { monitor, kind, status, channels } as const
      const event = member
        ? memberEvent(`${key} ${hour}`, hour, 'x', { ...about, channels: [] })
        : alertEvent(`${key} ${hour}`, hour, { ...about, reason, members: [MEMBER] })
      await insertAlertEvents(control, [event])
      await send(hour + 0.5, outcomes)
    }
    for (const [i, ends] of silences.entries())
      for (const [revision, end] of ends.entries())
        await putSilence(control, {
          id: `s${i}`, revision: revision + 1, matchers: [], start: atHour(0), end: atHour(end), author: '',
          comment: '', createdAt: atHour(0), changedAt: atHour(0), changedBy: '',
        }) // prettier-ignore
    for (const [i, { hour, kind, types }] of retrains.entries()) {
      const period = { from: '', to: '' }
      await insertRetrain(control, {
        id: `r${i}`, model: 'shop', monitor: 'daily', kind, alert: undefined, target: '', callbackWithin: 1,
        baselineFirst: undefined, createdAt: atHour(hour),
        evidence: {
          severity: undefined, summary: '', window: period, baseline: undefined, statistic: undefined, members: [],
          alerts: [], training: { ...period, basis: 'window', exclude: [] },
        },
      }) // prettier-ignore
      for (const [n, type] of types.entries())
        await insertRetrainEvent(control, `r${i}`, {
          id: `r${i}${n}`, seq: n + 1, at: atHour(hour), type, by: '', comment: '',
        }) // prettier-ignore
    }
  }

  /** What the service knows, and what it would do next. */
  async function outlook() {
    const scopes = ['alert', 'member'] as const
    const current = (await Promise.all(scopes.map((scope) => currentAlerts(control, { scope })))).flat()
    // What ended of a monitor that is not declared is history.
    const stands = current.filter(({ monitor, status }) => monitor === 'daily' || status === 'firing')
    const firing = stands.filter(({ scope, status }) => scope === 'alert' && status === 'firing')
    return {
      stands,
      pending: await pendingDeliveries(control),
      due: summary(await plan(await pendingItems())),
      next: await Promise.all(nextEvents(stands).map(async (event) => summary(await plan(itemsOf(event))))),
      before: await lastEventsBefore(control, 'daily', NOW),
      open: await Promise.all(
        ['daily', 'gone'].map((monitor) => hasOpenEvents(control, { monitor, windowEnd: NOW })),
      ),
      mail: await Promise.all(firing.map((event) => firstEventId(control, event))),
      channels: await Promise.all(firing.map((event) => channelsSinceFirst(control, event))),
      silences: await listSilences(control, NOW),
      retraining: await nextRetraining(),
    }
  }

  async function nextRetraining() {
    const { retrain } = (await monitors.find(control, 'daily'))!
    const others = (await listRetrains(control)).flatMap(({ request, events }) => {
      const state = retrainStateAfter(events)
      return state === undefined ? [] : [{ id: request.id, callbackWithin: request.callbackWithin, ...state }]
    })
    return [false, true].map((dry_run) =>
      decideRetraining({ policy: { ...retrain!, dry_run }, lane: 'automatic', others, now: NOW }),
    )
  }

  test('all stands as before, the same is sent next, and there is nothing more to delete', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (lived) => {
        await forget()
        await live(lived)
        const before = await outlook()
        const cutoffs = { alerts: atHour(lived.cutoffs.alerts), deliveries: atHour(lived.cutoffs.deliveries) }
        for (const kind of ['deliveries', 'alerts'] as const) {
          const { rows } = (await countDeletable(control, cutoffs))[kind]
          expect(await deleteAll(control, kind, cutoffs[kind])).toBe(rows)
        }
        expect(await outlook()).toEqual(before)
        const after = await countDeletable(control, cutoffs)
        for (const kind of SERVICE_KINDS) expect(after[kind]).toEqual({ rows: 0, oldest: undefined })
      }),
      { numRuns: 30 },
    )
  }, 120_000)
})

/** Of each alert that stands or may come one event that fires and one that resolves it. */
function nextEvents(stands: readonly AlertEvent[]): AlertEvent[] {
  const declared = KINDS.map((kind) => ({ monitor: 'daily', kind }))
  const firing = stands.filter(({ scope, monitor }) => scope === 'alert' && monitor === 'gone')
  return [...declared, ...firing].flatMap(({ monitor, kind }) =>
    (['firing', 'resolved'] as const).map((status) =>
      alertEvent(`next ${status}`, END, {
        monitor,
        kind,
        status,
        members: [MEMBER],
        reason: status === 'firing' ? 'first' : 'all_resolved',
      }),
    ),
  )
}

const itemsOf = (event: AlertEvent): OutboxItem[] =>
  CHANNELS.map((channel) => ({
    eventId: event.id,
    channel,
    attempts: 0,
    failures: 0,
    firstAttemptAt: undefined,
    nextAttemptAt: undefined,
    last: undefined,
    event,
  }))

function summary({ send, drop }: ReturnType<typeof planOutbox>) {
  return {
    send: send.flat().map(({ eventId, channel, leftOut }) => ({ eventId, channel, leftOut })),
    drop: drop.map(({ item, status }) => ({ eventId: item.eventId, channel: item.channel, status })),
  }
}
