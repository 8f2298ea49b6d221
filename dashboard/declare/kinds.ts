import type { Component } from 'svelte'
import { setupLink, sourceLink, topicsLink } from '../links.ts'
import { p } from '../navigation.ts'
import { searchValue } from '../state/search.ts'
import { CHANNEL_FORMS } from './channels.ts'
import { LOCATION_FORMS } from './sources.ts'
import type { Declaration, Kind } from './declaration.ts'

/** How each kind is made and changed. */
export const KINDS = {
  model: {
    section: 'models',
    noun: 'model',
    description: 'A model has a task and features. Its predictions and labels are stored under its name.',
    fields: () => import('../components/declare/ModelFields.svelte'),
    start: () => ({ name: '', task: 'binary', features: {} }),
    home: ({ name }) => setupLink(name),
  },
  monitor: {
    section: 'monitors',
    noun: 'monitor',
    description: 'A monitor states what is checked, how often, and who is notified.',
    fields: () => import('../components/declare/MonitorFields.svelte'),
    start: (model) => ({ name: model === undefined ? '' : `${model}-daily`, model: model ?? '' }),
    home: ({ model }) => setupLink(String(model)),
  },
  channel: {
    section: 'channels',
    noun: 'channel',
    description: 'A channel is a place that notifications are sent to.',
    fields: () => import('../components/declare/ChannelFields.svelte'),
    start: () => ({ name: '', slack: CHANNEL_FORMS.slack.start }),
    home: () => p('/settings'),
  },
  route: {
    section: 'routes',
    noun: 'route',
    description: 'A route sends matching alerts to channels in addition to those that their monitors name.',
    fields: () => import('../components/declare/RouteFields.svelte'),
    start: () => ({ name: '', channels: [] }),
    home: () => p('/settings'),
  },
  topic: {
    section: 'topics',
    noun: 'topic',
    description:
      'The records of a Kafka topic become predictions or labels. The declaration states where their fields are.',
    fields: () => import('../components/declare/topic/TopicFields.svelte'),
    start: (model) => ({
      name: searchValue('topic') ?? '',
      records: 'predictions',
      ...(model !== undefined && { model }),
    }),
    home: () => topicsLink(),
  },
  source: {
    section: 'sources',
    noun: 'source',
    description: 'A source is a place from which new files or rows are taken on a schedule, each once.',
    fields: () => import('../components/declare/SourceFields.svelte'),
    start: (model) => ({ name: '', model: model ?? '', folder: LOCATION_FORMS.folder.start }),
    home: ({ name }) => sourceLink(name),
  },
} as const satisfies Record<Kind, DeclarationKind>

interface DeclarationKind {
  /** In YAML, in the API's paths, and as the topic of live updates. */
  section: string
  noun: string
  description: string
  /** The form; it takes the declaration from its context. */
  fields: () => Promise<{ default: Component<{ isNew: boolean }> }>
  /** What the form of a new one begins with, for a model where one is given. */
  start: (model: string | undefined) => Declaration
  /** The page that shows it. */
  home: (declaration: Declaration) => string
}

export const isKind = (text: string): text is Kind => Object.hasOwn(KINDS, text)
