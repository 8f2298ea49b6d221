import type { Channel } from '../../control/declared/channel.ts'
import { publicChannel } from '../../control/declared/channel.ts'
import { monitorDeclarationOf } from '../../control/declared/monitor-declaration.ts'
import { sourceDeclarationOf } from '../../control/declared/sources/source.ts'
import { modelsOf, type TopicDeclaration } from '../../store/topic.ts'
import { locationText } from '../../domain/sources/location-text.ts'
import { printable, truncate } from '../shared/text.ts'
import type { Change, FieldChange } from './plan.ts'
import type { Declared } from '../../declare/read.ts'
import { SECTIONS, SINGULAR, type Section } from '../../declare/references.ts'
import { channelView } from './views.ts'

const MAX_VALUE = 60
const MAX_FIELDS = 30

export interface Rendering {
  declared: Declared
  changes: readonly Change[]
  leftAlone: readonly { section: Section; name: string }[]
  dryRun: boolean
}

/** What changes, line by line, and how many things do. */
export function renderPlan({ declared, changes, leftAlone, dryRun }: Rendering): string[] {
  const would = dryRun ? 'would be ' : ''
  const lines = changes
    .filter(({ change }) => change !== 'unchanged')
    .flatMap((one) => {
      const title = `${SINGULAR[one.section]} "${printable(one.name)}"`
      const hint = one.change === 'created' ? ` (${summary(declared, one)})` : ''
      return [`${title} ${would}${one.change}${hint}`, ...fieldLines(one.fields)]
    })
  return [...lines, ...(lines.length > 0 ? [''] : []), total(changes, would), ...others(leftAlone)]
}

function fieldLines(fields: readonly FieldChange[]): string[] {
  const lines = fields
    .slice(0, MAX_FIELDS)
    .map((field) => `  ${printable(field.field)}: ${transition(field)}`)
  return fields.length <= MAX_FIELDS ? lines : [...lines, `  … and ${fields.length - MAX_FIELDS} more fields`]
}

function transition(field: FieldChange): string {
  // A hidden value has no former self.
  if (typeof field.to === 'string' && field.to.startsWith('(')) return field.to
  const side = (name: 'from' | 'to') => (name in field ? valueText(field[name]) : '(none)')
  return `${side('from')} → ${side('to')}`
}

/** A value as it would stand in the YAML, on one line. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return shortened(`[${value.map(plain).join(', ')}]`)
  if (value instanceof Object) {
    return shortened(`{ ${Object.entries(value).map(([key, one]) => `${key}: ${plain(one)}`).join(', ')} }`) // prettier-ignore
  }
  return shortened(plain(value))
}

const plain = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
const shortened = (text: string) => truncate(printable(text), MAX_VALUE)

function summary(declared: Declared, { section, name }: Pick<Change, 'section' | 'name'>): string {
  if (section === 'models') {
    const { task, features } = declared.models.find((one) => one.name === name)!
    return `${task}, ${counted(features.length, 'feature')}`
  }
  if (section === 'monitors') {
    const { model, window, every } = monitorDeclarationOf(declared.monitors.find((one) => one.name === name)!)
    return `model "${String(model)}", window ${String(window)}, every ${String(every)}`
  }
  if (section === 'routes')
    return `to ${declared.routes.find((one) => one.name === name)!.channels.join(', ')}`
  if (section === 'experiments') {
    const { model, champion, challenger } = declared.experiments.find((one) => one.name === name)!
    return `model "${model}", "${printable(champion)}" against "${printable(challenger)}"`
  }
  if (section === 'sources') {
    const source = sourceDeclarationOf(declared.sources.find((one) => one.name === name)!)
    return `model "${source.model}", ${printable(locationText(source))}, every ${String(source.every)}`
  }
  if (section === 'topics') return topicSummary(declared.topics.find((one) => one.name === name)!)
  return channelSummary(declared.channels.find((one) => one.name === name)!)
}

function channelSummary(channel: Channel): string {
  const { type, target } = channelView(publicChannel(channel))
  return `${String(type)} to ${String(target)}`
}

function topicSummary(topic: TopicDeclaration): string {
  const models = [...new Set(modelsOf(topic).map(({ model }) => `"${model}"`))]
  if (models.length === 0) return `${topic.records} of the models named in the records`
  const source = topic.kserve === undefined ? '' : ' that KServe logs'
  return `${topic.records} of ${models.join(', ')}${source}`
}

/** One line for each thing that a file declares. */
export function declarationLines(declared: Declared): string[] {
  return SECTIONS.flatMap((section) =>
    declared[section].map(({ name }) => {
      const what = summary(declared, { section, name })
      return `${SINGULAR[section]} "${printable(name)}" (${what})`
    }),
  )
}

function total(changes: readonly Change[], would: string): string {
  const number = (change: Change['change']) => changes.filter((one) => one.change === change).length
  const [created, changed, unchanged] = [number('created'), number('changed'), number('unchanged')]
  if (changes.length === 0) return 'Nothing to change: the file declares nothing.'
  if (created + changed === 0) return `Nothing to change: ${sections(changes)} already as declared.`
  return `${created} ${would}created, ${changed} ${would}changed, ${unchanged} unchanged.`
}

function sections(changes: readonly Change[]): string {
  const parts = SECTIONS.map(
    (section) => [section, changes.filter((one) => one.section === section).length] as const,
  )
    .filter(([, n]) => n > 0)
    .map(([section, n]) => counted(n, SINGULAR[section]))
  const many = changes.length > 1
  return `${parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`} ${many ? 'are' : 'is'}`
}

function others(leftAlone: Rendering['leftAlone']): string[] {
  if (leftAlone.length === 0) return []
  const names = leftAlone.map(({ section, name }) => `${SINGULAR[section]} "${printable(name)}"`)
  const shown = names.slice(0, 10).join(', ') + (names.length > 10 ? ` and ${names.length - 10} more` : '')
  return [`Not in the file and left unchanged, because apply never deletes: ${shown}.`]
}

const counted = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`
