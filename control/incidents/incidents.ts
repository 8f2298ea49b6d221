import type { IncidentStatus, IncidentVerdict } from '../../domain/incident.ts'
import type { Control } from '../database/control.ts'

/** Alerts that have one cause, who deals with them, and what they turned out to be. */
export interface Incident {
  id: string
  title: string
  status: IncidentStatus
  assignee: string | null
  /** When the first of its alerts began. */
  startedAt: Date
  closedAt: Date | null
  /** Unknown of what was closed before this was kept. */
  closedBy: string | null
  /** Counts once it is closed. */
  verdict: IncidentVerdict | null
  notes: string
  createdBy: string
  createdAt: Date
  /** Of the newest change. */
  changedAt: Date
  changedBy: string
  /** Counts up from 1 with each change. */
  revision: number
}

export interface IncidentFilter {
  status?: IncidentStatus | undefined
  /** With an alert of this model. */
  model?: string | undefined
  /** Those that were open at some time in `[from, to]`. */
  from?: Date | undefined
  to?: Date | undefined
}

/** Incidents, open ones first, then those that began last. */
export async function listIncidents(
  control: Control,
  { status, model, from, to }: IncidentFilter = {},
): Promise<Incident[]> {
  let query = control.selectFrom('incidents').select(['revision', 'document'])
  if (status !== undefined) query = query.where('status', '=', status)
  if (to !== undefined) query = query.where('started_at', '<=', to.getTime())
  if (from !== undefined)
    query = query.where((row) =>
      row.or([row('closed_at', 'is', null), row('closed_at', '>=', from.getTime())]),
    )
  if (model !== undefined)
    query = query.where('id', 'in', (members) =>
      members.selectFrom('incident_alerts').select('incident').where('model', '=', model),
    )
  const found = await query.orderBy('status', 'desc').orderBy('started_at', 'desc').orderBy('id').execute()
  return found.map(decode)
}

export async function findIncident(control: Control, id: string): Promise<Incident | undefined> {
  const row = await control
    .selectFrom('incidents')
    .select(['revision', 'document'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row && decode(row)
}

/** Stores an incident, in place of what it was. */
export async function putIncident(control: Control, incident: Incident): Promise<void> {
  const { revision, ...rest } = incident
  const values = {
    status: rest.status,
    started_at: rest.startedAt.getTime(),
    closed_at: rest.closedAt?.getTime() ?? null,
    revision,
    document: JSON.stringify(rest),
  }
  await control
    .insertInto('incidents')
    .values({ id: rest.id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
}

/** Removes incidents; their alerts belong to none from then on. */
export async function removeIncidents(control: Control, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await control.deleteFrom('incident_alerts').where('incident', 'in', ids).execute()
  await control.deleteFrom('incidents').where('id', 'in', ids).execute()
}

function decode({ document, revision }: { document: string; revision: number }): Incident {
  const { startedAt, closedAt, createdAt, changedAt, ...rest } = JSON.parse(document) as Incident
  return {
    ...rest,
    closedBy: (rest as Partial<Incident>).closedBy ?? null,
    startedAt: new Date(startedAt),
    closedAt: closedAt === null ? null : new Date(closedAt),
    createdAt: new Date(createdAt),
    changedAt: new Date(changedAt),
    revision,
  }
}
