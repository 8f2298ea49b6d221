import { isRecord } from '../domain/json.ts'
import { fingerprint } from '../control/declared/digest.ts'
import { acknowledgements } from '../control/alerting/alert-acks.ts'
import { findAlertEvents } from '../control/alerting/alert-events.ts'
import { insertAudit } from '../control/declared/audit.ts'
import { boundBaselines } from '../control/declared/baseline-bindings.ts'
import { activeBaseline } from '../control/declared/baselines.ts'
import { findView } from '../control/declared/saved-views.ts'
import { alertRoutes } from '../control/declared/alert-route.ts'
import { channels, publicChannel } from '../control/declared/channel.ts'
import { experiments } from '../control/declared/experiment.ts'
import { monitors } from '../control/declared/monitor.ts'
import { findAnnotation } from '../control/incidents/annotations.ts'
import { readIncidentAlerts } from '../control/incidents/incident-alerts.ts'
import { findIncident } from '../control/incidents/incidents.ts'
import { findSilence } from '../control/alerting/silences.ts'
import { apiKeyDocuments, type ApiKey } from '../control/declared/api-keys.ts'
import { changeAlone } from '../control/database/changes.ts'
import type { Control } from '../control/database/control.ts'
import { featureChangesText } from '../control/declared/feature-changes.ts'
import { modelDocuments, type Model } from '../control/declared/model.ts'
import { sources } from '../control/declared/sources/source.ts'
import { topics } from '../store/topic.ts'
import { actorOf } from './access.ts'
import type { ApiContext } from './context.ts'
import type { AuditSubject } from './contract/route.ts'
import type { Request, Response } from 'express'

interface Subject {
  /** The parameter of the path that names one; else the answer or the body does, as `key`. */
  parameter: string
  key: 'id' | 'name' | 'version'
  /** What is stored of it, without secrets; undefined where there is none. */
  read?: (control: Control, name: string, request: Request) => Promise<unknown>
  /** What has changed, where fingerprints say too little. */
  describe?: (before: unknown, after: unknown) => string
}

const SUBJECTS: Record<AuditSubject, Subject> = {
  model: {
    parameter: 'model',
    key: 'name',
    read: (control, name) => modelDocuments.find(control, name),
    describe: (before, after) =>
      before === undefined || after === undefined ? '' : featureChangesText(before as Model, after as Model),
  },
  monitor: { parameter: 'monitor', key: 'name', read: (control, name) => monitors.find(control, name) },
  channel: { parameter: 'channel', key: 'name', read: readChannel },
  topic: { parameter: 'topic', key: 'name', read: (control, name) => topics.find(control, name) },
  source: { parameter: 'source', key: 'name', read: (control, name) => sources.find(control, name) },
  // Baselines never change; what changes is which of them is compared with.
  baseline: { parameter: 'version', key: 'version', read: readActive },
  key: { parameter: 'key', key: 'id', read: readKey, describe: (_before, after) => replacementOf(after) },
  alert: { parameter: 'alert', key: 'id', read: readAck },
  alert_route: { parameter: 'route', key: 'name', read: (control, name) => alertRoutes.find(control, name) },
  annotation: { parameter: 'annotation', key: 'id', read: findAnnotation },
  incident: { parameter: 'incident', key: 'id', read: readIncident },
  silence: { parameter: 'silence', key: 'id', read: findSilence },
  delivery: { parameter: 'delivery', key: 'id' },
  dead_letter: { parameter: 'letter', key: 'id' },
  experiment: {
    parameter: 'experiment',
    key: 'name',
    read: (control, name) => experiments.find(control, name),
  },
  backup: { parameter: 'backup', key: 'id' },
  retention: { parameter: 'retention', key: 'id' },
  view: { parameter: 'view', key: 'id', read: findView },
}

async function readChannel(control: Control, name: string): Promise<unknown> {
  const channel = await channels.find(control, name)
  return channel && publicChannel(channel)
}

async function readActive(control: Control, _version: string, request: Request): Promise<unknown> {
  const model = String(request.params.model)
  const active = (await activeBaseline(control, model))?.hash
  const bound = [...(await boundBaselines(control, model))].map(([version, { hash }]) => [version, hash])
  return bound.length === 0 ? active : [active, bound]
}

