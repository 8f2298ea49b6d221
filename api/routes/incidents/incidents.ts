import { randomBytes } from 'node:crypto'
import type { Request } from 'express'
import { z } from 'zod'
import type { Control } from '../../../control/database/control.ts'
import type { Episode } from '../../../control/incidents/episodes.ts'
import {
  addIncidentAlerts,
  readIncidentAlerts,
  removeIncidentAlert,
} from '../../../control/incidents/incident-alerts.ts'
import {
  findIncident,
  listIncidents,
  putIncident,
  removeIncidents,
  type Incident,
} from '../../../control/incidents/incidents.ts'
import { INCIDENT_ALERTS } from '../../../domain/incident.ts'
import { actorOf } from '../../access.ts'
import { toIncident } from '../../answers/incident.ts'
import type { incidentRoutes } from '../../contract/incidents/incidents.ts'
import { pageOfAll } from '../../paging.ts'
import { invalid, notFound, Problem } from '../../problem.ts'
import { entityTag, preconditionsOf, requireMet } from '../../request/preconditions.ts'
import type { HandlersOf } from '../../router.ts'
import { chosenAlerts } from './chosen-alerts.ts'

/** Open ones first, then newest first. */
const position = z.tuple([z.number(), z.number(), z.string()])
const positionOf = ({ status, startedAt, id }: Incident): [number, number, string] => [
  status === 'open' ? 0 : 1,
  -startedAt.getTime(),
  id,
]

/** Incidents: which alerts have one cause, who deals with it, and what it was. */
export const incidentHandlers: HandlersOf<typeof incidentRoutes> = ({ store, clock }) => ({
  async listIncidents({ query: { limit, cursor, ...filter } }) {
    const all = await listIncidents(store.control, filter)
    const { items, next_cursor } = pageOfAll(all, { limit, cursor }, position, positionOf)
    const alerts = await readIncidentAlerts(
      store.control,
      items.map(({ id }) => id),
    )
    const etags = Object.fromEntries(items.map(({ id, revision }) => [id, entityTag(revision)]))
    const incidents = items.map((incident) => toIncident(incident, alerts.get(incident.id) ?? []))
    return { status: 200, body: { incidents, etags, next_cursor } }
  },
  async getIncident({ params }) {
    return { status: 200, ...answered(await stateOr404(store.control, params.incident)) }
  },
  async createIncident({ body: { alerts: ids, assignee, ...body }, response, commit }) {
    const now = clock()
    const by = actorOf(response)
    const id = randomBytes(6).toString('hex')
    const made = await commit(async (transaction) => {
      const alerts = await chosenAlerts(transaction, ids)
      const incident: Incident = {
        id,
        ...body,
        status: 'open',
        assignee: assignee ?? null,
        startedAt: startOf(alerts),
        closedAt: null,
        closedBy: null,
        verdict: null,
        createdBy: by,
        createdAt: now,
        changedAt: now,
        changedBy: by,
        revision: 1,
      }
      await putIncident(transaction, incident)
      await addIncidentAlerts(transaction, id, alerts)
      return stateOr404(transaction, id)
    }, id)
    return { status: 201, ...answered(made) }
  },
  async patchIncident({ params, body, request, response, commit }) {
    const made = { at: clock(), by: actorOf(response) }
    const changed = await commit(async (transaction) => {
      const before = await stateOr404(transaction, params.incident)
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
      const wanted = judged({ ...before.incident, ...given }, before.incident, made)
      requireCurrent(request, before, { ...before, incident: wanted })
      checkVerdict(wanted)
      return stored(transaction, { ...before, incident: wanted }, made)
    })
    return { status: 200, ...answered(changed) }
  },
  async deleteIncident({ params, request, commit }) {
    await commit(async (transaction) => {
      requireCurrent(request, await stateOr404(transaction, params.incident))
      await removeIncidents(transaction, [params.incident])
    })
    return { status: 204 }
  },
  async addIncidentAlerts({ params, body, request, response, commit }) {
    const made = { at: clock(), by: actorOf(response) }
    const changed = await commit(async (transaction) => {
      const before = await stateOr404(transaction, params.incident)
      requireCurrent(request, before)
      const own = new Set(before.alerts.map(({ alert }) => alert))
      const added = (await chosenAlerts(transaction, body.alerts, params.incident)).filter(
        ({ alert }) => !own.has(alert),
      )
      if (before.alerts.length + added.length > INCIDENT_ALERTS)
        throw invalid('alerts', `an incident has at most ${INCIDENT_ALERTS} alerts`)
      await addIncidentAlerts(transaction, params.incident, added)
      const { alerts } = await stateOr404(transaction, params.incident)
      return stored(transaction, withAlerts(before, alerts), made)
    })
    return { status: 200, ...answered(changed) }
  },
  async removeIncidentAlert({ params, request, response, commit }) {
    const made = { at: clock(), by: actorOf(response) }
    await commit(async (transaction) => {
      const before = await stateOr404(transaction, params.incident)
      requireCurrent(request, before)
      const rest = before.alerts.filter(({ alert }) => alert !== params.alert)
      if (rest.length === before.alerts.length)
        throw notFound(`alert ${params.alert} in the incident ${params.incident}`)
      if (rest.length === 0)
        throw new Problem(
          409,
          'Last alert',
          'An incident has at least one alert. Remove the incident instead: its alerts stay.',
        )
      await removeIncidentAlert(transaction, params.incident, params.alert)
      await stored(transaction, withAlerts(before, rest), made)
    })
    return { status: 204 }
  },
})

/** An incident with its alerts. */
interface State {
  incident: Incident
  alerts: readonly Episode[]
}

async function stateOr404(control: Control, id: string): Promise<State> {
  const incident = await findIncident(control, id)
  if (incident === undefined) throw notFound(`incident ${id}`)
  return { incident, alerts: (await readIncidentAlerts(control, [id])).get(id) ?? [] }
}

const answered = ({ incident, alerts }: State) => ({
  body: toIncident(incident, alerts),
  revision: incident.revision,
})

function requireCurrent(request: Request, before: State, wanted?: State): void {
  const { body: shown, revision } = answered(before)
  const outcome = wanted && (() => answered(wanted).body)
  requireMet(preconditionsOf(request), `incident ${before.incident.id}`, { revision, shown }, outcome)
}

async function stored(control: Control, state: State, { at, by }: { at: Date; by: string }): Promise<State> {
  const { incident, alerts } = state
  const next = { ...incident, changedAt: at, changedBy: by, revision: incident.revision + 1 }
  await putIncident(control, next)
  return { incident: next, alerts }
}

const startOf = (alerts: readonly Episode[]) =>
  new Date(Math.min(...alerts.map(({ firstAt }) => firstAt.getTime())))

const withAlerts = ({ incident }: State, alerts: readonly Episode[]): State => ({
  incident: { ...incident, startedAt: startOf(alerts) },
  alerts,
})

/** What is closed was so by somebody at a time, what is open by nobody. */
function judged(wanted: Incident, before: Incident, { at, by }: { at: Date; by: string }): Incident {
  if (wanted.status === 'open') return { ...wanted, closedAt: null, closedBy: null }
  return before.closedAt === null ? { ...wanted, closedAt: at, closedBy: by } : wanted
}

function checkVerdict({ status, verdict }: Incident): void {
  if (status === 'closed' && verdict === null)
    throw invalid('verdict', 'say what a closed incident was: true_drift, data_fault, false_alarm or other')
}
