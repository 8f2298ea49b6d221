import { z } from 'zod'
import { DATA_KIND, EXPERIMENT_KIND } from '../../../domain/drift-kind.ts'
import { readMutes } from '../../../alerts/muting/read-mutes.ts'
import { acknowledge, acknowledgements, unacknowledge } from '../../../control/alerting/alert-acks.ts'
import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import { currentAlerts, findAlertEvents, listAlertEvents } from '../../../control/alerting/alert-events.ts'
import { incidentsOfEvents } from '../../../control/incidents/incident-alerts.ts'
import { listDeliveries } from '../../../control/alerting/deliveries.ts'
import { experiments } from '../../../control/declared/experiment.ts'
import { monitors } from '../../../control/declared/monitor.ts'
import { toAlert, toDelivery, toTransition } from '../../answers/alert.ts'
import type { ApiContext } from '../../context.ts'
import type { alertRoutes } from '../../contract/alerting/alerts.ts'
import { pageOfAll } from '../../paging.ts'
import { notFound } from '../../problem.ts'
import type { HandlersOf } from '../../router.ts'

/** Transitions and deliveries in one answer. */
const MAX_LISTED = 200
const MAX_HISTORY = 10_000
/** Newest first, so times are negative. */
const position = z.tuple([z.number(), z.number(), z.string()])
const positionOf = ({ windowEnd, createdAt, id }: AlertEvent): [number, number, string] => [
  -windowEnd.getTime(),
  -createdAt.getTime(),
  id,
]

/** Alerts: how they stand, how they came to be, who was told. */
export const alertHandlers: HandlersOf<typeof alertRoutes> = (context) => {
  const { store, clock } = context
  return {
    async listAlerts({ query }) {
      const { status, severity, history, limit, cursor, ...filter } = query
      const namesOf = async (all: Promise<{ name: string }[]>) => new Set((await all).map(({ name }) => name))
      const known = await namesOf(monitors.list(store.control))
      const compared = await namesOf(experiments.list(store.control))
      const alertsOnly = { ...filter, scope: 'alert' } as const
      const events = history
        ? await listAlertEvents(store.control, { ...alertsOnly, limit: MAX_HISTORY })
        : await currentAlerts(store.control, alertsOnly)
      const all = events.filter(
        (event) =>
          (status === undefined || event.status === status) &&
          (severity === undefined || event.severity === severity) &&
          (filter.monitor !== undefined ||
            (event.kind === EXPERIMENT_KIND ? compared : known).has(event.monitor)),
      )
      const { items, next_cursor } = pageOfAll(all, { limit, cursor }, position, positionOf)
      const now = clock()
      const [acks, mutes] = [await acknowledgements(store.control, items), await readMutes(store, now)]
      const incidents = await incidentsOfEvents(store.control, items)
      const dataAlerts = await currentAlerts(store.control, { scope: 'alert', kind: DATA_KIND })
      const alerts = items.map((event) =>
        toAlert(event, {
          ack: acks.get(event.id),
          incident: incidents.get(event.id),
          mutes,
          dataAlerts,
          now,
        }),
      )
      return { status: 200, body: { alerts, next_cursor } }
    },
    async getAlert({ params }) {
      const event = await eventOr404(context, params.alert)
      const { id, monitor, kind } = event
      const now = clock()
      const ack = (await acknowledgements(store.control, [event])).get(id)
      const incident = (await incidentsOfEvents(store.control, [event])).get(id)
      const mutes = await readMutes(store, now)
      const dataAlerts = await currentAlerts(store.control, { scope: 'alert', kind: DATA_KIND })
      const [current] = await currentAlerts(store.control, { scope: 'alert', monitor, kind })
      const transitions = await listAlertEvents(store.control, { monitor, kind, limit: MAX_LISTED })
      const deliveries = await listDeliveries(store.control, { eventId: id, limit: MAX_LISTED })
      return {
        status: 200,
        body: {
          ...toAlert(event, { ack, incident, mutes, dataAlerts, now }),
          current: current?.id ?? null,
          transitions: transitions.map(toTransition),
          deliveries: deliveries.map(toDelivery),
        },
      }
    },
    async acknowledgeAlert({ params, body, commit }) {
      const event = await eventOr404(context, params.alert)
      const now = clock()
      const ack = { ...body, at: now.toISOString() }
      await commit((transaction) => acknowledge(transaction, event, ack, now))
      return { status: 200, body: ack }
    },
    async unacknowledgeAlert({ params, commit }) {
      const event = await eventOr404(context, params.alert)
      await commit((transaction) => unacknowledge(transaction, event))
      return { status: 204 }
    },
  }
}

async function eventOr404({ store }: ApiContext, id: string): Promise<AlertEvent> {
  const [event] = await findAlertEvents(store.control, [id])
  if (event === undefined) throw notFound(`alert ${id}`)
  return event
}
