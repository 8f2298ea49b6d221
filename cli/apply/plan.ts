import { isDeepStrictEqual } from 'node:util'
import { alertRouteSchema } from '../../control/declared/alert-route.ts'
import {
  publicChannel,
  secretSetting,
  withTarget,
  type Channel,
  type PublicChannel,
} from '../../control/declared/channel.ts'
import { experimentDeclarationOf, experimentSchema } from '../../control/declared/experiment.ts'
import { declarationOf, modelSchema, type Model } from '../../control/declared/model.ts'
import { monitorSchema } from '../../control/declared/monitor.ts'
import { monitorDeclarationOf } from '../../control/declared/monitor-declaration.ts'
import { sourceDeclarationOf, sourceSchema } from '../../control/declared/sources/source.ts'
import { topicSchema } from '../../store/topic.ts'
import { at } from '../../control/describe/describe-issue.ts'
import type { Declared } from '../../declare/read.ts'
import { SECTIONS, type Section } from '../../declare/references.ts'
import { knownKeys } from '../../control/describe/schema-keys.ts'
import { channelView, flattened } from './views.ts'

/** One field that differs; what is not there is undefined. */
export interface FieldChange {
  field: string
  from?: unknown
  to?: unknown
}

export interface Change {
  section: Section
  name: string
  change: 'created' | 'changed' | 'unchanged'
  fields: FieldChange[]
}

/** What the service declares now, in the forms that its lists give. */
export type Existing = Record<Section, unknown[]>

/** What applying the declarations would change, in the order in which it is done: what is referred to comes first. */
export function planChanges(declared: Declared, existing: Existing): Change[] {
  return [
    ...declared.models.map((model) => compare('models', model.name, modelFields(model), existing, modelBack)),
    ...declared.channels.map((channel) => compareChannel(channel, find(existing.channels, channel.name))),
    ...declared.monitors.map((monitor) =>
      compare('monitors', monitor.name, flattened(monitorDeclarationOf(monitor)), existing, monitorBack),
    ),
    ...declared.topics.map((topic) => compare('topics', topic.name, flattened(topic), existing, topicBack)),
    ...declared.routes.map((route) => compare('routes', route.name, flattened(route), existing, routeBack)),
    ...declared.experiments.map((experiment) =>
      compare(
        'experiments',
        experiment.name,
        flattened(experimentDeclarationOf(experiment)),
        existing,
        experimentBack,
      ),
    ),
    ...declared.sources.map((source) =>
      compare('sources', source.name, flattened(sourceDeclarationOf(source)), existing, sourceBack),
    ),
  ]
}

/** Names that the service has and the declarations do not: these stay as they are. */
export function leftAlone(declared: Declared, existing: Existing): { section: Section; name: string }[] {
  return SECTIONS.flatMap((section) => {
    const named = new Set<unknown>(declared[section].map(({ name }) => name))
    return existing[section]
      .map((one) => at(one, ['name']))
      .filter((name) => typeof name === 'string')
      .filter((name) => !named.has(name))
      .map((name) => ({ section, name }))
  })
}

type Fields = Map<string, unknown>

const modelFields = (model: Model): Fields => flattened(declarationOf(model), 1)
const modelBack = (stored: unknown) => {
  const outcome = modelSchema.safeParse(only(stored, knownKeys(modelSchema)))
  return outcome.success ? modelFields(outcome.data) : undefined
}
const monitorBack = (stored: unknown) => {
  const outcome = monitorSchema.safeParse(only(stored, knownKeys(monitorSchema)))
  return outcome.success ? flattened(monitorDeclarationOf(outcome.data)) : undefined
}
const routeBack = (stored: unknown) => {
  const outcome = alertRouteSchema.safeParse(only(stored, knownKeys(alertRouteSchema)))
  return outcome.success ? flattened(outcome.data) : undefined
}
const experimentBack = (stored: unknown) => {
  const outcome = experimentSchema.safeParse(only(stored, knownKeys(experimentSchema)))
  return outcome.success ? flattened(experimentDeclarationOf(outcome.data)) : undefined
}
const topicBack = (stored: unknown) => {
  const outcome = topicSchema.safeParse(only(stored, knownKeys(topicSchema)))
  return outcome.success ? flattened(outcome.data) : undefined
}
const sourceBack = (stored: unknown) => {
  const outcome = sourceSchema.safeParse(only(stored, knownKeys(sourceSchema)))
  return outcome.success ? flattened(sourceDeclarationOf(outcome.data)) : undefined
}

function compare(
  section: Section,
  name: string,
  next: Fields,
  existing: Existing,
  read: (stored: unknown) => Fields | undefined,
): Change {
  const stored = find(existing[section], name)
  if (stored === undefined) return { section, name, change: 'created', fields: [] }
  // What an older or newer version has stored may not read back; then every field is shown as it will be.
  return changed(section, name, differences(read(stored) ?? new Map<string, unknown>([['name', name]]), next))
}

function compareChannel(channel: Channel, stored: unknown): Change {
  const next = publicChannel(channel)
  const { name } = next
  if (stored === undefined) return { section: 'channels', name, change: 'created', fields: [] }
  const before = only(stored, Object.keys(next)) as Partial<PublicChannel>
  if (before.fingerprint === next.fingerprint) return changed('channels', name, [])
  const visible = differences(flattened(channelView(before)), flattened(channelView(next)))
  const moved =
    before.target !== next.target && visible.length === 0 ? [{ field: 'target', to: '(changed)' }] : []
  return changed('channels', name, [...visible, ...moved, ...secretChange(channel, before)])
}

/** What is known of the secret: whether only the target changed shows where the old one is known in full. */
function secretChange(channel: Channel, before: Partial<PublicChannel>): FieldChange[] {
  const { type, target } = publicChannel(channel)
  const field = secretSetting(channel)
  if (field === undefined || type !== before.type) return []
  if (before.target === target) return [{ field, to: '(changed)' }]
  const moved = before.target === undefined ? undefined : withTarget(channel, before.target)
  if (moved && publicChannel(moved).fingerprint === before.fingerprint) return []
  return [{ field, to: '(may have changed)' }]
}

function changed(section: Section, name: string, fields: FieldChange[]): Change {
  return { section, name, change: fields.length === 0 ? 'unchanged' : 'changed', fields }
}

function differences(from: Fields, to: Fields): FieldChange[] {
  return [...new Set([...from.keys(), ...to.keys()])]
    .filter((field) => !isDeepStrictEqual(from.get(field), to.get(field)))
    .map((field) => ({
      field,
      ...(from.has(field) ? { from: from.get(field) } : {}),
      ...(to.has(field) ? { to: to.get(field) } : {}),
    }))
}

function find(all: readonly unknown[], name: string): unknown {
  return all.find((one) => at(one, ['name']) === name)
}

function only(value: unknown, keys: readonly string[]): Record<string, unknown> {
  const entries = keys.map((key): [string, unknown] => [key, at(value, [key])])
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined))
}