async function readIncident(control: Control, id: string): Promise<unknown> {
  const incident = await findIncident(control, id)
  if (incident === undefined) return undefined
  const alerts = (await readIncidentAlerts(control, [id])).get(id) ?? []
  return [incident, alerts.map(({ alert }) => alert)]
}

async function readKey(control: Control, id: string): Promise<unknown> {
  const key = await apiKeyDocuments.find(control, id)
  return key && [key.name, key.scopes, ...(key.replaced === undefined ? [] : [key.replaced])]
}

/** That another key has replaced one, of which {@link readKey} gave what is stored. */
function replacementOf(after: unknown): string {
  const [, , replaced] = (after ?? []) as [string?, string[]?, ApiKey['replaced']?]
  return replaced === undefined ? '' : `replaced by ${replaced.by}, refused from ${replaced.expiresAt}`
}

async function readAck(control: Control, id: string): Promise<unknown> {
  const events = await findAlertEvents(control, [id])
  return (await acknowledgements(control, events)).get(id)
}

/** A change that a request asks for. */
export interface AuditedChange {
  operation: string
  subject: AuditSubject
  request: Request
  response: Response
  body: unknown
}

/**
 * Stores a change together with its audit entry, in one transaction beside which nothing that is declared changes. `name`
 * is of what neither the path nor the body names.
 */
export type Commit = <T>(work: (transaction: Control) => Promise<T>, name?: string) => Promise<T>

/**
 * Does what a request asks for, and writes down who asked and what it changed: with the change where `work` commits it,
 * else before the answer. A refusal changes nothing.
 */
export async function audited<Reply extends { body?: unknown }>(
  { store, clock }: Pick<ApiContext, 'store' | 'clock'>,
  { operation, subject, request, response, body }: AuditedChange,
  work: (commit: Commit) => Promise<Reply>,
): Promise<Reply> {
  const { parameter, key, read, describe } = SUBJECTS[subject]
  const identifier = request.params[parameter] ?? property(body, key)
  const given = identifier === undefined ? undefined : String(identifier)
  const stateOf = async (control: Control, name: string | undefined): Promise<unknown> =>
    name === undefined ? undefined : read?.(control, name, request)
  const record = async (control: Control, name: string, before: unknown) => {
    const after = await stateOf(control, name)
    await insertAudit(control, {
      at: clock(),
      actor: actorOf(response),
      action: operation,
      subject,
      name: subject === 'baseline' ? `${String(request.params.model)}/${name}` : name,
      requestId: response.locals.requestId as string,
      before: fingerprintOf(before),
      after: fingerprintOf(after),
      detail: detailOf(body) || (describe?.(before, after) ?? ''),
    })
  }

  let committed = false
  const commit: Commit = async (change, name = given) => {
    const result = await changeAlone(store.control, async (transaction) => {
      const before = await stateOf(transaction, name)
      const done = await change(transaction)
      await record(transaction, name ?? '', before)
      return done
    })
    committed = true
    return result
  }
  const before = await stateOf(store.control, given)
  const reply = await work(commit)
  if (!committed) await record(store.control, given ?? String(property(reply.body, key) ?? ''), before)
  return reply
}

/** What a person says of the change, which version of a model it is for, or how many ids it erases: never which. */
function detailOf(body: unknown): string {
  const { ids, dry_run: isDryRun } = isRecord(body) ? body : {}
  if (Array.isArray(ids)) return isDryRun === true ? `dry run, ids: ${ids.length}` : `ids: ${ids.length}`
  if (isDryRun === true) return 'dry run'
  const version = property(body, 'for_version')
  return version === undefined ? String(property(body, 'comment') ?? '') : `for version ${version}`
}

function property(value: unknown, key: string): string | number | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found = (value as Record<string, unknown>)[key]
  return typeof found === 'string' || typeof found === 'number' ? found : undefined
}

const fingerprintOf = (stored: unknown) => (stored === undefined ? '' : fingerprint(stored))
