import { fingerprint } from '../control/declared/digest.ts'
import { acknowledgements } from '../control/alerting/alert-acks.ts'
import { findAlertEvents } from '../control/alerting/alert-events.ts'
import { insertAudit } from '../control/declared/audit.ts'
import { boundBaselines } from '../control/declared/baseline-bindings.ts'
import { activeBaseline } from '../control/declared/baselines.ts'
import { alertRoutes } from '../control/declared/alert-route.ts'
import { channels, publicChannel } from '../control/declared/channel.ts'
import { monitors } from '../control/declared/monitor.ts'
import { findSilence } from '../control/alerting/silences.ts'
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
  read?: (context: ApiContext, name: string, request: Request) => Promise<unknown>
}

const SUBJECTS: Record<AuditSubject, Subject> = {
  model: { parameter: 'model', key: 'name', read: ({ models }, name) => models.find(name) },
  monitor: {
    parameter: 'monitor',
    key: 'name',
    read: ({ store }, name) => monitors.find(store.control, name),
  },
  channel: { parameter: 'channel', key: 'name', read: readChannel },
  topic: { parameter: 'topic', key: 'name', read: ({ store }, name) => topics.find(store.control, name) },
  // Baselines never change; what changes is which of them is compared with.
  baseline: { parameter: 'version', key: 'version', read: readActive },
  key: { parameter: 'key', key: 'id', read: readKey },
  alert: { parameter: 'alert', key: 'id', read: readAck },
  alert_route: {
    parameter: 'route',
    key: 'name',
    read: ({ store }, name) => alertRoutes.find(store.control, name),
  },
  silence: { parameter: 'silence', key: 'id', read: ({ store }, id) => findSilence(store.control, id) },
  delivery: { parameter: 'delivery', key: 'id' },
  dead_letter: { parameter: 'letter', key: 'id' },
}

async function readChannel({ store }: ApiContext, name: string): Promise<unknown> {
  const channel = await channels.find(store.control, name)
  return channel && publicChannel(channel)
}

async function readActive({ store }: ApiContext, _version: string, request: Request): Promise<unknown> {
  const model = String(request.params.model)
  const active = (await activeBaseline(store.control, model))?.hash
  const bound = [...(await boundBaselines(store.control, model))].map(([version, { hash }]) => [
    version,
    hash,
  ])
  return bound.length === 0 ? active : [active, bound]
}

async function readKey({ keys }: ApiContext, id: string): Promise<unknown> {
  const key = (await keys.list()).find((one) => one.id === id)
  return key && [key.name, key.scopes]
}

async function readAck({ store }: ApiContext, id: string): Promise<unknown> {
  const events = await findAlertEvents(store.control, [id])
  return (await acknowledgements(store.control, events)).get(id)
}

/** A change that a request asks for. */
export interface AuditedChange {
  operation: string
  subject: AuditSubject
  request: Request
  response: Response
  body: unknown
}

/** Does what a request asks for, and writes down who asked and what it changed. A refusal changes nothing. */
export async function audited<Reply extends { body?: unknown }>(
  context: ApiContext,
  { operation, subject, request, response, body }: AuditedChange,
  work: () => Promise<Reply>,
): Promise<Reply> {
  const { parameter, key, read } = SUBJECTS[subject]
  const identifier = request.params[parameter] ?? property(body, key)
  const before =
    identifier === undefined ? '' : fingerprintOf(await read?.(context, String(identifier), request))
  const reply = await work()
  const name = String(identifier ?? property(reply.body, key) ?? '')
  await insertAudit(context.store.control, {
    at: context.clock(),
    actor: actorOf(response),
    action: operation,
    subject,
    name: subject === 'baseline' ? `${String(request.params.model)}/${name}` : name,
    requestId: response.locals.requestId as string,
    before,
    after: fingerprintOf(await read?.(context, name, request)),
    detail: detailOf(body),
  })
  return reply
}

/** What a person says of the change, or which version of a model it is for. */
function detailOf(body: unknown): string {
  const version = property(body, 'for_version')
  return version === undefined ? String(property(body, 'comment') ?? '') : `for version ${version}`
}

function property(value: unknown, key: string): string | number | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found = (value as Record<string, unknown>)[key]
  return typeof found === 'string' || typeof found === 'number' ? found : undefined
}

const fingerprintOf = (stored: unknown) => (stored === undefined ? '' : fingerprint(stored))
